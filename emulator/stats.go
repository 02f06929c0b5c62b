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
	// ChunkBytesRecorded is the size in bytes of the chunks that sessions accepted.
	ChunkBytesRecorded int64
	// ChunkBytesReceived is the size in bytes of all bodies of UploadFileChunk,
	// including those that were refused, repeated or truncated.
	ChunkBytesReceived int64
	// Commits is how often a file was made of a session. A repeated commit that
	// did nothing does not count.
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
	_, files, _ := s.tree.Usage("")
	return Stats{
		Requests:           requests,
		ChunkBytesRecorded: s.stats.chunkBytesRecorded.Load(),
		ChunkBytesReceived: s.stats.chunkBytesReceived.Load(),
		Commits:            s.stats.commits.Load(),
		Files:              files,
		Sessions:           s.sessions.len(),
	}
}
