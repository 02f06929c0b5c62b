package recording_test

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/internal/testhost"
)

var cmpEmpty = cmpopts.EquateEmpty()

// foreign is an exchange with another server.
var foreign = written{method: "GET", target: "/Nodes?api-version=6.0", status: 200, answer: "[]"}

func TestAnExchangeIsCountedOnce(t *testing.T) {
	t.Parallel()
	silent := sessions.answered(0, "")
	report := hold(t, har(t, sessions.entry(false), foreign.entry(false), silent.entry(false),
		sessions.with(t, `"20"`, `20`).with(t, `"9"`, `9`).entry(false)))
	if want := (recording.Counts{Passed: 1, Different: 1, NotWhole: 1, Foreign: 1}); report.Exchanges != want {
		t.Errorf("counts %+v, want %+v", report.Exchanges, want)
	}
	if len(report.Differences) != 2 {
		t.Errorf("%d differences, want 2", len(report.Differences))
	}
	want := "recording: entry 4: GET /ImageStore/a/$/GetUploadSession: GetImageStoreUploadSessionByPath: " +
		"response /UploadSessions/0/ExpectedRanges/0/EndPosition: value must be a string, got 9"
	if got := report.Differences[0].String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if diff := cmp.Diff([]recording.Finding{{File: "recording", Entry: 3, Method: "GET", Path: "/ImageStore/a/$/GetUploadSession",
		Operation: "GetImageStoreUploadSessionByPath", Reason: "the response is missing"}}, report.NotWhole); diff != "" {
		t.Errorf("not whole (-want +got):\n%s", diff)
	}
}

func TestErrOfAReport(t *testing.T) {
	t.Parallel()
	differing := sessions.with(t, `"20"`, `20`)
	silent := sessions.answered(0, "")
	for _, row := range []struct {
		name, text string
		want       []error
	}{
		{"one that passed", har(t, sessions.entry(false)), nil},
		{"one that passed beside others", har(t, sessions.entry(false), foreign.entry(false), silent.entry(false)), nil},
		{"one that differs", har(t, sessions.entry(false), differing.entry(false)), []error{recording.ErrDifferent}},
		{"one that differs, and then the end", strings.TrimSuffix(har(t, differing.entry(false)), "}}"),
			[]error{recording.ErrDifferent, recording.ErrUnreadable}},
		{"one that passed, and then the end", strings.TrimSuffix(har(t, sessions.entry(false)), "}}"), []error{recording.ErrUnreadable}},
		{"no exchange", har(t, []any{}...), []error{recording.ErrNothing}},
		{"none of the image store", har(t, foreign.entry(false)), []error{recording.ErrNothing}},
		{"none that is whole", har(t, silent.entry(false)), []error{recording.ErrNothing}},
		{"no file", "", []error{recording.ErrNothing, recording.ErrUnreadable}},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := hold(t, row.text).Err()
			var got []error
			for _, kind := range []error{recording.ErrDifferent, recording.ErrNothing, recording.ErrUnreadable} {
				if errors.Is(err, kind) {
					got = append(got, kind)
				}
			}
			if diff := cmp.Diff(row.want, got, cmpopts.EquateErrors()); diff != "" || err == nil != (row.want == nil) {
				t.Errorf("error %v, kinds (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestNothingToReadOrToValidateAgainst(t *testing.T) {
	without := recording.NewReport(nil)
	without.Add("a.http", strings.NewReader("GET /ImageStore HTTP/1.1\r\n\r\n"))
	unread := recording.NewReport(load(t))
	unread.Add("a.http", nil)
	for name, report := range map[string]*recording.Report{"no contract": without, "no reader": unread} {
		if err := report.Err(); !errors.Is(err, recording.ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The report of a recording that differs everywhere is bounded.
func TestAReportIsBounded(t *testing.T) {
	t.Parallel()
	many := sessions.with(t, `{"StartPosition":"0","EndPosition":"9"}`, strings.Repeat("1,", 500)+"1")
	var entries []any
	for range 20 {
		entries = append(entries, many.entry(false))
	}
	entries = append(entries, sessions.with(t, "api-version", strings.Repeat("p", 5000)).entry(false),
		sessions.with(t, "/a/$/GetUploadSession", "/"+strings.Repeat("x", 100_000)+"/$/No").entry(false))
	report := hold(t, har(t, entries...))
	if n := len(report.Differences); n != 1001 {
		t.Errorf("%d differences are listed, want 1000 and the first of another operation", n)
	}
	if found := report.Differences[100]; found.Entry != 2 {
		t.Errorf("the 101st difference is of entry %d, want 100 of each", found.Entry)
	}
	if want := 20*501 + 3 - 1001; report.Omitted != want {
		t.Errorf("%d are not listed, want %d", report.Omitted, want)
	}
	if report.Exchanges.Different != 22 {
		t.Errorf("%d exchanges differ, want 22", report.Exchanges.Different)
	}
	for _, found := range hold(t, har(t, entries[20:]...)).Differences {
		if len(found.String()) > 700 {
			t.Errorf("a finding of %d bytes", len(found.String()))
		}
	}
	if !strings.Contains(report.Err().Error(), "more are not listed") {
		t.Error("the error does not say that there are more")
	}
}

func TestALinkToAFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder+"/real/sub/a.har", har(t, sessions.entry(false)))
	testhost.Symlink(t, "real", folder+"/link")
	report := recording.Check(load(t), folder+"/link")
	if len(report.Files) != 1 || report.Files[0].Name != filepath.Join(folder, "link/sub/a.har") || report.Exchanges.Passed != 1 {
		t.Errorf("read were %+v", report.Files)
	}
}

func TestFoldersAndFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder+"/b.har", har(t, sessions.entry(false)))
	write(t, folder+"/sub/a.http", copying.http())
	write(t, folder+"/notes.txt", "no recording")
	write(t, folder+"/bare", chunk.http())
	write(t, folder+"/none/notes.txt", "")
	report := recording.Check(load(t), folder, folder+"/bare", folder+"/none", folder+"/gone", folder+"/notes.txt")
	want := []recording.FileReport{
		{Name: filepath.Join(folder, "b.har"), Exchanges: recording.Counts{Passed: 1}},
		{Name: filepath.Join(folder, "sub/a.http"), Exchanges: recording.Counts{Passed: 1}},
		{Name: folder + "/bare", Exchanges: recording.Counts{Passed: 1}},
		{Name: folder + "/none", Error: "the folder has no file that ends in .har or .http"},
		{Name: folder + "/gone", Error: syscall.ENOENT.Error()},
		{Name: folder + "/notes.txt", Error: "is neither HAR nor HTTP messages (of curl, save what curl -sv prints)"},
	}
	if diff := cmp.Diff(want, report.Files, cmpopts.IgnoreUnexported(recording.FileReport{})); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// No finding contains what may be a secret, even if the exchange differs in it.
func TestFindingsContainNoSecrets(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		x    written
		want string
	}{
		{"a part of a query without a name", sessions.with(t, "?", "?CANARY%20token&&"), `query: a part without "=" is not documented`},
		{"parameters of a media type", sessions.with(t, "application/json; charset=utf-8", "text/html; a=CANARY"), `content type: "text/html" is not documented`},
		{"a media type that is none", sessions.with(t, "application/json; charset=utf-8", "CANARY"), "content type: an invalid media type is not documented"},
		{"a fragment of a URL that is none", sessions.with(t, "/ImageStore/a/$/GetUploadSession", "/ImageStore/%zz#tok=CANARY"), "GET /ImageStore/%25zz: request URL"},
		{"a URL in the query of a URL that is none", sessions.with(t, "/ImageStore/a/$/GetUploadSession?", "/ImageStore/%zz?x=http://u:CANARY@h/y&"), "GET /ImageStore/%25zz: request URL"},
		{"a user of a URL that is none", sessions.with(t, "/ImageStore/a/$/GetUploadSession", "http://u:CANARY@h/ImageStore/%zz"), "GET /ImageStore/%25zz: request URL"},
	} {
		t.Run(row.name, func(t *testing.T) {
			report := hold(t, row.x.http())
			wantVerdict(t, report, different)
			if text := report.Err().Error(); strings.Contains(text, "CANARY") || !strings.Contains(text, row.want) {
				t.Errorf("got %s\nwant %s", text, row.want)
			}
		})
	}
}
