package emulator

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

const chunkOf = "/ImageStore/App/Code.zip/$/UploadChunk?" + version + "&session-id=" + oneSession

const oneSession = "2032ac6c-a348-4594-86da-dab0f2bb1ae1"

func TestAFaultAddedWhileTheStoreRunsCountsFromThen(t *testing.T) {
	b := newBench(t)
	put := func() int { return b.do("PUT", "/ImageStore/a?"+version, "hello").status }
	put()
	put()
	faults, err := ParseFaults("UploadFile:2=503/E_ABORT")
	if err != nil {
		t.Fatal(err)
	}
	added, err := b.store.AddFaults(faults...)
	if err != nil || len(added) != 1 {
		t.Fatal(added, err)
	}
	if first, second := put(), put(); first != 200 || second != 503 {
		t.Errorf("the next two are %d and %d, want 200 and 503", first, second)
	}
	if got := b.store.Faults(); len(got) != 1 || got[0].Seen != 2 || got[0].Struck != 1 {
		t.Errorf("faults %+v, want one, seen 2 and struck 1", got)
	}
	if b.store.RemoveFault(added[0].ID + 1) {
		t.Error("an unknown fault is removed")
	}
	if !b.store.RemoveFault(added[0].ID) || len(b.store.Faults()) != 0 {
		t.Error("the fault is still there")
	}
	if _, err := b.store.AddFaults(faults[0], Fault{Operation: "None"}); err == nil || len(b.store.Faults()) != 0 {
		t.Errorf("an invalid fault is added: %v", err)
	}
}

func TestFaultsAreWrittenAsTheyAreRead(t *testing.T) {
	for _, text := range []string{
		"UploadFileChunk:3=drop-request", "*:every-7=503/E_ABORT", "UploadFile:from-2:every-3:count-4=cut",
		"UploadFileChunk=skip-chunk", "*:from-2=delay/1.5s", "CommitImageStoreUploadSession:1=fail-commit", "UploadFile=lose-sessions",
	} {
		faults, err := ParseFaults(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := faults[0].String(); got != text {
			t.Errorf("%s is written %s", text, got)
		}
	}
}

func TestTheClockIsAdvanced(t *testing.T) {
	b := newBench(t)
	b.do("PUT", chunkOf, "01234", "Content-Range", "bytes 0-4/10")
	s := b.store.Sessions()
	if len(s) != 1 || len(s[0].Expected) != 1 || s[0].Expected[0] != (Range{5, 9}) || s[0].Size != 10 || s[0].Path != "App/Code.zip" {
		t.Fatalf("sessions %+v", s)
	}
	left := s[0].Expires.Sub(b.store.Now())
	if err := b.store.AdvanceClock(left - 1); err != nil {
		t.Fatal(err)
	}
	if len(b.store.Sessions()) != 1 {
		t.Fatalf("the session is gone 1 ns before its time, %v", left)
	}
	if err := b.store.AdvanceClock(1); err != nil {
		t.Fatal(err)
	}
	if got := b.store.Stats().Sessions; got != 0 {
		t.Errorf("%d sessions at the time when it expires", got)
	}
	for _, d := range []time.Duration{0, -time.Second, 1<<63 - 1} {
		if err := b.store.AdvanceClock(d); err == nil {
			t.Errorf("the clock is advanced by %v", d)
		}
	}
}

// A session with a later chunk than the first expires at one of the regular sweeps.
func TestExpiryIsTheSweepThatEndsTheSession(t *testing.T) {
	b := newBench(t)
	b.do("PUT", chunkOf, "01234", "Content-Range", "bytes 0-4/20")
	b.clock.forward(7 * time.Minute)
	b.do("PUT", chunkOf, "01234", "Content-Range", "bytes 5-9/20")
	if got := b.store.Sessions()[0].Expires.Sub(b.store.Now()); got != 33*time.Minute {
		t.Fatalf("it expires in %v, want 33m: the first sweep of each 5m after 30m", got)
	}
	b.clock.forward(33*time.Minute - 1)
	if len(b.store.Sessions()) != 1 {
		t.Error("it is gone before")
	}
	b.clock.forward(1)
	if len(b.store.Sessions()) != 0 {
		t.Error("it is there after")
	}
}

func TestFilesAndSessionsAreEmptiedApart(t *testing.T) {
	b := newBench(t)
	b.do("PUT", "/ImageStore/App/b?"+version, "hello")
	b.do("PUT", "/ImageStore/App/a?"+version, "")
	b.do("PUT", chunkOf, "01234", "Content-Range", "bytes 0-4/10")
	files := b.store.Files()
	if len(files) != 2 || files[0].Path != "App/a" || files[1].Size != 5 || !files[1].Modified.Equal(b.store.Now()) {
		t.Errorf("files %+v", files)
	}
	if err := b.store.DeleteFiles(t.Context()); err != nil || len(b.store.Files()) != 0 {
		t.Errorf("%d files are left: %v", len(b.store.Files()), err)
	}
	if n := b.store.DeleteSessions(); n != 1 || len(b.store.Sessions()) != 0 {
		t.Errorf("%d sessions are deleted, want 1", n)
	}
	turn := b.store.turns.queue("App", false)
	defer b.store.turns.end(turn)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.store.DeleteFiles(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("beside a write: %v", err)
	}
}

func TestObservedSeesEachRequest(t *testing.T) {
	s, err := New(WithFolder(t.TempDir()), WithFaults(Fault{Operation: "UploadFile", Action: DropReply}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	seen := make(chan Exchange, 1)
	server := httptest.NewServer(s.Observed(func(e Exchange) { seen <- e }))
	defer server.Close()
	b := &bench{t: t, store: s, url: server.URL}
	b.do(http.MethodGet, "/ImageStore?"+version, "")
	if e := <-seen; e.Operation != "GetImageStoreRootContent" || e.Status != 404 {
		t.Errorf("observed %+v", e)
	}
	_, _ = b.try(http.MethodPut, "/ImageStore/a?"+version, "hello")
	if e := <-seen; e.Operation != "UploadFile" || e.Status != 0 || e.BytesIn != 5 {
		t.Errorf("observed %+v", e)
	}
}
