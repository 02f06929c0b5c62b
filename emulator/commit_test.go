package emulator

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestCommits(t *testing.T) {
	runScenarios(t, []scenario{
		{"an unknown session and an unfinished one look alike", []step{
			{commitOf(id1), invalid},
			{chunkTo("a", id1, "bytes 0-0/2", "a"), "200"},
			{commitOf(id1), invalid},
			{ls(""), "404 FABRIC_E_NAME_DOES_NOT_EXIST"},
		}},
		{"a commit makes the file and keeps the session", []step{
			{chunkTo("f/a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{stored("f/a"), "ab"},
			{expects(id1), ""},
			{dropOf(id1), "200"},
			{stored("f/a"), "ab"},
		}},
		{"a repeated commit changes nothing", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{version1("a"), ""},
			{commitOf(id1), "200"},
			{version1("a"), ""},
		}},
		{"a repeated commit after another writer publishes again", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{put("a", "other"), "200"},
			{commitOf(id1), "200"},
			{stored("a"), "ab"},
		}},
		{"a repeated commit after a deletion publishes again", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{remove("a"), "200"},
			{commitOf(id1), "200"},
			{stored("a"), "ab"},
		}},
		{"a repeated commit after the session went looks like a failure", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{failover, ""},
			{commitOf(id1), invalid},
			{stored("a"), "ab"},
		}},
		{"a commit of the file's own session does nothing, whatever was lost since", []step{
			{chunkTo("a", id1, "bytes 0-0/1", "a"), "200"},
			{commitOf(id1), "200"},
			{failover, ""},
			{chunkTo("a", id1, "bytes 0-1/1", "bc"), "200"},
			{expects(id1), ""},
			{commitOf(id1), "200"},
			{stored("a"), "a"},
		}},
		{"nothing more fits a committed session", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{chunkTo("a", id1, "bytes 0-1/2", "cd"), refusedRange},
		}},
		{"a commit replaces a file", []step{
			{put("a", "old and long"), "200"},
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{stored("a"), "ab"},
		}},
		{"a backslash of the path makes a folder", []step{
			{chunkTo("f%5Ca", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{stored("f/a"), "ab"},
		}},
		{"a short body is noticed at the commit only", []step{
			{chunkTo("a", id1, "bytes 0-4/5", "abc"), "200"},
			{expects(id1), ""},
			{commitOf(id1), invalid},
			{ls(""), "404 FABRIC_E_NAME_DOES_NOT_EXIST"},
		}},
		{"an empty body is noticed at the commit only", []step{
			{chunkTo("a", id1, "bytes 0-4/5", ""), "200"},
			{commitOf(id1), invalid},
		}},
		{"a long body is noticed at the commit only", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "abc"), "200"},
			{commitOf(id1), invalid},
		}},
		{"a long body and a short one may make up for each other", []step{
			{chunkTo("a", id1, "bytes 0-1/4", "abc"), "200"},
			{chunkTo("a", id1, "bytes 2-3/4", "d"), "200"},
			{commitOf(id1), "200"},
			{stored("a"), "abcd"},
		}},
		{"a commit where a folder of that name came between", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{put("a/b", "x"), "200"},
			{commitOf(id1), invalid},
			{remove("a"), "200"},
			{commitOf(id1), "200"},
		}},
		{"a commit whose chunk vanished", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{func(b *bench) string { return fmt.Sprint(os.Remove(filepath.Join(b.store.folder, "staging/1"))) }, "<nil>"},
			{commitOf(id1), "404 NotFound"},
		}},
	})
}

// version1 fails unless the file has the version of the first write.
func version1(path string) func(*bench) string {
	return func(b *bench) string {
		if f := b.store.tree.File(path); f.Version.Number != 1 {
			return "written again"
		}
		return ""
	}
}

func TestACommitOfTheWrongSizeSaysSo(t *testing.T) {
	b := newBench(t)
	b.want(b.chunk("/f/a/", id1, "bytes 0-4/5", "abc"), "200")
	r := b.commit(id1)
	const want = "Upload failed due to an internal error. Image store file f\\a has 5 bytes, which doesn't match expected value of 3 bytes. Please retry."
	if r.text != want {
		t.Errorf("%q, want %q", r.text, want)
	}
}

func TestStagingHoldsNothingButTheChunksOfSessions(t *testing.T) {
	b := newBench(t)
	b.put("p", "x")
	b.want(b.chunk("a", id1, "bytes 0-1/2", "ab"), "200")
	b.want(b.chunk("a", id1, "bytes 0-1/2", "ab"), refusedRange)
	b.want(b.chunk("b", id1, "bytes 0-1/2", "ab"), conflict)
	b.want(b.chunk("a", "bad", "bytes 0-1/2", "ab"), invalidID)
	b.want(b.commit(id1), "200")
	b.want(b.commit(id1), "200")
	b.want(b.do("POST", "/ImageStore/$/Copy?"+version, `{"RemoteSource":"p","RemoteDestination":"q"}`), "200")
	b.want(b.do("DELETE", "/ImageStore/q?"+version, ""), "200")
	if got := b.staging(); got != 1 {
		t.Errorf("%d files in staging, want the one chunk", got)
	}
	b.want(b.chunk("c", id2, "bytes 0-4/5", "abc"), "200")
	b.want(b.commit(id2), invalid)
	b.put("d/e", "x")
	b.want(b.chunk("d", id3, "bytes 0-0/1", "x"), "200")
	b.want(b.commit(id3), invalid) // there is a folder at d
	if got := b.staging(); got != 3 {
		t.Errorf("%d files in staging, want a chunk of each session", got)
	}
	b.want(b.drop(id1), "200")
	b.want(b.drop(id2), "200")
	b.want(b.drop(id3), "200")
	if got := b.staging(); got != 0 {
		t.Errorf("%d files in staging, want none", got)
	}
	b.want(b.chunk("a", id1, "bytes 0-1/2", "ab"), "200")
	b.store.Failover()
	if got := b.staging(); got != 0 {
		t.Errorf("%d files in staging after a failover, want none", got)
	}
}
