package upload

// Event is one step of an upload, for [WithProgress].
type Event struct {
	Kind  Kind
	Path  string // of the file in the store
	Files int    // with Planned
	Size  int64  // in bytes: of all files with Planned, of the file with Begun and Stored
	Bytes int64  // with Resumed and Arrived
	Err   error  // with Retried and Failed
}

// Kind is what happened.
type Kind int

const (
	// Planned is how many files there are, before the first is read.
	Planned Kind = iota
	// Begun is a file that was read once and is about to be sent.
	Begun
	// Resumed is what an earlier attempt had left in the store.
	Resumed
	// Arrived is bytes that the store took now. Over a file, Resumed and Arrived add up to its
	// size, unless the store lost some, which then arrive again.
	Arrived
	// Retried is a request that failed and is made up for.
	Retried
	// Stored is a file that is in the store, whole.
	Stored
	// Failed is a file that is not.
	Failed
	// Marked is a folder that got its mark and counts as complete.
	Marked
)
