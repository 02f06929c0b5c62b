package emulator

import (
	"fmt"
	"testing"
	"time"
)

const (
	lost = "504 FABRIC_E_TIMEOUT" // after a minute
	mib  = 1 << 20
)

// guid returns one of many ids.
func guid(n int) string { return fmt.Sprintf("00000000-0000-0000-0000-%012d", n) }

// took sends a request, and returns its result and how long it took by the store's clock.
func (b *bench) took(do func(*bench) string) (answer string, took time.Duration) {
	before := b.clock.now()
	answer = do(b)
	return answer, b.clock.now().Sub(before).Round(time.Second)
}

// Each row has its own store. A lost message is a wait of a minute.
func TestChaos(t *testing.T) {
	for _, row := range []struct {
		name string
		// send is the n-th request, and want its expected result
		send func(n int) func(*bench) string
		want map[int]string // 200 if there is no entry
		till int
	}{
		{"every 7th create is lost, and the reply to every 13th", func(n int) func(*bench) string {
			return chunkTo("a", guid(n), "bytes 0-0/2", "x")
		}, map[int]string{7: lost, 13: lost, 14: lost, 21: lost, 26: lost, 12: lost, 25: "404 NotFound", 27: lost}, 27},
		{"every 11th chunk is lost, the reply to every 23rd, and the 20th that arrives is not found", func(n int) func(*bench) string {
			return chunkTo("a", id1, fmt.Sprintf("bytes %d-%d/999", n, n), "x")
		}, map[int]string{11: lost, 22: lost, 23: lost, 33: lost, 44: lost, 46: lost, 21: "404 NotFound"}, 50},
		{"every 9th commit is lost, the reply to every 11th, and the 19th that arrives fails, and with it the reply", func(n int) func(*bench) string {
			return commitOf(id1)
		}, map[int]string{9: lost, 18: lost, 27: lost, 11: lost, 22: lost, 33: lost, 21: lost}, 34},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, WithChaos())
			noWaiting(b)
			if row.name[:9] == "every 9th" {
				b.want(b.chunk("a", id1, "bytes 0-0/1", "x"), "200")
			}
			for n := 1; n <= row.till; n++ {
				want := row.want[n]
				if want == "" {
					want = "200"
				}
				got, took := b.took(row.send(n))
				if got != want || (took == time.Minute) != (want == lost) {
					t.Errorf("request %d: got %q in %v, want %q", n, got, took, want)
				}
			}
		})
	}
}

func TestChaosOfMessages(t *testing.T) {
	b := newBench(t, WithChaos())
	noWaiting(b)
	for n := 1; n <= 6; n++ {
		b.want(b.chunk("a", guid(n), "bytes 0-0/1", "x"), "200")
	}
	b.want(b.chunk("a", guid(7), "bytes 0-0/1", "x"), lost)
	if got := b.expects(guid(7)); got != "none" {
		t.Errorf("a lost create made a session that expects %s", got)
	}
	for n := 8; n <= 12; n++ { // with chunks 7 to 11
		want := "200"
		if n == 12 {
			want = lost
		}
		b.want(b.chunk("a", guid(n), "bytes 0-0/1", "x"), want)
	}
	if got := b.expects(guid(12)); got != "0-0" {
		t.Errorf("a lost chunk leaves its session expecting %s", got)
	}
	b.want(b.chunk("a", guid(13), "bytes 0-0/1", "x"), lost)
	if got := b.expects(guid(13)); got != "0-0" {
		t.Errorf("the lost reply to a create leaves a session that expects %s", got)
	}
	for range 8 {
		b.want(b.commit(guid(1)), "200")
	}
	b.put("a", "other")
	b.want(b.commit(guid(1)), lost)
	if got := b.stored("a"); got != "other" {
		t.Errorf("a lost commit stored %q", got)
	}
	b.want(b.commit(guid(1)), "200")
	b.put("a", "other")
	b.want(b.commit(guid(1)), lost)
	if got := b.stored("a"); got != "x" {
		t.Errorf("the lost reply to a commit leaves %q", got)
	}
}

func TestChaosOfChunksByPosition(t *testing.T) {
	b := newBench(t, WithChaos())
	noWaiting(b)
	at := func(position int) func(*bench) string {
		return chunkTo("a", id1, fmt.Sprintf("bytes %d-%d/%d", position, position, 99*mib), "x")
	}
	b.want(b.chunk("a", id1, fmt.Sprintf("bytes 0-%d/%d", 9*mib-1, 99*mib), "x"), "200")
	if got, took := b.took(at(9 * mib)); got != "200" || took != 15*time.Second {
		t.Errorf("at 9 MiB: %s in %v", got, took)
	}
	for i, want := range []string{"9437185-103809023", "9437185-31457279 31457281-103809023"} {
		if got, took := b.took(at(30 * mib)); got != "200" || took != 0 || b.expects(id1) != want {
			t.Errorf("at 30 MiB, time %d: %s in %v, expects %s", i+1, got, took, b.expects(id1))
		}
	}
	// A stall that is longer than the request's timeout ends when that is over.
	short := ask("PUT", fmt.Sprintf("/ImageStore/b/$/UploadChunk?timeout=4&session-id=%s", id2), "x", "Content-Range", fmt.Sprintf("bytes %d-%d/%d", 9*mib, 9*mib, 9*mib+1))
	if got, took := b.took(short); got != lost || took != 4*time.Second || b.expects(id2) != "0-9437183" {
		t.Errorf("at 9 MiB with 4 s: %s in %v, expects %s", got, took, b.expects(id2))
	}
}

func TestChaosOfFilesWithXML(t *testing.T) {
	for _, p := range []Platform{Windows, Linux} {
		b := newBench(t, WithChaos(), WithPlatform(p))
		noWaiting(b)
		for n := 1; n <= 22; n++ {
			path, want := "a.xml", time.Duration(0)
			switch n {
			case 11:
				want = 35 * time.Second
			case 22:
				path = "a.txt"
			}
			if got, took := b.took(put(path, "x")); got != "200" || took != want {
				t.Errorf("%v: upload %d: %s in %v, want %v", p, n, got, took, want)
			}
		}
	}
}
