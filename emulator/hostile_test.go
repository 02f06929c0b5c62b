package emulator_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/sfstore/sfstore/emulator"
)

// fortress is a store in a folder with neighbours, behind a server with the limits that a server should
// have. At the end of the test, nothing outside the store's own folder may have changed, and no
// goroutine may be left.
type fortress struct {
	t       *testing.T
	store   *emulator.Store
	parent  string // contains "data", the store's folder
	address string
	server  *http.Server
}

func newFortress(t *testing.T, opts ...emulator.Option) *fortress {
	t.Helper()
	alone := goleak.IgnoreCurrent()
	f := &fortress{t: t, parent: t.TempDir()}
	for name, text := range map[string]string{"secret": "s", "outside/secret": "s", "outside/d/e/f": "s", "outside/e/f": "s", "content/secret": "s"} {
		f.write(name, text)
	}
	before := f.neighbours()
	var err error
	if f.store, err = emulator.New(append(opts, emulator.WithFolder(f.data("")))...); err != nil {
		t.Fatal(err)
	}
	f.server = &http.Server{Handler: f.store, MaxHeaderBytes: 64 << 10, ReadHeaderTimeout: 2 * time.Second}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.address = listener.Addr().String()
	served := make(chan error, 1)
	go func() { served <- f.server.Serve(listener) }()
	t.Cleanup(func() {
		f.server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		if err := f.store.Close(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(before, f.neighbours()); diff != "" {
			t.Errorf("outside the store (-before +after):\n%s", diff)
		}
		// net/http keeps a connection open for a moment after it has rejected a request.
		for deadline := time.Now().Add(10 * time.Second); ; {
			err := goleak.Find(alone)
			if err == nil {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal(err)
			}
		}
	})
	return f
}

func (f *fortress) data(name string) string { return filepath.Join(f.parent, "data", name) }

func (f *fortress) write(name, text string) {
	f.t.Helper()
	name = filepath.Join(f.parent, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// neighbours returns everything beside the store's folder, with its content.
func (f *fortress) neighbours() map[string]string {
	f.t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(f.parent, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == f.data(""):
			return fs.SkipDir
		case d.IsDir():
			found[name] = "a folder"
			return nil
		}
		text, err := os.ReadFile(name)
		found[name] = string(text)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return found
}

// send writes bytes to a new connection and reads a response, however it is spelled.
func (f *fortress) send(request string) (status int, body string) {
	f.t.Helper()
	conn, err := net.Dial("tcp", f.address)
	if err != nil {
		f.t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		f.t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(conn, request) }() // the response may come first
	verb, _, _ := strings.Cut(request, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: verb})
	if err != nil {
		f.t.Fatalf("%.100q: no response: %v", request, err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

func (f *fortress) want(request string, statuses ...int) {
	f.t.Helper()
	if status, body := f.send(request); !slices.Contains(statuses, status) {
		f.t.Errorf("%.100q: %d %.200s, want %d", request, status, body, statuses)
	}
}

// isAlive checks that an ordinary request gets a response.
func (f *fortress) isAlive() {
	f.t.Helper()
	f.want(plain("PUT", "/ImageStore/alive", "x"), 200)
}

// plain returns an ordinary request for any target.
func plain(verb, target, body string) string {
	return fmt.Sprintf("%s %s?api-version=6.5&session-id=11111111-2222-3333-4444-555555555555 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", verb, target, len(body), body)
}

// allocated returns how many bytes were allocated while do ran, freed or not.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

var hostilePaths = []string{
	"..", "../x", "a/../../x", "%2e%2e/x", "%2E%2E%2Fx", "..%2Fx", "%2e%2e%2f%2e%2e%2fx", "%252e%252e%252fx", "%252e%252e/%252e%252e/x",
	`..\x`, "%5c..%5cx", "..%5Cx", "..%5c..%5c..%5cx", "a%5c..%5c..%5cx", "%255c..%255cx", `%2e%2e\x`, ". . /x", "%20..%20/x", "..%20/x", "%20../x",
	"%2Fx", "%2F%2Fx", "/etc/x", "//x/y", "%5C%5Cx%5Cy", "C:/x", "C:%5Cx", "C%3A%5Cx", "file:///x", "%2Fetc%2Fpasswd", "%2E", "./x", "x/.", "%2e/%2e%2e/x",
	"%00", "x%00", "x%00/../y", "%2500", "a%00%2f..%2fx", "%c0%ae%c0%ae/x", "%c0%af", "%ff%fe", "%e2%80%ae", "x%0d%0aSet-Cookie:x", "x%0a", "~/x", "$HOME/x",
	"../content/x", "../staging/1", "..%2Fstaging%2F1", "%2e%2e%5cdata%5ccontent%5cx", "NUL", "CON/x", "x:y", "x::$DATA", "x.", "...", "....//x", "..;/x",
	strings.Repeat("a", 32<<10), strings.Repeat("a/", 16<<10), strings.Repeat("../", 10<<10), strings.Repeat("%2e%2e%2f", 3<<10), strings.Repeat("a%2f..%2f", 3<<10),
	strings.Repeat("%25", 10<<10) + "2e", strings.Repeat("%5c", 10<<10), strings.Repeat("$/", 16<<10),
}

func TestHostilePaths(t *testing.T) {
	for _, p := range []emulator.Platform{emulator.Windows, emulator.Linux} {
		t.Run(p.String(), func(t *testing.T) {
			f := newFortress(t, emulator.WithPlatform(p))
			f.isAlive()
			for _, path := range hostilePaths {
				f.want(plain("GET", "/ImageStore/"+path, ""), 200, 204, 400, 404)
				f.want(plain("GET", "/ImageStore/"+path+"/$/FolderSize", ""), 200, 400, 404)
				f.want(plain("PUT", "/ImageStore/"+path, "x"), 200, 400, 500)
				f.want(plain("PUT", "/ImageStore/"+path+"/$/UploadChunk", "x"), 200, 400, 409, 500)
				f.want(plain("POST", "/ImageStore/$/CommitUploadSession", ""), 200, 400, 500)
				f.want(plain("GET", "/ImageStore/"+path+"/$/GetUploadSession", ""), 200, 204, 400)
				f.want(plain("DELETE", "/ImageStore/$/DeleteUploadSession", ""), 200, 400, 404)
				for _, body := range []string{`{"RemoteSource":"alive","RemoteDestination":%q}`, `{"RemoteSource":%q,"RemoteDestination":"copy"}`} {
					f.want(plain("POST", "/ImageStore/$/Copy", fmt.Sprintf(body, path)), 200, 400, 404, 500)
				}
				f.want(plain("DELETE", "/ImageStore/"+path, ""), 200, 400, 500)
			}
			f.isAlive()
		})
	}
}

// These are barely HTTP requests.
func TestHostileRequests(t *testing.T) {
	f := newFortress(t)
	for name, row := range map[string]struct {
		request string
		status  int
	}{
		"an absolute target":         {plain("GET", "http://x/ImageStore/../../x", ""), 400},
		"a target that is a star":    {plain("GET", "*", ""), 400},
		"no target":                  {"GET HTTP/1.1\r\nHost: x\r\n\r\n", 400},
		"two lengths":                {"PUT /ImageStore/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400},
		"a negative length":          {"PUT /ImageStore/a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
		"an unknown coding":          {"PUT /ImageStore/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nx", 501},
		"a range without an end":     {strings.Replace(plain("PUT", "/ImageStore/a/$/UploadChunk", "x"), "Host", "Content-Range: bytes "+strings.Repeat("9", 30<<10)+"\r\nHost", 1), 400},
		"an endless header":          {"GET /ImageStore HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 8<<20), 431},
		"endless headers":            {"GET /ImageStore HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X: y\r\n", 1<<20), 431},
		"an endless target":          {"GET /ImageStore/" + strings.Repeat("x", 8<<20), 431},
		"a long query":               {plain("GET", "/ImageStore?"+strings.Repeat("a=b&", 10<<10), ""), 400},
		"a body of nothing but deep": {plain("POST", "/ImageStore/$/Copy", strings.Repeat("[", 1<<20)), 400},
	} {
		var status int
		var body string
		used := allocated(func() { status, body = f.send(row.request) })
		if status != row.status {
			t.Errorf("%s: %d %.200s, want %d", name, status, body, row.status)
		}
		if used > 32<<20 {
			t.Errorf("%s: took %d bytes of memory", name, used)
		}
	}
	f.isAlive()
}
