package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/internal/testhost"
)

// recordOf starts to record the traffic to a URL.
func recordOf(t *testing.T, upstream string) (s *served, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "traffic.har")
	return start(t, "record", "--listen", "127.0.0.1:0", "--upstream", upstream, "--out", file), file
}

// exit waits for the end of a command, and returns its exit code and the rest of its output.
func (s *served) exit(t *testing.T, by os.Signal) (code int, said string) {
	t.Helper()
	if err := interrupt(s.cmd, by); err != nil {
		t.Fatal(err)
	}
	for s.log.Scan() {
		said += s.log.Text() + "\n"
	}
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode(), said
}

func TestRecordReportsDifferences(t *testing.T) {
	t.Parallel()
	store := serve(t, "--quiet")
	defer store.stop(t)
	for _, by := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		r, file := recordOf(t, store.url)
		do(t, "GET", r.url+"/ImageStore?api-version=6.0", "", "Authorization", "Bearer canary", "Cookie", "canary")
		do(t, "GET", r.url+"/ImageStore?code=canary&api-version=6.0", "")
		if rsp, err := http.Get(r.url + "/$/GetClusterVersion?api-version=6.0"); err != nil {
			t.Error(err)
		} else {
			rsp.Body.Close()
		}
		r.logged(t, file+`: entry 2: GET /ImageStore: GetImageStoreRootContent: request query "code": is not documented`)
		code, said := r.exit(t, by)
		want := "recorded in " + file + ": 1 passed, 1 different, 0 not whole, 1 not the image store's\n" +
			"sfstore: recordings differ from the contract in 1 exchange\n"
		if code != 6 || said != want {
			t.Errorf("exit code %d, want 6\n%s\nwant\n%s", code, said, want)
		}
		if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "canary") {
			t.Errorf("a secret is in the recording: %s: %v", text, err)
		}
	}
}

func TestRecordSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	store := serve(t, "--quiet")
	defer store.stop(t)
	for _, row := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no upstream", []string{"--out", "x.har"}, 2, "no upstream: give --upstream URL"},
		{"an upstream that is none", []string{"--upstream", "localhost:19080", "--out", "x.har"}, 2, "--upstream: not a URL like http://localhost:19080"},
		{"an upstream with a password", []string{"--upstream", "http://me:canary@localhost", "--out", "x.har"}, 2, "--upstream: must not have a user"},
		{"an upstream with a path", []string{"--upstream", "http://localhost/canary", "--out", "x.har"}, 2, "--upstream: must end after the port"},
		{"tokens in the clear", []string{"--upstream", "http://192.0.2.1:19080", "--listen-tls", "--out", "x.har"}, 2, "--listen-tls needs an https --upstream"},
		{"no file", []string{"--upstream", "http://localhost"}, 2, "no file to write: give --out FILE.har"},
		{"a folder that is not there", []string{"--upstream", "http://localhost", "--listen", "127.0.0.1:0", "--out", "none/x.har"}, 1, "--out none/x.har: "},
		{"a port that is taken", []string{"--upstream", "http://localhost", "--listen", strings.TrimPrefix(store.url, "http://"), "--out", "x.har"}, 1, "(--listen 127.0.0.1:0 takes a free port)"},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), "sfstore", append([]string{"record"}, row.args...)...).CombinedOutput()
			failed, ok := errors.AsType[*exec.ExitError](err)
			if !ok || failed.ExitCode() != row.code || !strings.Contains(string(out), row.want) || strings.Contains(string(out), "canary") {
				t.Errorf("%v, want exit code %d and %q\n%s", err, row.code, row.want, out)
			}
			if _, err := os.Stat("x.har"); err == nil {
				t.Error("there is a recording")
			}
		})
	}
}

// TestRecordKilledAtRandomMoments reads the rest of a recording after a kill. The entries are much
// longer than a page of memory, and clients send requests without pauses. SFSTORE_KILLS raises the
// number of kills.
func TestRecordKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	listing := `{"StoreFiles":[],"StoreFolders":[` + strings.TrimSuffix(strings.Repeat(`{"StoreRelativePath":"App\\Folder","FileCount":"1"},`, 1000), ",") + `]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, listing)
	}))
	defer server.Close()
	kills := 3
	if text := os.Getenv("SFSTORE_KILLS"); text != "" {
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range kills {
		r, file := recordOf(t, server.URL)
		answered := killAfter(t, r, random.Int64N(10))
		report := recording.Check(contract, file)
		if err := report.Err(); err != nil && answered > clients {
			t.Fatalf("after %d answers: %v", answered, err)
		}
		// Each client may have got one response that was not recorded yet.
		if n := int64(report.Exchanges.Passed); n < answered-clients {
			t.Errorf("%d exchanges after %d answers", n, answered)
		}
		wholeOrCut(t, file, report)
	}
}

const clients = 4

// killAfter lets clients send requests without pauses until the recorder is killed, after a number of
// responses. It returns how many responses they got.
func killAfter(t *testing.T, r *served, after int64) int64 {
	t.Helper()
	var answers atomic.Int64
	enough := make(chan bool, 1)
	var all sync.WaitGroup
	living, end := context.WithCancel(t.Context())
	for range clients {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for {
				request, err := http.NewRequestWithContext(living, "GET", r.url+"/ImageStore?api-version=6.0", nil)
				if err != nil {
					t.Error(err)
					return
				}
				rsp, err := client.Do(request)
				if err != nil {
					return
				}
				_, err = io.Copy(io.Discard, rsp.Body)
				rsp.Body.Close()
				if err != nil {
					return
				}
				if answers.Add(1) == after+1 {
					enough <- true
				}
			}
		})
	}
	<-enough
	if code, said := r.exit(t, os.Kill); code != -1 && !testhost.IsWindows { // on Windows it is 1
		t.Errorf("exit code %d: %s", code, said)
	}
	end() // under Wine the connections of a killed process may stay open
	all.Wait()
	return answers.Load()
}

// wholeOrCut expects a JSON file, except for an entry that was being written when the kill came.
func wholeOrCut(t *testing.T, file string, report *recording.Report) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const unfinished = "the entry is unfinished"
	cut := slices.ContainsFunc(report.NotWhole, func(f recording.Finding) bool { return strings.HasPrefix(f.Reason, unfinished) })
	if !json.Valid(text) && !cut && !json.Valid(append(text, "\n]}}"...)) {
		t.Errorf("%s is not whole JSON, and no entry is unfinished: %d bytes", file, len(text))
	}
}

// A stalled reader of standard error delays neither traffic nor shutdown.
func TestRecordWithAnErrorStreamThatNobodyReads(t *testing.T) {
	t.Parallel()
	store := serve(t, "--quiet")
	defer store.stop(t)
	file := filepath.Join(t.TempDir(), "traffic.har")
	unread, stderr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer unread.Close()
	cmd := exec.CommandContext(t.Context(), "sfstore", "record", "--listen", "127.0.0.1:0", "--upstream", store.url, "--out", file)
	if err := interruptible(cmd); err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = stderr.Close()
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	const requests = 600
	for i := range requests {
		rsp, err := client.Get(strings.TrimSpace(url) + "/ImageStore/f?x1=1&y=2")
		if err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		_, _ = io.Copy(io.Discard, rsp.Body)
		rsp.Body.Close()
	}
	if err := interrupt(cmd, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 6 {
		t.Errorf("exit code %d, want 6", code)
	}
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c := recording.Check(contract, file).Exchanges; c.Different != requests {
		t.Errorf("recorded are %+v, want %d that differ", c, requests)
	}
}

// A recording that fails reports how many exchanges are missing, whatever it found, and with --quiet
// too.
func TestRecordThatFails(t *testing.T) {
	testhost.NotOnWindows(t, "nobody can remove a recording that is being written")
	t.Parallel()
	store := serve(t, "--quiet")
	defer store.stop(t)
	for _, by := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		file := filepath.Join(t.TempDir(), "traffic.har")
		r := start(t, "record", "--quiet", "--listen", "127.0.0.1:0", "--upstream", store.url, "--out", file)
		do(t, "GET", r.url+"/ImageStore?x=1&api-version=6.0", "")
		r.logged(t, `query "x": is not documented`)
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		do(t, "GET", r.url+"/ImageStore?api-version=6.0", "")
		do(t, "GET", r.url+"/ImageStore?api-version=6.0", "")
		r.logged(t, "sfstore: write the recording: ")
		code, said := r.exit(t, by)
		if code != 1 || !strings.Contains(said, "sfstore: 2 of 3 exchanges not recorded: write the recording: ") ||
			!strings.Contains(said, "recordings differ from the contract in 1 exchange") {
			t.Errorf("exit code %d, want 1\n%s", code, said)
		}
	}
}

func TestRecordOfAnUpstreamThatNeverResponds(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "traffic.har")
	gone := httptest.NewServer(nil)
	gone.Close()
	r := start(t, "record", "--quiet", "--listen", "127.0.0.1:0", "--upstream", gone.URL, "--out", file)
	if rsp, err := http.Get(r.url + "/ImageStore?api-version=6.0"); err == nil {
		rsp.Body.Close()
		t.Error("a response that nobody gave")
	}
	r.logged(t, "sfstore: connect to the upstream: ")
	code, said := r.exit(t, os.Interrupt)
	if code != 1 || !strings.Contains(said, "could not connect to the upstream") {
		t.Errorf("exit code %d, want 1\n%s", code, said)
	}
}
