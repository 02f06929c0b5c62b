package emulator

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A file has at most 12 bytes here, so that a map of bytes shows the right result.
func TestRangeArithmeticAgreesWithAMapOfBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		total := random.Uint64N(12) + 1
		received := make([]bool, total)
		var chunks []chunk
		for range random.IntN(12) {
			s := span{start: random.Uint64N(total)}
			s.end = s.start + random.Uint64N(total-s.start+2) // at times one past the end
			free := s.end < total && !slices.Contains(received[s.start:s.end+1], true)
			if got := fits(chunks, total, s); got != free {
				t.Fatalf("%v fits into %v of %d: %v, want %v", s, chunks, total, got, free)
			}
			if inside := slices.ContainsFunc(expected(chunks, total), func(e span) bool { return e.start <= s.start && s.end <= e.end }); inside != free {
				t.Fatalf("%v lies in %v: %v, want %v", s, expected(chunks, total), inside, free)
			}
			if !free {
				continue
			}
			at, _ := indexFor(chunks, s)
			chunks = slices.Insert(chunks, at, chunk{span: s})
			for i := s.start; i <= s.end; i++ {
				received[i] = true
			}
		}
		missing := []span{}
		for i := range total {
			switch {
			case received[i]:
			case i > 0 && !received[i-1]:
				missing[len(missing)-1].end = i
			default:
				missing = append(missing, span{i, i})
			}
		}
		if got := expected(chunks, total); !slices.Equal(got, missing) {
			t.Fatalf("%v of %d expects %v, want %v", chunks, total, got, missing)
		}
		if got, want := complete(chunks, total), len(missing) == 0; got != want {
			t.Fatalf("%v of %d is complete: %v", chunks, total, got)
		}
	}
}

func TestRangesAtTheEnds(t *testing.T) {
	const last = math.MaxUint64
	rows := []struct {
		name     string
		chunks   []span
		total    uint64
		want     []span
		complete bool
	}{
		{"nothing of a file", nil, 10, []span{{0, 9}}, false},
		{"nothing of an empty file", nil, 0, []span{{0, 0}}, false},
		{"an empty file for ever", []span{{0, 0}}, 0, []span{{0, 0}}, false},
		{"one past the end", []span{{0, 10}}, 10, []span{}, false},
		{"one past the end and a gap", []span{{5, 10}}, 10, []span{{0, 4}}, false},
		{"one past the end only", []span{{10, 10}}, 10, []span{{0, 9}}, false},
		{"one past the end and all the rest", []span{{0, 9}, {10, 10}}, 10, []span{}, false},
		{"the largest file", []span{{0, last - 1}}, last, []span{}, true},
		{"the largest file and one past its end", []span{{0, last}}, last, []span{}, false},
		{"a gap at the end of the largest file", []span{{0, 4}}, last, []span{{5, last - 1}}, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var chunks []chunk
			for _, s := range row.chunks {
				chunks = append(chunks, chunk{span: s})
			}
			if got := expected(chunks, row.total); !slices.Equal(got, row.want) {
				t.Errorf("expects %v, want %v", got, row.want)
			}
			if got := complete(chunks, row.total); got != row.complete {
				t.Errorf("complete: %v", got)
			}
		})
	}
}
