package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseFaults(t *testing.T) {
	rows := []struct {
		text string
		want []Fault
		err  string
	}{
		{text: ""},
		{text: "  "},
		{text: "UploadFileChunk:3=drop-request", want: []Fault{{Operation: "UploadFileChunk", From: 3, Count: 1, Action: DropRequest}}},
		{text: " UploadFile = cut , *=drop-reply ", want: []Fault{{Operation: "UploadFile", Action: Cut}, {Action: DropReply}}},
		{text: "*:5=503/E_ABORT", want: []Fault{{From: 5, Count: 1, Action: Answer, Status: 503, Code: "E_ABORT"}}},
		{text: "*:every-4=delay/2s", want: []Fault{{Every: 4, Action: Delay, Delay: 2 * time.Second}}},
		{text: "*:from-2:every-3:count-4=lose-sessions", want: []Fault{{From: 2, Every: 3, Count: 4, Action: LoseSessions}}},
		{text: "CommitImageStoreUploadSession:2=fail-commit", want: []Fault{{Operation: "CommitImageStoreUploadSession", From: 2, Count: 1, Action: FailCommit}}},
		{text: "UploadFileChunk=skip-chunk", want: []Fault{{Operation: "UploadFileChunk", Action: SkipChunk}}},

		{text: "cut", err: `fault "cut": want OPERATION:WHICH=ACTION, and there is no "="`},
		{text: "*=cut,", err: `fault "": want OPERATION:WHICH=ACTION, and there is no "="`},
		{text: "*=cut,Upload:1=cut", err: `fault "Upload:1=cut": unknown operation "Upload"`},
		{text: "=cut", err: `fault "=cut": unknown operation ""`},
		{text: "*:0=cut", err: `fault "*:0=cut": "0" is not N, from-N, every-N or count-N with N from 1`},
		{text: "*:each-4=cut", err: `fault "*:each-4=cut": "each-4" is not N, from-N, every-N or count-N with N from 1`},
		{text: "*:from-=cut", err: `fault "*:from-=cut": "from-" is not N, from-N, every-N or count-N with N from 1`},
		{text: "*=explode", err: `fault "*=explode": unknown action "explode"`},
		{text: "*=delay", err: `fault "*=delay": "" is not a duration such as 2s`},
		{text: "*=delay/soon", err: `fault "*=delay/soon": "soon" is not a duration such as 2s`},
		{text: "*=delay/-1s", err: `fault "*=delay/-1s": the delay -1s is not positive`},
		{text: "*=503", err: `fault "*=503": the response 503 "" is not a status from 400 to 599 with a code`},
		{text: "*=200/OK", err: `fault "*=200/OK": the response 200 "OK" is not a status from 400 to 599 with a code`},
		{text: "*=fail-commit", err: `fault "*=fail-commit": only CommitImageStoreUploadSession has a commit to fail`},
		{text: "*=skip-chunk", err: `fault "*=skip-chunk": only UploadFileChunk has chunks to skip`},
	}
	for _, row := range rows {
		t.Run(row.text, func(t *testing.T) {
			got, err := ParseFaults(row.text)
			if fmt.Sprint(err) != row.err && (err != nil || row.err != "") {
				t.Errorf("error %q, want %q", err, row.err)
			}
			if !reflect.DeepEqual(got, row.want) {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestWhichRequestsAFaultChooses(t *testing.T) {
	for _, row := range []struct {
		fault Fault
		want  string
	}{
		{Fault{}, "1 2 3 4 5 6 7 8 9"},
		{Fault{From: 3, Count: 1}, "3"},
		{Fault{From: 7}, "7 8 9"},
		{Fault{Every: 4}, "4 8"},
		{Fault{Every: 2, Count: 2}, "2 4"},
		{Fault{From: 1, Every: 4}, "1 5 9"},
		{Fault{From: 2, Count: 3}, "2 3 4"},
	} {
		var got []string
		for n := 1; n < 10; n++ {
			if row.fault.chooses(n) {
				got = append(got, fmt.Sprint(n))
			}
		}
		if s := strings.Join(got, " "); s != row.want {
			t.Errorf("%+v chooses %q, want %q", row.fault, s, row.want)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, row := range []struct {
		name   string
		faults string
		steps  []step
	}{
		{"a dropped request does nothing", "UploadFile:2=drop-request", []step{
			{put("a", "1"), "200"},
			{put("a", "2"), "dropped"},
			{stored("a"), "1"},
			{put("a", "3"), "200"},
		}},
		{"a dropped reply is of work that was done", "UploadFile:1=drop-reply", []step{
			{put("a", "1"), "dropped"},
			{stored("a"), "1"},
			{put("a", "2"), "200"},
		}},
		{"a cut body stores nothing", "UploadFile:2=cut", []step{
			{put("a", "1"), "200"},
			{put("a", "2222"), "dropped"},
			{stored("a"), "1"},
		}},
		{"a cut chunk is not recorded", "UploadFileChunk:2=cut", []step{
			{chunkTo("a", id1, "bytes 0-1/4", "ab"), "200"},
			{chunkTo("a", id1, "bytes 2-3/4", "cd"), "dropped"},
			{expects(id1), "2-3"},
			{received(3), ""},
		}},
		{"a response of choice, and nothing done", "*:2=503/E_ABORT", []step{
			{put("a", "1"), "200"},
			{put("a", "2"), "503 E_ABORT"},
			{stored("a"), "1"},
		}},
		{"success without a recorded chunk", "UploadFileChunk:1=skip-chunk", []step{
			{chunkTo("a", id1, "bytes 0-1/4", "ab"), "200"},
			{expects(id1), "0-3"},
			{chunkTo("a", id1, "bytes 0-1/4", "ab"), "200"},
			{expects(id1), "2-3"},
		}},
		{"a commit whose reply is lost is repeated", "CommitImageStoreUploadSession:1=drop-reply", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "dropped"},
			{stored("a"), "ab"},
			{commitOf(id1), "200"},
		}},
		{"sessions lost before a commit", "CommitImageStoreUploadSession:1=lose-sessions", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), invalid},
			{expects(id1), "none"},
		}},
		{"a commit that fails as it overwrites leaves its id on the old file", "CommitImageStoreUploadSession:1=fail-commit", []step{
			{put("a", "old"), "200"},
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "500 0x80070070"},
			{stored("a"), "old"},
			{commitOf(id1), "200"},
			{stored("a"), "old"},
			{version1("a"), ""},
			{chunkTo("a", id2, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id2), "200"},
			{stored("a"), "ab"},
		}},
		{"a commit that fails where nothing was leaves nothing", "CommitImageStoreUploadSession:1=fail-commit", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "500 0x80070070"},
			{ls(""), "404 FABRIC_E_NAME_DOES_NOT_EXIST"},
			{commitOf(id1), "200"},
			{stored("a"), "ab"},
		}},
		{"several faults of one request add up", "UploadFile:1=delay/10s,UploadFile:1=drop-reply,UploadFile:1=delay/20s", []step{
			{put("a", "1"), "dropped"},
			{stored("a"), "1"},
			{waited(30 * time.Second), ""},
		}},
		{"a delay over the timeout ends with it, and the work is done", "UploadFile=delay/5s", []step{
			{ask("PUT", "/ImageStore/a?timeout=5", "1"), "200"},
			{ask("PUT", "/ImageStore/a?timeout=4", "22"), "504 FABRIC_E_TIMEOUT"},
			{stored("a"), "22"},
			{waited(9 * time.Second), ""},
		}},
		{"without a timeout it is a minute", "UploadFile=delay/61s", []step{
			{put("a", "1"), "504 FABRIC_E_TIMEOUT"},
			{waited(time.Minute), ""},
		}},
		{"an operation's requests are counted apart", "DeleteImageStoreContent:1=drop-request", []step{
			{put("a", "1"), "200"},
			{put("b", "1"), "200"},
			{remove("a"), "dropped"},
			{remove("b"), "200"},
		}},
		{"a request that matches nothing does not count", "*:1=cut", []step{
			{ask("GET", "/Nodes", ""), invalid},
			{ask("PUT", "/ImageStore/a?timeout=0", "x"), invalid},
			{put("a", "1"), "dropped"},
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			faults, err := ParseFaults(row.faults)
			if err != nil {
				t.Fatal(err)
			}
			runScenarios(t, []scenario{{"", append([]step{{noWaiting, ""}}, row.steps...)}}, WithFaults(faults...))
		})
	}
}

func received(n int64) func(*bench) string {
	return func(b *bench) string {
		if got := b.store.Stats().ChunkBytesReceived; got != n {
			return fmt.Sprint("received ", got)
		}
		return ""
	}
}

// noWaiting advances the store's clock instead of waiting.
func noWaiting(b *bench) string {
	b.store.wait = func(_ context.Context, d time.Duration) error {
		b.clock.forward(d)
		return nil
	}
	return ""
}

func waited(d time.Duration) func(*bench) string {
	return func(b *bench) string {
		if got := b.clock.now().Sub(newClock().now()); got != d {
			return got.String()
		}
		return ""
	}
}

func TestADelayEndsWithItsRequestAndWithTheStore(t *testing.T) {
	s, err := New(WithFaults(Fault{Action: Delay, Delay: time.Hour}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.wait(ctx, time.Hour); !errors.Is(err, errDropped) {
		t.Errorf("a request that went: %v", err)
	}
	answered, waiting := make(chan int), make(chan bool)
	s.wait = func(ctx context.Context, d time.Duration) error {
		close(waiting)
		return s.waitReally(ctx, d)
	}
	go func() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ImageStore?"+version, nil))
		answered <- w.Code
	}()
	<-waiting
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if code := <-answered; code != http.StatusServiceUnavailable {
		t.Errorf("answered %d", code)
	}
}

func TestADropIsTheAbortOfNetHTTP(t *testing.T) {
	s, err := New(WithFaults(Fault{Action: DropReply}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := httptest.NewRecorder()
	defer func() {
		if got, ok := recover().(error); !ok || !errors.Is(got, http.ErrAbortHandler) {
			t.Errorf("panic %v", got)
		}
		if w.Body.Len() != 0 || w.Flushed {
			t.Errorf("answered %q", w.Body)
		}
	}()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/ImageStore/a?"+version, bytes.NewReader(nil)))
}
