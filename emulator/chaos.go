package emulator

import (
	"strings"
	"sync"
	"time"
)

// chaos has the counters of the runtime's own fault model. A nil chaos counts
// nothing, so it injects no faults.
type chaos struct {
	mu                       sync.Mutex
	creates, chunks, commits nth // messages that came in
	handledChunks            int // those of them that were not lost
	handledCommits           int
	uploads                  int // files that were to be written
	unrecorded               bool
}

const (
	chaosChunkStall  = 15 * time.Second
	chaosUploadStall = 35 * time.Second
	chaosChunkSize   = 3 << 20 // the runtime's own chunks are of that size
)

// nth is the number of a message among its kind, from 1; 0 without chaos.
type nth int64

func (n nth) every(k int64) bool { return n > 0 && int64(n)%k == 0 }

func (c *chaos) count(n func(*chaos) *nth) nth {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	*n(c)++
	return *n(c)
}

func (c *chaos) create() nth { return c.count(func(c *chaos) *nth { return &c.creates }) }
func (c *chaos) chunk() nth  { return c.count(func(c *chaos) *nth { return &c.chunks }) }
func (c *chaos) commit() nth { return c.count(func(c *chaos) *nth { return &c.commits }) }

// chunkFate is what happens to a chunk.
type chunkFate int

const (
	chunkRecorded chunkFate = iota
	chunkUnrecorded
	chunkNotFound
	chunkStalled
)

func (c *chaos) handledChunk(start uint64) chunkFate {
	if c == nil {
		return chunkRecorded
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handledChunks++
	switch {
	case start == 10*chaosChunkSize && !c.unrecorded:
		c.unrecorded = true
		return chunkUnrecorded
	case c.handledChunks == 20:
		return chunkNotFound
	case start == 3*chaosChunkSize:
		return chunkStalled
	}
	return chunkRecorded
}

// handledCommit is the number of a commit among those that were not lost.
func (c *chaos) handledCommit() int {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handledCommits++
	return c.handledCommits
}

// upload reports whether the writing of a file has to wait.
func (c *chaos) upload(path string) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.uploads++
	return c.uploads%11 == 0 && strings.Contains(path, "xml")
}
