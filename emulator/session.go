package emulator

import (
	"net/http"
	"strconv"
	"time"
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

// sessionByID answers what is still expected of one session.
func (s *Store) sessionByID(c *call) (answer, error) {
	id, ok := parseSessionID(c.query["session-id"])
	if !ok {
		return answer{}, errSessionID
	}
	if found, ok := s.sessions.get(id); ok {
		return sessionsAnswer(c, found), nil
	}
	return nothing, nil
}

// sessionsByPath answers with every session on a path, which is compared as
// it was sent. A session-id beside it is not looked at.
func (s *Store) sessionsByPath(c *call) (answer, error) {
	found := s.sessions.at(c.path.sent)
	if len(found) == 0 {
		return nothing, nil
	}
	return sessionsAnswer(c, found...), nil
}

func sessionsAnswer(c *call, found ...session) answer {
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
	return jsonAnswer(http.StatusOK, body)
}

// deleteSession ends a session, committed or not, and removes its chunks.
func (s *Store) deleteSession(c *call) (answer, error) {
	id, ok := parseSessionID(c.query["session-id"])
	if !ok {
		return answer{}, errInvalidArgument
	}
	files, known := s.sessions.remove(id)
	if !known {
		return answer{}, errSessionUnknown
	}
	s.discard(files...)
	return done, nil
}

// date writes a time as the request's api-version has it: in milliseconds of
// UTC, or, before 3.0, as a number of 100 ns since 1601.
func (c *call) date(t time.Time) string {
	if c.version < 3 {
		return unsigned(ticksOf(t))
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// unsigned writes a number of 64 bits, which in JSON is a string.
func unsigned(n uint64) string { return strconv.FormatUint(n, 10) }
