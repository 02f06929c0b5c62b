package emulator

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Stats are what a [Store] has counted since it was made.
type Stats struct {
	// Requests counts image store requests by operationId. Those that matched
	// no operation are under the empty name.
	Requests map[string]int
	// ChunkBytesRecorded is the size in bytes of the chunks that sessions took.
	ChunkBytesRecorded int64
	// ChunkBytesReceived is the size in bytes of all bodies of UploadFileChunk,
	// refused, repeated and broken ones included.
	ChunkBytesReceived int64
	// Commits is how often a session was made a file. A repeated commit that
	// had nothing to do does not count.
	Commits int64
	// Files is the number of files in the store at present.
	Files int
	// Sessions is the number of upload sessions at present.
	Sessions int
}

type counters struct {
	chunkBytesRecorded atomic.Int64
	chunkBytesReceived atomic.Int64
	commits            atomic.Int64

	mu       sync.Mutex
	requests map[string]int
}

func (c *counters) count(operation string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests[operation]++
}

// Stats returns the counters as they are now.
func (s *Store) Stats() Stats {
	s.stats.mu.Lock()
	requests := maps.Clone(s.stats.requests)
	s.stats.mu.Unlock()
	_, files, _ := s.index.usage("")
	return Stats{
		Requests:           requests,
		ChunkBytesRecorded: s.stats.chunkBytesRecorded.Load(),
		ChunkBytesReceived: s.stats.chunkBytesReceived.Load(),
		Commits:            s.stats.commits.Load(),
		Files:              files,
		Sessions:           s.sessions.len(),
	}
}
