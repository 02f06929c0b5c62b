package upload_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

// figures are the parts of a report that a script determines.
type figures struct {
	Resumed, Sent int64
	Retries       int
}

func TestReportsAreExact(t *testing.T) {
	const n = someChunk
	failing := func(operation string, count int) emulator.Fault {
		return emulator.Fault{Operation: operation, Count: count, Action: emulator.Answer, Status: 503, Code: "E_ABORT"}
	}
	for name, row := range map[string]struct {
		size   int
		faults []emulator.Fault
		want   figures
	}{
		"nothing goes wrong":                  {4 * n, nil, figures{0, 4 * n, 0}},
		"an empty file":                       {0, nil, figures{}},
		"a small file":                        {n, nil, figures{0, n, 0}},
		"a small file, refused twice":         {n, []emulator.Fault{failing(opPut, 2)}, figures{0, 3 * n, 2}},
		"two chunks fail":                     {4 * n, []emulator.Fault{failing(opChunk, 2)}, figures{0, 6 * n, 2}},
		"the response to a chunk is lost":     {4 * n, []emulator.Fault{{Operation: opChunk, From: 2, Count: 1, Action: emulator.DropReply}}, figures{0, 4 * n, 1}},
		"questions fail":                      {4 * n, []emulator.Fault{failing(opAsk, 3)}, figures{0, 4 * n, 3}},
		"commits fail":                        {4 * n, []emulator.Fault{failing(opCommit, 3)}, figures{0, 4 * n, 3}},
		"listings fail":                       {4 * n, []emulator.Fault{failing(opList, 2)}, figures{0, 4 * n, 2}},
		"the end of the session fails":        {4 * n, []emulator.Fault{failing(opEnd, 1)}, figures{0, 4 * n, 1}},
		"a chunk is taken and not recorded":   {4 * n, []emulator.Fault{{Operation: opChunk, From: 4, Count: 1, Action: emulator.SkipChunk}}, figures{0, 5 * n, 0}},
		"the sessions are lost at the commit": {4 * n, []emulator.Fault{{Operation: opCommit, Count: 1, Action: emulator.LoseSessions}}, figures{0, 8 * n, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t, emulator.WithFaults(row.faults...))
			var seen events
			report, err := readerAt(t, s.uploader(upload.WithWorkers(1), seen.option()), noise(row.size, 1))
			must(t, err)
			got := figures{report.Resumed, report.Sent, report.Retries}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			if report.Path != at || report.Size != int64(row.size) || report.Err != nil || report.Duration <= 0 {
				t.Errorf("the report is %+v", report)
			}
			if n := len(seen.of(upload.Retried)); n != row.want.Retries {
				t.Errorf("%d retries were reported, not %d", n, row.want.Retries)
			}
		})
	}
}

func TestReportOfAnUploadThatResumes(t *testing.T) {
	s := newStore(t)
	source := noise(10*someChunk+1, 1)
	s.abandon(t, source, 5, upload.WithWorkers(1))
	s.settle()
	there := s.Stats().ChunkBytesRecorded
	var seen events
	report, err := readerAt(t, s.uploader(seen.option()), source)
	must(t, err)
	if want := (figures{there, int64(len(source)) - there, 0}); (figures{report.Resumed, report.Sent, report.Retries}) != want {
		t.Errorf("the report is %+v, not %+v", report, want)
	}
	if seen.bytes(upload.Resumed) != there || seen.bytes(upload.Resumed)+seen.bytes(upload.Arrived) != int64(len(source)) {
		t.Errorf("%d bytes resumed and %d arrived of %d", seen.bytes(upload.Resumed), seen.bytes(upload.Arrived), len(source))
	}
}

func TestEventsOfAFile(t *testing.T) {
	s := newStore(t)
	var seen events
	_, err := readerAt(t, s.uploader(upload.WithWorkers(1), seen.option()), noise(2*someChunk+1, 1))
	must(t, err)
	want := []upload.Event{
		{Kind: upload.Planned, Files: 1, Size: 2*someChunk + 1},
		{Kind: upload.Reading, Path: at, Bytes: 2*someChunk + 1},
		{Kind: upload.Begun, Path: at, Size: 2*someChunk + 1},
		{Kind: upload.Arrived, Path: at, Bytes: someChunk},
		{Kind: upload.Arrived, Path: at, Bytes: someChunk},
		{Kind: upload.Arrived, Path: at, Bytes: 1},
		{Kind: upload.Committing, Path: at, Size: 2*someChunk + 1},
		{Kind: upload.Stored, Path: at, Size: 2*someChunk + 1},
	}
	if diff := cmp.Diff(want, seen.all); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestEventsOfAFolder relies on the race detector to check that events come one at a time.
func TestEventsOfAFolder(t *testing.T) {
	tree := fstest.MapFS{}
	var total int64
	for i := range 40 {
		size := i * someChunk / 4
		tree[fmt.Sprintf("dir%d/file%d", i%3, i)] = &fstest.MapFile{Data: noise(size, byte(i))}
		total += int64(size)
	}
	s := newStore(t, emulator.WithFaults(emulator.Fault{Every: 9, Count: 8, Action: emulator.Answer, Status: 503, Code: "E_ABORT"}))
	var seen events
	report, err := s.uploader(seen.option()).Folder(t.Context(), "App", tree)
	must(t, err)
	if report.Size != total || seen.bytes(upload.Arrived) != total || report.Retries != len(seen.of(upload.Retried)) || report.Retries < 8 {
		t.Errorf("%d bytes, %d arrived, of %d; %d retries, %d reported", report.Size, seen.bytes(upload.Arrived), total, report.Retries, len(seen.of(upload.Retried)))
	}
	kinds := map[upload.Kind]int{}
	for _, e := range seen.all {
		kinds[e.Kind]++
	}
	if kinds[upload.Planned] != 1 || kinds[upload.Begun] != 40 || kinds[upload.Stored] != 40 || kinds[upload.Failed] != 0 || kinds[upload.Marked] != 4 {
		t.Errorf("events by kind: %v", kinds)
	}
	if seen.all[0].Kind == upload.Begun || seen.all[len(seen.all)-1].Kind != upload.Marked || seen.all[len(seen.all)-1].Path != "App" {
		t.Errorf("the first event is %v, the last %v", seen.all[0], seen.all[len(seen.all)-1])
	}
}

func TestFailedIsReportedOnce(t *testing.T) {
	client := responding(t, func(w http.ResponseWriter, r *http.Request) { fail(w, r, http.StatusForbidden, "E_ACCESSDENIED") })
	var seen events
	report, err := readerAt(t, newUploader(t, client, seen.option()), noise(3*someChunk, 1))
	if failed := seen.of(upload.Failed); len(failed) != 1 || failed[0].Err != err || failed[0].Path != at || report.Err != err {
		t.Errorf("failures %v, report %v, error %v", failed, report.Err, err)
	}
}

// A callback that panics must not leave anything locked, whoever recovers.
func TestProgressThatPanics(t *testing.T) {
	for _, kind := range []upload.Kind{upload.Planned, upload.Begun, upload.Arrived, upload.Retried, upload.Stored} {
		s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opPut, Count: 1, Action: emulator.Answer, Status: 503, Code: "E_ABORT"}))
		var armed atomic.Bool
		armed.Store(true)
		u := s.uploader(upload.WithWorkers(1), upload.WithProgress(func(e upload.Event) {
			if e.Kind == kind && armed.Swap(false) {
				panic("the caller's mistake")
			}
		}))
		func() {
			defer func() {
				if recover() != "the caller's mistake" {
					t.Errorf("the panic at event %d did not come through", kind)
				}
			}()
			_, _ = readerAt(t, u, noise(10, 1))
		}()
		_, err := readerAt(t, u, noise(3*someChunk, 1))
		must(t, err)
	}
}

// A callback may even upload something with the uploader that called it.
func TestProgressThatUploads(t *testing.T) {
	for _, kind := range []upload.Kind{upload.Planned, upload.Begun, upload.Retried, upload.Arrived, upload.Stored, upload.Marked} {
		s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opAsk, Count: 1, Action: emulator.Answer, Status: 503, Code: "E_ABORT"}))
		var u *upload.Uploader
		var nested atomic.Bool
		u = s.uploader(upload.WithWorkers(1), upload.WithProgress(func(e upload.Event) {
			if e.Kind == kind && !nested.Swap(true) {
				_, err := u.ReaderAt(t.Context(), "Nested", newReader(noise(2*someChunk, 9)), 2*someChunk)
				must(t, err)
			}
		}))
		_, err := u.Folder(t.Context(), "App", smallTree)
		must(t, err)
		s.holds("Nested", noise(2*someChunk, 9))
		s.holds("App/Code/b", smallTree["Code/b"].Data)
	}
}

func TestDurationsAddUp(t *testing.T) {
	s := newStore(t)
	report, err := s.uploader().Folder(t.Context(), "App", smallTree)
	must(t, err)
	longest := slices.MaxFunc(report.Files, func(a, b upload.FileReport) int { return int(a.Duration - b.Duration) })
	if report.Duration < longest.Duration || longest.Duration <= 0 {
		t.Errorf("the folder took %s, a file of it %s", report.Duration, longest.Duration)
	}
}
