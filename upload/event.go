package upload

import "fmt"

// Event is one step of an upload or of a verification, for [WithProgress]. Fields that a kind
// does not name are zero.
type Event struct {
	Kind  Kind
	Path  string // of the file in the store; with Unmatched, the pattern
	Files int    // with Planned
	Size  int64  // in bytes: of all files with Planned, of the file with Begun, Committing, Stored and Extra
	Bytes int64  // with Resumed, Arrived and Reading
	Err   error  // with Retried and Failed
	Text  string // with Noticed, a sentence without a full stop
}

// Kind is the kind of an [Event].
type Kind int

const (
	// Planned is how many files there are, before the first is read.
	Planned Kind = iota
	// Begun is a file that is about to be sent.
	Begun
	// Resumed is bytes that the store already had from an earlier attempt.
	Resumed
	// Arrived is bytes that the store accepted now. For a file, Resumed and Arrived add up to its
	// size, unless the store lost some, which then arrive again.
	Arrived
	// Retried is a request that failed and is retried.
	Retried
	// Stored is a file that the store lists completely.
	Stored
	// Failed is a file that was not stored.
	Failed
	// Marked is a folder that got its mark and counts as complete.
	Marked
	// Committing is a file whose chunks have all arrived, and whose session is committed now.
	Committing
	// Unmatched is a pattern of [WithExclude] that matched nothing.
	Unmatched
	// Noticed is a message to the caller that does not stop the call.
	Noticed
	// Extra is a file of the destination that the source lacks.
	Extra
	// Deleted is an extra file that was deleted, see [DeleteExtras].
	Deleted
	// Reading is bytes that were read before anything is sent. They add up to the size of all files.
	Reading
)

var kindNames = [...]string{
	Planned: "planned", Begun: "begun", Resumed: "resumed", Arrived: "arrived", Retried: "retried",
	Stored: "stored", Failed: "failed", Marked: "marked", Committing: "committing", Unmatched: "unmatched",
	Noticed: "noticed", Extra: "extra", Deleted: "deleted",
	Reading: "reading",
}

// String returns the name of the kind in lower case, such as "stored".
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}
