package cli

import (
	"math/bits"
	"strings"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// picture shows in width characters how much of a file has arrived: # all of that part, : some
// of it, . nothing.
func picture(s imagestore.UploadSession, width int) string {
	cells := min(int64(max(width, 1)), max(s.Size, 1))
	var b strings.Builder
	b.WriteByte('[')
	missing := s.Expected
	if s.Size == 0 {
		missing = nil
	}
	for i := range cells {
		cell := imagestore.Range{First: share(s.Size, i, cells), Last: share(s.Size, i+1, cells) - 1}
		switch expected := overlap(missing, cell); {
		case expected == 0:
			b.WriteByte('#')
		case expected == cell.Len():
			b.WriteByte('.')
		default:
			b.WriteByte(':')
		}
	}
	b.WriteByte(']')
	return b.String()
}

// share is size*i/n without overflow, for i up to n.
func share(size, i, n int64) int64 {
	hi, lo := bits.Mul64(uint64(size), uint64(i))
	quotient, _ := bits.Div64(hi, lo, uint64(n))
	return int64(quotient)
}

// overlap is how many bytes of r are in the ranges.
func overlap(ranges []imagestore.Range, r imagestore.Range) (n int64) {
	for _, other := range ranges {
		n += max(0, min(r.Last, other.Last)-max(r.First, other.First)+1)
	}
	return n
}

// percent rounds down, so that 100 means that nothing is missing.
func percent(s imagestore.UploadSession) int64 {
	if s.Size == 0 {
		return 100
	}
	return share(100, s.Received(), s.Size)
}
