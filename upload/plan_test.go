package upload

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// planOf plans the upload of some bytes.
func planOf(t interface{ Fatalf(string, ...any) }, content []byte, path string, chunkSize int64) *plan {
	s := &source{ReaderAt: bytes.NewReader(content), size: int64(len(content))}
	p, err := newPlan(s, chunkSize)
	if err == nil {
		err = p.digestChunks(context.Background(), s, func(int64) {})
	}
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	p.session = p.sessionID(path, nil, 0)
	return p
}

// expectedWithout returns what a server expects of a file of which some chunks arrived: ascending
// ranges, adjacent ones joined.
func expectedWithout(p *plan, arrived []bool) (expected []imagestore.Range) {
	for i, there := range arrived {
		r := p.chunk(i)
		switch last := len(expected) - 1; {
		case there:
		case last >= 0 && expected[last].Last+1 == r.First:
			expected[last].Last = r.Last
		default:
			expected = append(expected, r)
		}
	}
	return expected
}

func TestMissingIsTheComplementOfWhatArrived(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chunkSize := rapid.Int64Range(1, 50).Draw(t, "chunk size")
		size := rapid.Int64Range(1, 1000).Draw(t, "size")
		p := planOf(t, make([]byte, size), "a", chunkSize)
		arrived := rapid.SliceOfN(rapid.Bool(), len(p.chunks), len(p.chunks)).Draw(t, "arrived")
		var want []int
		for i, there := range arrived {
			if !there {
				want = append(want, i)
			}
		}
		expected := expectedWithout(p, arrived)
		got, err := p.missing(expected)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("missing of %v is %v, %v; not %v", expected, got, err, want)
		}
		session := imagestore.UploadSession{Expected: expected}
		for i, there := range arrived {
			if expects(session, p.chunk(i)) == there {
				t.Fatalf("chunk %d is expected: %v", i, !there)
			}
		}
	})
}

func TestRangesOffTheGridAreNotChunks(t *testing.T) {
	p := planOf(t, make([]byte, 95), "a", 10)
	for _, r := range []imagestore.Range{{First: 1, Last: 9}, {First: 0, Last: 8}, {First: 10, Last: 94 - 1}, {First: 5, Last: 14}, {First: 91, Last: 94}} {
		if got, err := p.missing([]imagestore.Range{{First: 0, Last: 9}, r}); err == nil {
			t.Errorf("missing of %s is %v", r, got)
		}
	}
	if got, err := p.missing([]imagestore.Range{{First: 90, Last: 94}}); err != nil || !slices.Equal(got, []int{9}) {
		t.Errorf("the last chunk is %v, %v", got, err)
	}
}

func TestChunksCoverTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chunkSize := rapid.Int64Range(1, 50).Draw(t, "chunk size")
		size := rapid.Int64Range(0, 500).Draw(t, "size")
		p := planOf(t, make([]byte, size), "a", chunkSize)
		next := int64(0)
		for i := range p.chunks {
			r := p.chunk(i)
			if r.First != next || r.Len() < 1 || r.Len() > chunkSize || i < len(p.chunks)-1 && r.Len() != chunkSize {
				t.Fatalf("chunk %d is %s", i, r)
			}
			next = r.Last + 1
		}
		if next != size {
			t.Fatalf("the chunks end at %d", next)
		}
	})
}

func TestSessionIDChangesWithAllThatItStandsFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "content")
		chunkSize := rapid.Int64Range(1, 100).Draw(t, "chunk size")
		id := planOf(t, content, "App/a", chunkSize).session
		if planOf(t, slices.Clone(content), "App/a", chunkSize).session != id {
			t.Fatalf("the same upload has another session")
		}
		other := slices.Clone(content)
		other[rapid.IntRange(0, len(content)-1).Draw(t, "changed byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "change"))
		for what, p := range map[string]*plan{
			"a changed byte":   planOf(t, other, "App/a", chunkSize),
			"a byte more":      planOf(t, append(slices.Clone(content), 0), "App/a", chunkSize),
			"another path":     planOf(t, content, "App/A", chunkSize),
			"another chunking": planOf(t, content, "App/a", chunkSize+1),
		} {
			if p.session == id {
				t.Fatalf("%s has the same session", what)
			}
		}
	})
}

func TestDigestsDoNotDependOnProcessors(t *testing.T) {
	content := make([]byte, 300<<10)
	for i := range content {
		content[i] = byte(i * i >> 7)
	}
	want := planOf(t, content, "a", 10_000)
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	for _, processors := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(processors)
		got := planOf(t, content, "a", 10_000)
		if !slices.Equal(got.chunks, want.chunks) || got.session != want.session {
			t.Errorf("with %d processors the plan is another", processors)
		}
	}
}

// The id must stay the same in every later version, which resumes uploads of this one.
func TestSessionIDStaysWhatItIs(t *testing.T) {
	if got := fmt.Sprint(planOf(t, []byte("0123456789"), "App/Code.zip", 4).session); got != "2e382d0c-2f98-5a07-96d2-3b104010145d" {
		t.Errorf("the session is %s", got)
	}
}

func TestPausesStayWithinTheirBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Retry{Attempts: 8, Elapsed: time.Hour, First: 100 * time.Millisecond, Longest: time.Second}
		bounds := []time.Duration{100, 200, 400, 800, 1000, 1000, 1000}
		longest := make([]time.Duration, len(bounds))
		for range 300 {
			budget := r.begin()
			for i, bound := range bounds {
				began := time.Now()
				if !budget.pause(t.Context(), 0) {
					t.Fatalf("no attempt after %d failures", i+1)
				}
				took := time.Since(began)
				if took > bound*time.Millisecond {
					t.Fatalf("pause %d took %s, more than %d ms", i+1, took, bound)
				}
				longest[i] = max(longest[i], took)
			}
			if budget.pause(t.Context(), 0) {
				t.Fatal("a ninth attempt")
			}
		}
		for i, bound := range bounds {
			if longest[i] < bound*time.Millisecond*8/10 {
				t.Errorf("pause %d never took more than %s", i+1, longest[i])
			}
		}
	})
}

func TestBudgetOfTimeIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 100 {
			budget := Retry{Attempts: 1 << 30, Elapsed: 10 * time.Second, First: time.Second, Longest: 4 * time.Second}.begin()
			began := time.Now()
			for budget.pause(t.Context(), 0) {
			}
			if took := time.Since(began); took > 10*time.Second || took < 5*time.Second {
				t.Errorf("it went on for %s", took)
			}
		}
	})
}

func TestPauseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		began := time.Now()
		for budget := (Retry{Attempts: 1 << 30, Elapsed: time.Hour, First: time.Hour, Longest: time.Hour}).begin(); budget.pause(ctx, 0); {
		}
		if took := time.Since(began); took > time.Millisecond {
			t.Errorf("it took %s", took)
		}
	})
}
