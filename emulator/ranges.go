package emulator

import (
	"cmp"
	"slices"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// span is a range of bytes by the positions of its first and last byte, both
// inclusive.
type span struct {
	start, end uint64
}

// chunk is a received span and the staging file with its bytes. Their number
// may differ: a body that is shorter or longer than its range is noticed
// only at the commit.
type chunk struct {
	span
	file tree.Staged
}

// indexFor finds where s belongs among chunks in ascending order, and whether it
// overlaps one of them.
func indexFor(chunks []chunk, s span) (at int, overlaps bool) {
	at, _ = slices.BinarySearchFunc(chunks, s, func(c chunk, s span) int {
		return cmp.Compare(c.start, s.start)
	})
	overlaps = at < len(chunks) && chunks[at].start <= s.end || at > 0 && chunks[at-1].end >= s.start
	return at, overlaps
}

// fits reports whether s lies wholly inside one of the ranges that are still
// expected: inside the file, without overlap with received bytes.
func fits(chunks []chunk, total uint64, s span) bool {
	if total == 0 {
		return s == span{}
	}
	_, overlaps := indexFor(chunks, s)
	return s.end < total && !overlaps
}

// expected lists what has not been received, in ascending order. An empty
// file always expects 0-0, which is why it cannot be committed.
func expected(chunks []chunk, total uint64) []span {
	if total == 0 {
		return []span{{0, 0}}
	}
	missing := []span{}
	next := uint64(0)
	for _, c := range chunks {
		if next >= total {
			return missing
		}
		if c.start > next {
			missing = append(missing, span{next, min(c.start, total) - 1})
		}
		next = c.end + 1
		if next == 0 { // c ends at the last position there is
			return missing
		}
	}
	if next < total {
		missing = append(missing, span{next, total - 1})
	}
	return missing
}

// complete reports whether the chunks are a file that can be committed. One
// whose first chunk claimed a byte past the end (0-N/N) never is, although
// nothing is expected of it.
func complete(chunks []chunk, total uint64) bool {
	return len(chunks) > 0 && len(expected(chunks, total)) == 0 && chunks[len(chunks)-1].end == total-1
}
