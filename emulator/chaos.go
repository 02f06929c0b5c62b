package emulator

import "sync/atomic"

// chaos counts what the runtime's own fault model goes by. A nil chaos counts
// nothing, so nothing goes wrong.
type chaos struct {
	creates, chunks, commits atomic.Int64
}

// nth is the number of a request among its kind, from 1; 0 without chaos.
type nth int64

func (n nth) every(k int64) bool { return n > 0 && int64(n)%k == 0 }

func (c *chaos) create() nth {
	if c == nil {
		return 0
	}
	return nth(c.creates.Add(1))
}

func (c *chaos) chunk() nth {
	if c == nil {
		return 0
	}
	return nth(c.chunks.Add(1))
}

func (c *chaos) commit() nth {
	if c == nil {
		return 0
	}
	return nth(c.commits.Add(1))
}
