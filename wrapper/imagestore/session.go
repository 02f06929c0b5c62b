package imagestore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/gen"
)

// UploadSession is the state of an upload on the server. It encodes to the JSON of the contract.
type UploadSession struct {
	Path     string    `json:"StoreRelativePath"` // as in the first chunk's URL
	ID       uuid.UUID `json:"SessionId"`
	Size     int64     `json:"FileSize,string"` // of the whole file, in bytes
	Modified time.Time `json:"ModifiedDate"`    // when the last new chunk arrived, in UTC
	Expected []Range   `json:"ExpectedRanges"`  // what has not arrived, ascending, without overlap
}

// Remaining returns how many bytes have not arrived.
func (s UploadSession) Remaining() int64 {
	if s.Size == 0 {
		return 0 // the server always expects 0-0 of an empty file
	}
	var n int64
	for _, r := range s.Expected {
		n += r.Len()
	}
	return n
}

// Received returns how many bytes have arrived.
func (s UploadSession) Received() int64 { return s.Size - s.Remaining() }

// Complete reports whether everything has arrived, so that the session can be committed. It is
// never true of an empty file, which no session can store.
func (s UploadSession) Complete() bool { return len(s.Expected) == 0 }

// MarshalJSON writes the session in the form of the contract.
func (s UploadSession) MarshalJSON() ([]byte, error) {
	type plain UploadSession
	s.Expected = orEmpty(s.Expected)
	return json.Marshal(struct {
		plain
		ModifiedDate wireTime `json:"ModifiedDate"`
	}{plain(s), wireTime(s.Modified)})
}

// UploadFileChunk sends one chunk of the file at path, whose whole size is given in bytes. The
// first chunk of an unknown session creates it, with this path and size; the caller invents
// the id. A body that is an [io.Closer] is closed, whatever the call returns.
//
// A chunk that has already arrived is refused with [CodeUploadSessionRangeNotSatisfiable]. If an
// error leaves it open whether the chunk arrived, call [Client.UploadSessionByID] before a retry.
// An empty file cannot be uploaded in chunks: use [Client.UploadFile].
//
//contract:operation UploadFileChunk
func (c *Client) UploadFileChunk(ctx context.Context, path string, session uuid.UUID, r Range, size int64, body io.Reader) error {
	if err := cmp.Or(c.CheckPath(path), checkSession(session), checkChunk(r, size)); err != nil {
		return refused(body, err)
	}
	op := operation{"UploadFileChunk", func() string { return fmt.Sprintf("upload chunk %s/%d of %q", r, size, path) }}
	rsp, err := c.api.UploadFileChunkWithBody(ctx, path, &gen.UploadFileChunkParams{
		APIVersion: c.version("6.0"), SessionID: session, ContentRange: r.ContentRange(size), Timeout: c.timeout(),
	}, octets, body, withLength(r.Len()))
	return done(op, rsp, err)
}

// UploadSessionsByPath returns all upload sessions of a path, whoever began them, and an empty
// list if there are none. The server compares the path with that of the first chunk byte for byte.
//
//contract:operation GetImageStoreUploadSessionByPath
func (c *Client) UploadSessionsByPath(ctx context.Context, path string) ([]UploadSession, error) {
	if err := c.CheckPath(path); err != nil {
		return nil, err
	}
	op := operation{"GetImageStoreUploadSessionByPath", func() string { return fmt.Sprintf("get upload sessions of %q", path) }}
	rsp, err := c.api.GetImageStoreUploadSessionByPath(ctx, path, &gen.GetImageStoreUploadSessionByPathParams{
		APIVersion: c.version("6.0"), Timeout: c.timeout(),
	})
	sessions, err := decodedList(op, rsp, err, sessionsFromAPI)
	return orEmpty(sessions), err
}

// UploadSessionByID returns the upload session of an id, and reports whether there is one.
//
//contract:operation GetImageStoreUploadSessionById
func (c *Client) UploadSessionByID(ctx context.Context, id uuid.UUID) (session UploadSession, found bool, err error) {
	if err := checkSession(id); err != nil {
		return UploadSession{}, false, err
	}
	op := operation{"GetImageStoreUploadSessionById", func() string { return fmt.Sprintf("get upload session %s", id) }}
	rsp, err := c.api.GetImageStoreUploadSessionByID(ctx, &gen.GetImageStoreUploadSessionByIDParams{
		APIVersion: c.version("6.0"), SessionID: id, Timeout: c.timeout(),
	})
	sessions, err := decodedList(op, rsp, err, func(from gen.UploadSession) ([]UploadSession, error) {
		sessions, err := sessionsFromAPI(from)
		if err == nil && len(sessions) > 0 && sessions[0].ID != id {
			err = errOtherSession
		}
		return sessions, err
	})
	if err != nil || len(sessions) == 0 {
		return UploadSession{}, false, err
	}
	return sessions[0], true, nil
}

// CommitUploadSession makes the file of a session's chunks, and replaces any file at its path.
// The server returns [CodeInvalidArgument] both if chunks are missing and if it does
// not know the session, as after a failover: query the session to distinguish them. The
// session stays, with nothing expected, until it is deleted or expires.
//
//contract:operation CommitImageStoreUploadSession
func (c *Client) CommitUploadSession(ctx context.Context, id uuid.UUID) error {
	if err := checkSession(id); err != nil {
		return err
	}
	op := operation{"CommitImageStoreUploadSession", func() string { return fmt.Sprintf("commit upload session %s", id) }}
	rsp, err := c.api.CommitImageStoreUploadSession(ctx, &gen.CommitImageStoreUploadSessionParams{
		APIVersion: c.version("6.0"), SessionID: id, Timeout: c.timeout(),
	})
	return done(op, rsp, err)
}

// DeleteUploadSession ends an upload session and removes its chunks; a file that was committed
// from it stays. A session that the server does not know is an error of class [ErrNotFound].
//
//contract:operation DeleteImageStoreUploadSession
func (c *Client) DeleteUploadSession(ctx context.Context, id uuid.UUID) error {
	if err := checkSession(id); err != nil {
		return err
	}
	op := operation{"DeleteImageStoreUploadSession", func() string { return fmt.Sprintf("delete upload session %s", id) }}
	rsp, err := c.api.DeleteImageStoreUploadSession(ctx, &gen.DeleteImageStoreUploadSessionParams{
		APIVersion: c.version("6.0"), SessionID: id, Timeout: c.timeout(),
	})
	return done(op, rsp, err)
}

func sessionFromAPI(from gen.UploadSessionInfo) (UploadSession, error) {
	s := UploadSession{Path: from.StoreRelativePath, ID: from.SessionID}
	if s.Path == "" || s.ID == uuid.Nil {
		return UploadSession{}, errors.New("a session lacks its StoreRelativePath or SessionId")
	}
	var err error
	if s.Size, err = parseCount(from.FileSize); err != nil {
		return UploadSession{}, fmt.Errorf("FileSize of session %s %w", s.ID, err)
	}
	if s.Modified, err = timeFromAPI(from.ModifiedDate); err != nil {
		return UploadSession{}, fmt.Errorf("ModifiedDate of session %s %w", s.ID, err)
	}
	// A missing list must not be taken for an empty one, which means that everything has arrived.
	if from.ExpectedRanges == nil {
		return UploadSession{}, fmt.Errorf("session %s lacks its ExpectedRanges", s.ID)
	}
	s.Expected = make([]Range, 0, len(from.ExpectedRanges))
	next := int64(0)
	for _, wire := range from.ExpectedRanges {
		r, err := rangeFromAPI(wire)
		if err == nil {
			err = r.check(s.Size)
		}
		if err == nil && r.First < next {
			err = errors.New("overlaps or precedes the previous range")
		}
		if err != nil {
			return UploadSession{}, fmt.Errorf("expected range %s-%s of session %s %w",
				excerpt(wire.StartPosition), excerpt(wire.EndPosition), s.ID, err)
		}
		next = r.Last + 1
		s.Expected = append(s.Expected, r)
	}
	return s, nil
}

func rangeFromAPI(from gen.UploadChunkRange) (r Range, err error) {
	if r.First, err = parseCount(from.StartPosition); err != nil {
		return Range{}, err
	}
	r.Last, err = parseCount(from.EndPosition)
	return r, err
}

func sessionsFromAPI(from gen.UploadSession) ([]UploadSession, error) {
	if from.UploadSessions == nil {
		return nil, errors.New("the response lacks UploadSessions")
	}
	sessions := make([]UploadSession, 0, len(from.UploadSessions))
	for _, wire := range from.UploadSessions {
		s, err := sessionFromAPI(wire)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, s)
	}
	return sessions, nil
}

var errOtherSession = errors.New("the response is about another session")

func checkSession(id uuid.UUID) error {
	if id == uuid.Nil {
		return &ArgumentError{Argument: "session id", Value: id.String(), Reason: "is all zero, which the server takes for a missing id"}
	}
	return nil
}

// ParseSessionID parses the id of an upload session: a GUID in the form
// 2032ac6c-a348-4594-86da-dab0f2bb1ae1, in either case, without braces. It returns an
// [*ArgumentError] for any other text, and for the GUID that is all zero.
func ParseSessionID(text string) (uuid.UUID, error) {
	wrong := &ArgumentError{Argument: "session id", Value: text, Reason: "is not a GUID like 2032ac6c-a348-4594-86da-dab0f2bb1ae1"}
	if len(text) != len("2032ac6c-a348-4594-86da-dab0f2bb1ae1") {
		return uuid.Nil, wrong
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, wrong
	}
	return id, checkSession(id)
}

// checkChunk rejects ranges that the server accepts and must not get: a session of zero bytes can
// never be committed, and neither can one whose first chunk ends at its size.
func checkChunk(r Range, size int64) error {
	if size <= 0 {
		return &ArgumentError{Argument: "size", Value: fmt.Sprint(size), Reason: "must be positive; upload an empty file in a single PUT"}
	}
	if err := r.check(size); err != nil {
		return &ArgumentError{Argument: "range", Value: r.String(), Reason: err.Error()}
	}
	return nil
}
