package emulator

import (
	"errors"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func TestOptionsThatAreWrong(t *testing.T) {
	for _, row := range []struct {
		name string
		opt  Option
		want string
	}{
		{"an empty folder", WithFolder(""), "WithFolder: the folder has no name"},
		{"an unknown platform", WithPlatform(7), "WithPlatform: unknown platform Platform(7)"},
		{"a timeout of nothing", WithSessionTimeout(0), "WithSessionTimeout: the session timeout 0s is not positive"},
		{"no clock", WithClock(nil), "WithClock: the clock is nil"},
		{"no log", WithRequestLog(nil), "WithRequestLog: the request log is nil"},
		{"no authorities", WithClientCAs(nil), "WithClientCAs: the pool of client certificate authorities is nil"},
		{"a version of one number", WithRuntimeVersion("11"), `WithRuntimeVersion: the runtime version "11" is not numbers separated by dots, such as 11.3`},
		{"a version of words", WithRuntimeVersion("six.four"), `WithRuntimeVersion: the runtime version "six.four" is not numbers separated by dots, such as 11.3`},
		{"a version below all", WithRuntimeVersion("0.9"), `WithRuntimeVersion: the runtime version "0.9" is below 1.0`},
		{"no option", nil, "option 1 is nil"},
		{"a fault without an action", WithFaults(Fault{Action: Cut}, Fault{}), "WithFaults: fault 2: unknown action 0"},
		{"a fault of no operation", WithFaults(Fault{Operation: "Upload", Action: Cut}), `WithFaults: fault 1: unknown operation "Upload"`},
		{"a fault with a negative count", WithFaults(Fault{Count: -1, Action: Cut}), "WithFaults: fault 1: a count of requests is negative"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, err := New(row.opt)
			if err == nil {
				s.Close()
			}
			if err == nil || err.Error() != "emulator: "+row.want {
				t.Errorf("got %v, want %q", err, row.want)
			}
			if _, ok := errors.AsType[*OptionError](err); !ok {
				t.Errorf("%v is not an OptionError", err)
			}
		})
	}
}

func TestParsePlatform(t *testing.T) {
	for _, p := range []Platform{Windows, Linux} {
		if got, err := ParsePlatform(strings.ToUpper(p.String())); err != nil || got != p {
			t.Errorf("%v: %v %v", p, got, err)
		}
	}
	if _, err := ParsePlatform("macos"); err == nil || err.Error() != `unknown platform "macos": want windows or linux` {
		t.Errorf("got %v", err)
	}
}

func TestCloseRemovesATemporaryFolderAndKeepsAnother(t *testing.T) {
	temporary, err := New()
	if err != nil {
		t.Fatal(err)
	}
	kept := newBench(t)
	kept.put("a", "x")
	kept.want(kept.chunk("b", id1, "bytes 0-0/2", "x"), "200")
	for range 2 {
		if err := temporary.Close(); err != nil {
			t.Error(err)
		}
		if err := kept.store.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(temporary.folder); !os.IsNotExist(err) {
		t.Errorf("the temporary folder: %v", err)
	}
	if kept.staging() != 0 || len(kept.onDisk()) != 1 {
		t.Errorf("kept %q, and %d files in staging", kept.onDisk(), kept.staging())
	}
	kept.want(kept.do("GET", "/ImageStore?"+version, ""), "503 FABRIC_E_OBJECT_CLOSED")
}

func TestStats(t *testing.T) {
	b := newBench(t)
	b.put("a", "x")
	b.want(b.chunk("b", id1, "bytes 0-4/9", "hello"), "200")
	b.want(b.chunk("b", id1, "bytes 0-4/9", "hello"), refusedRange)
	b.want(b.chunk("b", id1, "bytes 5-8/9", "moin"), "200")
	b.want(b.commit(id1), "200")
	b.want(b.commit(id1), "200")
	b.do("GET", "/Nodes", "")
	got := b.store.Stats()
	if got.ChunkBytesRecorded != 9 || got.ChunkBytesReceived != 14 || got.Commits != 1 || got.Files != 2 || got.Sessions != 1 {
		t.Errorf("%+v", got)
	}
	for operation, n := range map[string]int{"UploadFile": 1, "UploadFileChunk": 3, "CommitImageStoreUploadSession": 2, "": 1} {
		if got.Requests[operation] != n {
			t.Errorf("%q: %d requests, want %d", operation, got.Requests[operation], n)
		}
	}
}

func TestAHandlerNeedsNoServer(t *testing.T) {
	s, err := New(WithFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, verb := range []string{"PUT", "GET"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(verb, "/ImageStore/a?"+version, nil))
		if w.Code != 200 {
			t.Errorf("%s: %d %s", verb, w.Code, w.Body)
		}
	}
}
