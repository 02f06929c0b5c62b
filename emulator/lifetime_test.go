package emulator

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func (b *bench) staging() int {
	b.t.Helper()
	files, err := os.ReadDir(filepath.Join(b.store.folder, "staging"))
	if err != nil {
		b.t.Fatal(err)
	}
	return len(files)
}

func TestLifetimeOfSessions(t *testing.T) {
	const m = time.Minute
	begin := func(id string) step { return step{chunkTo("a", id, "bytes 0-0/9", "a"), "200"} }
	runScenarios(t, []scenario{
		{"a session lives until it was idle for 30 minutes", []step{
			begin(id1),
			{forward(30*m - time.Nanosecond), ""},
			{expects(id1), "1-8"},
			{forward(1), ""},
			{expects(id1), "none"},
		}},
		{"a new chunk is a new lease, up to the next sweep", []step{
			begin(id1),
			{forward(20 * m), ""},
			{chunkTo("a", id1, "bytes 1-1/9", "b"), "200"},
			{forward(29 * m), ""}, // at 49
			{expects(id1), "2-8"},
			{forward(m), ""}, // at 50, the fifth sweep
			{expects(id1), "none"},
		}},
		{"a refused chunk and a query are no lease", []step{
			begin(id1),
			{forward(29 * m), ""},
			{chunkTo("a", id1, "bytes 0-0/9", "a"), refusedRange},
			{expects(id1), "1-8"},
			{forward(m), ""},
			{expects(id1), "none"},
		}},
		{"a young session passes the first sweep, and later ones are 5 minutes apart", []step{
			begin(id1),
			{forward(m), ""},
			begin(id2),
			{forward(29 * m), ""}, // at 30: idle for 30 and 29
			{expects(id1), "none"},
			{expects(id2), "1-8"},
			{forward(5*m - 1), ""}, // idle for nearly 34, and no sweep yet
			{expects(id2), "1-8"},
			{forward(1), ""},
			{expects(id2), "none"},
		}},
		{"sweeps that nobody saw count like those somebody saw", []step{
			begin(id1),
			{forward(31 * m), ""},
			begin(id2),
			{forward(29 * m), ""}, // at 60: idle for 29
			{expects(id2), "1-8"},
			{forward(5 * m), ""}, // at 65: with a sweep
			{expects(id2), "none"},
		}},
		{"the sweeps begin anew with the first session after none", []step{
			begin(id1),
			{forward(29 * m), ""},
			{dropOf(id1), "200"},
			begin(id2),
			{forward(29 * m), ""},
			{chunkTo("a", id2, "bytes 1-1/9", "b"), "200"},
			{forward(6 * m), ""},
			{expects(id2), "2-8"},
		}},
		{"a commit finds no session after its time", []step{
			{chunkTo("a", id1, "bytes 0-0/1", "a"), "200"},
			{commitOf(id1), "200"},
			{forward(30 * m), ""},
			{commitOf(id1), invalid},
			{stored("a"), "a"},
		}},
		{"a chunk after its session's time begins a new one", []step{
			begin(id1),
			{forward(30 * m), ""},
			{chunkTo("b", id1, "bytes 3-3/5", "a"), "200"},
			{expects(id1), "0-2 4-4"},
		}},
		{"the chunks of a session go with it", []step{
			begin(id1),
			{forward(30 * m), ""},
			{expects(id1), "none"},
			{func(b *bench) string {
				if b.staging() != 0 {
					return "a chunk is left"
				}
				return ""
			}, ""},
		}},
	})
}

func TestAShortTimeoutShortensTheSweep(t *testing.T) {
	b := newBench(t, WithSessionTimeout(6*time.Second))
	b.want(b.chunk("a", id1, "bytes 0-0/9", "a"), "200")
	b.clock.forward(time.Second / 2)
	b.want(b.chunk("a", id2, "bytes 0-0/9", "a"), "200")
	b.clock.forward(6*time.Second - time.Second/2)
	if got := b.expects(id1) + ", " + b.expects(id2); got != "none, 1-8" {
		t.Errorf("after 6 s: %s", got)
	}
	b.clock.forward(time.Second)
	if got := b.expects(id2); got != "none" {
		t.Errorf("after 7 s: %s", got)
	}
}
