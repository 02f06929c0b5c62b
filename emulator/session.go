package emulator

import (
	"net/http"
	"strconv"
	"time"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

type uploadSession struct {
	UploadSessions []uploadSessionInfo
}

type uploadSessionInfo struct {
	StoreRelativePath string
	SessionID         string `json:"SessionId"`
	FileSize          string
	ModifiedDate      string
	ExpectedRanges    []uploadChunkRange
}

type uploadChunkRange struct {
	StartPosition string
	EndPosition   string
}

// requireSession reads the session-id of a request that requires one.
func (s *Store) requireSession(c *request) error {
	id, ok := parseGUID(c.query["session-id"])
	if !ok || id == zeroGUID {
		return errSessionID
	}
	c.session = id
	return nil
}

// acceptSession reads the session-id of a request if it has one; the store
// checks whether it does.
func (s *Store) acceptSession(c *request) error {
	text := c.query["session-id"]
	if text == "" {
		return nil
	}
	id, ok := parseGUID(text)
	if !ok {
		return errInvalidArgument
	}
	if id != zeroGUID {
		c.session = id
	}
	return nil
}

// uploadUnderWay shows a PUT as a session with a random id, as the runtime does,
// until the returned function is called.
func (s *Store) uploadUnderWay(c *request) (end func()) {
	id := newGUID()
	s.sessions.create(id, c.path.sent, uint64(c.file.Size), s.now())
	return func() {
		files, _ := s.sessions.remove(id)
		s.tree.Discard(files...)
	}
}

// sessionByID returns one session with its expected ranges.
func (s *Store) sessionByID(c *request) (response, error) {
	if found, ok := s.sessions.get(c.session); ok {
		return sessionsResponse(c, found), nil
	}
	return nothing, nil
}

// sessionsByPath returns every session of a path, which is compared as it was
// sent. A session-id is ignored.
func (s *Store) sessionsByPath(c *request) (response, error) {
	found := s.sessions.at(c.path.sent)
	if len(found) == 0 {
		return nothing, nil
	}
	return sessionsResponse(c, found...), nil
}

func sessionsResponse(c *request, found ...session) response {
	body := uploadSession{UploadSessions: []uploadSessionInfo{}}
	for _, u := range found {
		ranges := []uploadChunkRange{}
		for _, r := range expected(u.chunks, u.total) {
			ranges = append(ranges, uploadChunkRange{unsigned(r.start), unsigned(r.end)})
		}
		body.UploadSessions = append(body.UploadSessions, uploadSessionInfo{
			StoreRelativePath: u.path,
			SessionID:         u.id,
			FileSize:          unsigned(u.total),
			ModifiedDate:      c.date(u.modified),
			ExpectedRanges:    ranges,
		})
	}
	return jsonResponse(http.StatusOK, body)
}

// deleteSession ends a session, committed or not, and removes its chunks.
func (s *Store) deleteSession(c *request) (response, error) {
	if c.session == "" {
		return response{}, errInvalidArgument
	}
	files, known := s.sessions.remove(c.session)
	if !known {
		return response{}, errSessionUnknown
	}
	s.tree.Discard(files...)
	return done, nil
}

// date writes a time in the form of the request's api-version: in UTC with
// milliseconds, or, before 3.0, as a number of 100 ns since 1601.
func (c *request) date(t time.Time) string {
	if c.version < 3 {
		return unsigned(tree.Ticks(t))
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// unsigned writes a 64-bit number, which in JSON is a string.
func unsigned(n uint64) string { return strconv.FormatUint(n, 10) }
