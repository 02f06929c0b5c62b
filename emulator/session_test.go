package emulator

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

const (
	refusedRange = "400 FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE"
	conflict     = "409 FABRIC_E_UPLOAD_SESSION_ID_CONFLICT"
	invalid      = "400 E_INVALIDARG"
	invalidID    = "400 FABRIC_E_INVALID_UPLOAD_SESSION_ID"
)

func TestSessions(t *testing.T) {
	runScenarios(t, []scenario{
		{"the first chunk creates the session, whichever part it is", []step{
			{expects(id1), "none"},
			{chunkTo("a", id1, "bytes 3-5/10", "abc"), "200"},
			{expects(id1), "0-2 6-9"},
		}},
		{"chunks may come in any order", []step{
			{chunkTo("a", id1, "bytes 8-9/10", "ij"), "200"},
			{chunkTo("a", id1, "bytes 0-1/10", "ab"), "200"},
			{chunkTo("a", id1, "bytes 4-5/10", "ef"), "200"},
			{expects(id1), "2-3 6-7"},
			{chunkTo("a", id1, "bytes 6-7/10", "gh"), "200"},
			{chunkTo("a", id1, "bytes 2-3/10", "cd"), "200"},
			{expects(id1), ""},
			{commitOf(id1), "200"},
			{stored("a"), "abcdefghij"},
		}},
		{"a chunk that came before is refused", []step{
			{chunkTo("a", id1, "bytes 0-4/10", "hello"), "200"},
			{chunkTo("a", id1, "bytes 0-4/10", "hello"), refusedRange},
			{chunkTo("a", id1, "bytes 1-3/10", "ell"), refusedRange},
			{expects(id1), "5-9"},
		}},
		{"a chunk that overlaps one is refused and changes nothing", []step{
			{chunkTo("a", id1, "bytes 3-5/10", "abc"), "200"},
			{chunkTo("a", id1, "bytes 0-3/10", "0123"), refusedRange},
			{chunkTo("a", id1, "bytes 5-9/10", "56789"), refusedRange},
			{chunkTo("a", id1, "bytes 0-9/10", "0123456789"), refusedRange},
			{expects(id1), "0-2 6-9"},
		}},
		{"a chunk over two expected ranges is refused", []step{
			{chunkTo("a", id1, "bytes 4-4/10", "x"), "200"},
			{chunkTo("a", id1, "bytes 2-6/10", "abcde"), refusedRange},
		}},
		{"a session belongs to the path that created it", []step{
			{chunkTo("a/b", id1, "bytes 0-0/2", "x"), "200"},
			{chunkTo("a/c", id1, "bytes 1-1/2", "y"), conflict},
			{chunkTo("A/b", id1, "bytes 1-1/2", "y"), conflict},
			{chunkTo("a%5Cb", id1, "bytes 1-1/2", "y"), conflict},
			{chunkTo("a%2Fb", id1, "bytes 1-1/2", "y"), "200"},
		}},
		{"a session has the size that created it", []step{
			{chunkTo("a", id1, "bytes 0-0/2", "x"), "200"},
			{chunkTo("a", id1, "bytes 1-1/3", "y"), invalid},
			{chunkTo("a", id1, "", "y"), invalid},
		}},
		{"the path is compared before the size, and the size before the range", []step{
			{chunkTo("a", id1, "bytes 0-0/2", "x"), "200"},
			{chunkTo("b", id1, "bytes 0-0/3", "x"), conflict},
			{chunkTo("a", id1, "bytes 0-0/3", "x"), invalid},
		}},
		{"the first chunk may claim one byte past the end, and is never committed", []step{
			{chunkTo("a", id1, "bytes 0-5/5", "hello"), "200"},
			{expects(id1), ""},
			{commitOf(id1), invalid},
			{dropOf(id1), "200"},
		}},
		{"a later chunk may not claim one byte past the end", []step{
			{chunkTo("a", id1, "bytes 0-1/5", "he"), "200"},
			{chunkTo("a", id1, "bytes 2-5/5", "llo"), refusedRange},
		}},
		{"an empty file expects its first byte for ever", []step{
			{chunkTo("a", id1, "bytes 0-0/0", ""), "200"},
			{expects(id1), "0-0"},
			{chunkTo("a", id1, "bytes 0-0/0", ""), "200"},
			{expects(id1), "0-0"},
			{commitOf(id1), invalid},
		}},
		{"a chunk without a range begins an empty file", []step{
			{chunkTo("a", id1, "", "x"), "200"},
			{expects(id1), "0-0"},
		}},
		{"two sessions on one path know nothing of each other", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{chunkTo("a", id2, "bytes 0-0/3", "c"), "200"},
			{expects(id1), ""},
			{expects(id2), "1-2"},
		}},
		{"an id is one in either case", []step{
			{chunkTo("a", strings.ToUpper(id2), "bytes 0-0/2", "a"), "200"},
			{expects(id2), "1-1"},
			{chunkTo("a", id2, "bytes 1-1/2", "b"), "200"},
			{commitOf(strings.ToUpper(id2)), "200"},
		}},
		{"a chunk needs an id", []step{
			{ask("PUT", "/ImageStore/a/$/UploadChunk", "x", "Content-Range", "bytes 0-0/1"), invalidID},
			{chunkTo("a", "", "bytes 0-0/1", "x"), invalidID},
			{chunkTo("a", "00000000-0000-0000-0000-000000000000", "bytes 0-0/1", "x"), invalidID},
			{chunkTo("a", "{"+id1+"}", "bytes 0-0/1", "x"), invalidID},
			{chunkTo("a", strings.ReplaceAll(id1, "-", ""), "bytes 0-0/1", "x"), invalidID},
			{chunkTo("a", id1[:35]+"g", "bytes 0-0/1", "x"), invalidID},
			{chunkTo("a", id1[:8]+"0"+id1[9:], "bytes 0-0/1", "x"), invalidID},
		}},
		{"a bad id at a commit and at a deletion is a bad argument", []step{
			{commitOf("x"), invalid},
			{dropOf("x"), invalid},
			{commitOf("00000000-0000-0000-0000-000000000000"), invalid},
			{dropOf("00000000-0000-0000-0000-000000000000"), invalid},
			{ask("DELETE", "/ImageStore/$/DeleteUploadSession", ""), invalid},
		}},
		{"a session is deleted once", []step{
			{chunkTo("a", id1, "bytes 0-0/2", "a"), "200"},
			{dropOf(id1), "200"},
			{dropOf(id1), "404 NotFound"},
			{expects(id1), "none"},
			{chunkTo("b", id1, "bytes 0-1/9", "ab"), "200"},
			{expects(id1), "2-8"},
		}},
		{"a failover loses the sessions and no file, and the next chunk begins anew", []step{
			{put("kept", "x"), "200"},
			{chunkTo("a", id1, "bytes 0-4/10", "hello"), "200"},
			{failover, ""},
			{expects(id1), "none"},
			{chunkTo("a", id1, "bytes 5-9/10", "world"), "200"},
			{expects(id1), "0-4"},
			{commitOf(id1), invalid},
			{stored("kept"), "x"},
		}},
		{"a session on a name that cannot be stored is refused at once", []step{
			{chunkTo(strings.Repeat("x", 256), id1, "bytes 0-0/1", "x"), "400 FABRIC_E_PATH_TOO_LONG"},
			{expects(id1), "none"},
		}},
	})
}

func TestASessionIsReportedExactly(t *testing.T) {
	b := newBench(t)
	// As in the published example, an escaped backslash stays one.
	const target = "SwaggerTest%5CCommon.dll"
	b.want(b.chunk(target, id2, "bytes 402129-730104/2097152", "x"), "200")
	b.want(b.chunk(target, id1, "bytes 0-0/1", "y"), "200")
	want := `{"StoreRelativePath":"SwaggerTest\\Common.dll","SessionId":"` + id2 + `","FileSize":"2097152",` +
		`"ModifiedDate":"2026-01-02T03:04:05.678Z","ExpectedRanges":[{"StartPosition":"0","EndPosition":"402128"},` +
		`{"StartPosition":"730105","EndPosition":"2097151"}]}`
	one := `{"UploadSessions":[` + want + `]}`
	both := `{"UploadSessions":[{"StoreRelativePath":"SwaggerTest\\Common.dll","SessionId":"` + id1 + `","FileSize":"1",` +
		`"ModifiedDate":"2026-01-02T03:04:05.678Z","ExpectedRanges":[]},` + want + `]}`
	for _, row := range []struct{ name, target, want string }{
		{"by id", "/ImageStore/$/GetUploadSession?api-version=6.0&session-id=" + id2, one},
		{"by id in upper case", "/ImageStore/$/GetUploadSession?api-version=6.0&session-id=" + strings.ToUpper(id2), one},
		{"by path", "/ImageStore/" + target + "/$/GetUploadSession?api-version=6.0", both},
		{"by path, whatever the id", "/ImageStore/" + target + "/$/GetUploadSession?api-version=6.0&session-id=" + id1, both},
		{"by path with a slash, which is another", "/ImageStore/SwaggerTest/Common.dll/$/GetUploadSession?api-version=6.0", ""},
		{"by path in another case", "/ImageStore/swaggertest%5CCommon.dll/$/GetUploadSession?api-version=6.0", ""},
		{"before 3.0 the date is a number", "/ImageStore/$/GetUploadSession?api-version=2.0&session-id=" + id2,
			strings.Replace(one, "2026-01-02T03:04:05.678Z", "134117966456780000", 1)},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := b.do("GET", row.target, "")
			if string(r.body) != row.want || (r.status == 204) != (row.want == "") {
				t.Errorf("%d\n%s\nwant\n%s", r.status, r.body, row.want)
			}
		})
	}
}

func TestLinuxHasNoSessions(t *testing.T) {
	runScenarios(t, []scenario{{"every session URL is a bad one", []step{
		{chunkTo("a", id1, "bytes 0-0/1", "x"), invalid},
		{commitOf(id1), invalid},
		{dropOf(id1), invalid},
		{ask("GET", "/ImageStore/$/GetUploadSession?session-id="+id1, ""), invalid},
		{ask("GET", "/ImageStore/a/$/GetUploadSession", ""), invalid},
		{put("a", "x"), "200"},
	}}}, WithPlatform(Linux))
}

func TestOnlyANewChunkTouchesASession(t *testing.T) {
	b := newBench(t)
	modified := func() time.Time {
		s, _ := b.store.sessions.get(id1)
		return s.modified
	}
	b.want(b.chunk("a", id1, "bytes 0-0/3", "a"), "200")
	first := modified()
	b.clock.forward(time.Minute)
	b.want(b.chunk("a", id1, "bytes 0-0/3", "a"), refusedRange)
	b.expects(id1)
	b.want(b.commit(id1), invalid)
	if got := modified(); got != first {
		t.Errorf("modified at %v, want %v", got, first)
	}
	b.want(b.chunk("a", id1, "bytes 1-1/3", "b"), "200")
	if got := modified(); got != first.Add(time.Minute) {
		t.Errorf("modified at %v, want a minute later", got)
	}
}

// Two concurrent requests may see these effects of each other, step by step.
func TestChunksThatRace(t *testing.T) {
	now := newClock().now()
	of := func(start, end, total uint64) contentRange { return contentRange{span{start, end}, total} }

	m := newSessions(time.Minute)
	for range 2 { // two first chunks, of different paths and sizes
		if known, err := m.admit(id1, "a", of(0, 4, 10)); known || err != nil {
			t.Fatal(known, err)
		}
	}
	m.create(id1, "a", 10, now)
	m.create(id1, "b", 99, now)
	if s, _ := m.get(id1); s.path != "a" || s.total != 10 {
		t.Errorf("the second creation changed the session to %q of %d", s.path, s.total)
	}
	for i := range 2 { // two identical chunks that were both accepted
		recorded, err := m.record(id1, chunk{span{0, 4}, tree.Staged{}}, now)
		if err != nil || recorded != (i == 0) {
			t.Errorf("identical chunk %d: recorded %v, %v", i, recorded, err)
		}
	}
	if _, err := m.record(id1, chunk{span{4, 6}, tree.Staged{}}, now); !errors.Is(err, errRange) {
		t.Errorf("overlapping chunk: %v", err)
	}
	if s, _ := m.get(id1); len(s.chunks) != 1 {
		t.Errorf("the overlapping chunk changed the session: %v", s.chunks)
	}
	m.remove(id1)
	if _, err := m.record(id1, chunk{span{5, 9}, tree.Staged{}}, now); !errors.Is(err, errSessionUnknown) {
		t.Errorf("chunk of a session that went: %v", err)
	}
}

func TestRacingIdenticalChunksAreRecordedOnce(t *testing.T) {
	b := newBench(t)
	var group sync.WaitGroup
	for range 4 {
		for i := range 8 {
			group.Go(func() {
				s := chunkTo("a", id1, fmt.Sprintf("bytes %d-%d/16", 2*i, 2*i+1), fmt.Sprintf("%x%x", 2*i, 2*i+1))(b)
				if s != "200" && s != refusedRange {
					t.Errorf("%q", s)
				}
			})
		}
	}
	group.Wait()
	b.want(b.commit(id1), "200")
	if got := b.stored("a"); got != "0123456789abcdef" {
		t.Errorf("stored %q", got)
	}
	if st := b.store.Stats(); st.ChunkBytesRecorded != 16 || st.ChunkBytesReceived != 64 {
		t.Errorf("recorded %d bytes of %d, want 16 of 64", st.ChunkBytesRecorded, st.ChunkBytesReceived)
	}
}
