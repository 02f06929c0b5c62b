package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sfstore/sfstore"
	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/cli"
)

func TestMain(m *testing.M) {
	// A program with the race detector otherwise waits a second before it exits.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"sfstore": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			ctx = untilInputEnds(ctx)
			os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
		},
	})
}

// run runs the command. If CANARIES names a file of secrets, it returns 99 if one of them is printed.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	canaries := getenv("CANARIES")
	if canaries == "" {
		return cli.Run(ctx, args, stdin, stdout, stderr, getenv)
	}
	guardedOut, guardedErr := &guard{Writer: stdout}, &guard{Writer: stderr}
	code := cli.Run(ctx, args, stdin, guardedOut, guardedErr, getenv)
	if secret := leaked(canaries, guardedOut, guardedErr); secret != "" {
		fmt.Fprintf(stderr, "a secret was printed: %s\n", secret)
		return 99
	}
	return code
}

// TestScripts runs each script in testdata against its own local store, SFSTORE_ENDPOINT. All traffic
// of the command with the store is validated against the contract. Together, the scripts call every
// operation of it.
func TestScripts(t *testing.T) {
	t.Parallel()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	reached := new(api.Coverage)
	var started atomic.Int64
	t.Cleanup(func() { // after the last script
		if files, _ := filepath.Glob("testdata/*.txtar"); int(started.Load()) < len(files) {
			return // some were not selected, or were skipped
		}
		for _, id := range reached.Missing(contract) {
			t.Errorf("no script in testdata reaches operation %s", id)
		}
	})
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			started.Add(1)
			return startStore(env, contract.WithCoverage(reached))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"returns":  returns,
			"put":      put,
			"chunk":    chunk,
			"conforms": conforms,
			"requests": requests,
			"expand":   expand,
			"swaps":    swaps,
			"waits":    waits,
			"answers":  answers,
			"record":   record,
			"recorded": recorded,

			"certificates": certificates,
			"serves":       serves,
			"says":         says,
			"selects":      selects,
			"marks":        marks,
			"widens":       widens,
		},
	})
}

// received counts the requests that a script's server got since the last query.
type received struct {
	atomic.Int64
	urls chan string // for a script that waits for one
}

func startStore(env *testscript.Env, contract *api.Contract) error {
	store, err := emulator.New(emulator.WithFolder(env.WorkDir + "/.store"))
	if err != nil {
		return err
	}
	count := &received{urls: make(chan string)}
	t := env.T().(testing.TB)
	checked := contract.Middleware(store, func(err error) { t.Errorf("against the contract: %v", err) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		select {
		case count.urls <- r.RequestURI:
		default:
		}
		checked.ServeHTTP(w, r)
	}))
	env.Defer(func() {
		server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	env.Values["received"] = count
	env.Values["t"] = t
	env.Setenv("SFSTORE_ENDPOINT", server.URL)
	env.Setenv("GORACE", os.Getenv("GORACE"))
	env.Setenv("GOGC", "400") // saves short commands two garbage collections
	return nil
}

// exits CODE COMMAND... runs a command and expects its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		code = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// returns CODE sfstore ARGUMENT... runs sfstore in this process and expects its exit code. A new
// process with the race detector takes much longer than most commands. Only commands that read or write
// files of the script's folder, read standard input, or run beside the script need one.
func returns(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != "sfstore" {
		ts.Fatalf("usage: returns code sfstore argument...")
	}
	code := run(context.Background(), args[2:], strings.NewReader(""), ts.Stdout(), ts.Stderr(), ts.Getenv)
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// put PATH TEXT stores a file, without the command.
func put(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: put path text")
	}
	send(ts, "/ImageStore/"+args[0]+"?api-version=6.0", "", args[1])
}

// chunk PATH SESSION FIRST-LAST/SIZE sends a chunk of zeros, without the command.
func chunk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: chunk path session first-last/size")
	}
	var first, last, size int
	if _, err := fmt.Sscanf(args[2], "%d-%d/%d", &first, &last, &size); err != nil {
		ts.Fatalf("range %s: %v", args[2], err)
	}
	send(ts, "/ImageStore/"+args[0]+"/$/UploadChunk?api-version=6.0&session-id="+args[1], "bytes "+args[2], string(make([]byte, last-first+1)))
}

func send(ts *testscript.TestScript, url, contentRange, body string) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPut, ts.Getenv("SFSTORE_ENDPOINT")+url, strings.NewReader(body))
	ts.Check(err)
	if contentRange != "" {
		r.Header.Set("Content-Range", contentRange)
	}
	rsp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer rsp.Body.Close()
	if rsp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(rsp.Body)
		ts.Fatalf("PUT %s: %s %s", url, rsp.Status, text)
	}
}

// conforms SCHEMA FILE validates JSON against a schema of the contract.
func conforms(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: conforms schema file")
	}
	schema := document().Components.Schemas[args[0]]
	if schema == nil {
		ts.Fatalf("the contract has no schema %s", args[0])
	}
	var value any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &value))
	ts.Check(schema.Value.VisitJSON(value, openapi3.EnableFormatValidation()))
}

var document = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		panic(err)
	}
	return doc
})

// expand FROM TO copies a file with the variables in it replaced by their values.
func expand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: expand from to")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(os.Expand(ts.ReadFile(args[0]), ts.Getenv)), 0o600))
}

// swaps FROM TO sets a variable to the URL in another, with https for http.
func swaps(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: swaps from to")
	}
	ts.Setenv(args[1], strings.Replace(ts.Getenv(args[0]), "http:", "https:", 1))
}

// waits TEXT waits until the store got two more requests whose URLs contain the text, so that their
// client has the response to the first.
func waits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waits text")
	}
	urls := ts.Value("received").(*received).urls
	for range 2 {
		for url := ""; !strings.Contains(url, args[0]); {
			url = <-urls
		}
	}
}

// requests N expects that the store got N requests since the last time; any forgets them.
func requests(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: requests number")
	}
	n := ts.Value("received").(*received).Swap(0)
	if want := args[0]; want != "any" && want != strconv.FormatInt(n, 10) {
		ts.Fatalf("%d requests were sent, want %s", n, args[0])
	}
}

// answers REQUEST RESPONSE starts a server that sends the response in one file, and only to the request
// line in the other; SFSTORE_ENDPOINT is its URL from here on.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: answers request-line response-file")
	}
	response := ts.ReadFile(args[1])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if line := r.Method + " " + r.RequestURI; line != args[0] {
			http.Error(w, "got "+line+", want "+args[0], http.StatusTeapot)
			return
		}
		rsp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader([]byte(response))), r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
			return
		}
		defer rsp.Body.Close()
		maps.Copy(w.Header(), rsp.Header)
		w.WriteHeader(rsp.StatusCode)
		_, _ = io.Copy(w, rsp.Body)
	}))
	ts.Defer(server.Close)
	ts.Setenv("SFSTORE_ENDPOINT", server.URL)
}

// record FILE FLAG... starts to record the traffic to SFSTORE_ENDPOINT, which is the recorder's URL
// from here on.
func record(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: record file flag...")
	}
	r := &recorder{cmd: exec.Command("sfstore", append([]string{"record", "--upstream", ts.Getenv("SFSTORE_ENDPOINT"), "--listen", "127.0.0.1:0", "--out", ts.MkAbs(args[0])}, args[1:]...)...)}
	r.cmd.Dir = ts.MkAbs(".")
	r.cmd.Env = append(os.Environ(), "CANARIES="+ts.Getenv("CANARIES"))
	r.cmd.Stderr = &r.stderr
	ts.Check(interruptible(r.cmd))
	stdout, err := r.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(r.cmd.Start())
	url, err := bufio.NewReader(stdout).ReadString('\n')
	ts.Check(err)
	ts.Defer(func() { _ = r.cmd.Process.Kill() })
	theRecorder.Store(ts, r)
	ts.Setenv("SFSTORE_ENDPOINT", strings.TrimSuffix(url, "\n"))
}

type recorder struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
}

var theRecorder sync.Map // of each script

// recorded CODE FILE ends the recording, expects the exit code, and writes the output to a file.
func recorded(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: recorded code file")
	}
	found, _ := theRecorder.Load(ts)
	r := found.(*recorder)
	ts.Check(interrupt(r.cmd, os.Interrupt))
	_ = r.cmd.Wait()
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), r.stderr.Bytes(), 0o644))
	if code := strconv.Itoa(r.cmd.ProcessState.ExitCode()); code != args[0] {
		ts.Fatalf("exit code %s, want %s:\n%s", code, args[0], r.stderr.Bytes())
	}
}
