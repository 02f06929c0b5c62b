package emulator

import (
	"io"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

const (
	// maxBody is the largest body of a POST or a DELETE that Windows accepts.
	maxBody = 4 << 20
	// maxBodyLinux is a limit where the gateway on Linux has none, so
	// that no body can fill the memory.
	maxBodyLinux = 64 << 20
)

// receive reads the body as the route requires. On Windows an invalid
// Content-Range is rejected before that, whether or not the route uses it;
// Linux does not read the header.
func (s *Store) receive(c *request) error {
	if c.route.body == bodyStaged && s.platform == Windows {
		var err error
		if c.rng, err = parseContentRange(c.r.Header.Get("Content-Range")); err != nil {
			return err
		}
	}
	if c.faults.has(Cut) {
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

// readBody reads a small body. Only a copy's is kept, so that the others take
// no memory, however many arrive at once.
func (s *Store) readBody(c *request) error {
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

// stageBody writes the body to the disk, however long it is. If it ends
// early, Windows stores nothing, while Linux stores the part that arrived.
func (s *Store) stageBody(c *request) error {
	var err error
	c.file, err = s.tree.Stage(&c.in)
	if c.in.err != nil && s.platform == Linux {
		return nil
	}
	if c.in.err != nil {
		return errBodyBroken
	}
	return err
}

func (s *Store) countBody(c *request) {
	if c.route.sessions && c.route.body == bodyStaged {
		s.stats.chunkBytesReceived.Add(c.in.n)
	}
}

// takeBody returns the staged body, which then belongs to the caller.
func (c *request) takeBody() tree.Staged {
	st := c.file
	c.file = tree.Staged{}
	return st
}

// countingReader counts a request's body, and separates the errors of
// reading it from those of writing it to the disk.
type countingReader struct {
	r   io.Reader
	n   int64
	err error
}

func (c *countingReader) Read(p []byte) (int, error) {
	if c.r == nil {
		return 0, io.EOF
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}
