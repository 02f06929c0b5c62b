package emulator

import "io"

const (
	// maxBody is the largest body of a POST or a DELETE that Windows takes.
	maxBody = 4 << 20
	// maxBodyLinux stands where the gateway on Linux has no limit at all, so
	// that no body can fill the memory.
	maxBodyLinux = 64 << 20
)

// receive reads the body as the route wants it. A bad Content-Range is
// answered before that, whether or not the route looks at it later.
func (s *Store) receive(c *call) error {
	if c.route.body == bodyStaged {
		var err error
		if c.rng, err = parseContentRange(c.r.Header.Get("Content-Range")); err != nil {
			return err
		}
	}
	if c.faults.cut {
		_, _ = io.CopyN(io.Discard, &c.in, c.r.ContentLength/2)
		s.countBody(c)
		return errDropped
	}
	defer s.countBody(c)
	switch c.route.body {
	case bodySkipped, bodyRead:
		return s.readBody(c)
	case bodyStaged:
		return s.stageBody(c)
	}
	return nil
}

// readBody reads a body that is small. Only a copy's is kept, so that the
// others take no memory however many come at once.
func (s *Store) readBody(c *call) error {
	limit := int64(maxBody)
	if s.platform == Linux {
		limit = maxBodyLinux
	}
	body := io.LimitReader(&c.in, limit+1)
	var err error
	if c.route.body == bodyRead {
		c.text, err = io.ReadAll(body)
	} else {
		_, err = io.Copy(io.Discard, body)
	}
	switch {
	case c.in.n > limit:
		return errMessageTooLarge
	case err != nil:
		return errBodyBroken
	}
	return nil
}

// stageBody spools the body to the disk, however long it is. When it breaks
// off, Windows stores nothing, while Linux takes what came for the whole.
func (s *Store) stageBody(c *call) error {
	var err error
	c.file, err = s.stage(&c.in)
	if c.in.err != nil && s.platform == Linux {
		return nil
	}
	if c.in.err != nil {
		return errBodyBroken
	}
	return err
}

func (s *Store) countBody(c *call) {
	if c.route.sessions && c.route.body == bodyStaged {
		s.stats.chunkBytesReceived.Add(c.in.n)
	}
}

// takeBody hands the staged body over to the caller.
func (c *call) takeBody() staged {
	st := c.file
	c.file = staged{}
	return st
}

func (s *Store) discardBody(c *call) {
	if c.file.name != "" {
		s.discard(c.file)
	}
}
