package imagestore

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/gen"
)

// UploadSession is the state of an upload on the server. It encodes to JSON as the contract
// has it.
type UploadSession struct {
	Path     string    `json:"StoreRelativePath"` // as the first chunk's URL had it
	ID       uuid.UUID `json:"SessionId"`
	Size     int64     `json:"FileSize,string"` // of the whole file, in bytes
	Modified time.Time `json:"ModifiedDate"`    // when the last new chunk arrived, in UTC
	Expected []Range   `json:"ExpectedRanges"`  // what has not arrived, ascending, without overlap
}

// Remaining returns how many bytes have not arrived.
func (s UploadSession) Remaining() int64 {
	if s.Size == 0 {
		return 0 // the server expects 0-0 of an empty file for ever
	}
	var n int64
	for _, r := range s.Expected {
		n += r.Len()
	}
	return n
}

// Received returns how many bytes have arrived.
func (s UploadSession) Received() int64 { return s.Size - s.Remaining() }

// Complete says whether everything has arrived, so that the session can be committed. It is
// never true of an empty file, which no session can store.
func (s UploadSession) Complete() bool { return len(s.Expected) == 0 }

// MarshalJSON writes the session as the contract has it.
func (s UploadSession) MarshalJSON() ([]byte, error) {
	type plain UploadSession
	s.Expected = orEmpty(s.Expected)
	return json.Marshal(struct {
		plain
		ModifiedDate wireTime `json:"ModifiedDate"`
	}{plain(s), wireTime(s.Modified)})
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
	// A list that is missing must not be taken for one with nothing in it: that would mean
	// that everything has arrived.
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
			err = errors.New("comes after a range that begins or ends behind it")
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
		return nil, errors.New("the answer lacks UploadSessions")
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

var errOtherSession = errors.New("the answer is about another session")

func checkSession(id uuid.UUID) error {
	if id == uuid.Nil {
		return &ArgumentError{Argument: "session id", Value: id.String(), Reason: "is all zero, which the server takes for none"}
	}
	return nil
}

// ParseSessionID reads the id of an upload session: a GUID in the form
// 2032ac6c-a348-4594-86da-dab0f2bb1ae1, in either case, without braces.
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

// checkChunk refuses ranges that the server would take to the caller's harm: a session of
// zero bytes can never be committed, and one whose first chunk ends at its size neither.
func checkChunk(r Range, size int64) error {
	if size <= 0 {
		return &ArgumentError{Argument: "size", Value: fmt.Sprint(size), Reason: "must be positive; an empty file goes up in one piece"}
	}
	if err := r.check(size); err != nil {
		return &ArgumentError{Argument: "range", Value: r.String(), Reason: err.Error()}
	}
	return nil
}
