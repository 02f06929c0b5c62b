package emulator

import (
	"bufio"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sfstore/sfstore/internal/testhost"
)

type scene struct {
	name     string
	options  []Option
	prepare  func(*Store)
	requests []recorded
}

type recorded struct {
	name  string // of the file, beginning with the operation; empty: not recorded
	line  string // of the request, without the protocol
	chunk string // its Content-Range
	json  string // its body, or
	body  string
}

// text returns the request as it is sent. Its lines end in LF, like those of the recordings.
func (r recorded) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s HTTP/1.1\nHost: localhost:19080\n", r.line)
	body := r.body + r.json
	if r.chunk != "" {
		fmt.Fprintf(&b, "Content-Range: %s\n", r.chunk)
	}
	if r.json != "" {
		b.WriteString("Content-Type: application/json\n")
	}
	if body != "" || strings.HasPrefix(r.line, "P") {
		fmt.Fprintf(&b, "Content-Length: %d\n", len(body))
	}
	b.WriteString("\n" + body)
	return b.String()
}

// play returns the exchanges of a scene that have names. The store's clock stands still.
func (s scene) play(t *testing.T) map[string]string {
	t.Helper()
	store, err := New(append([]Option{WithFolder(t.TempDir()), WithClock(newClock().now)}, s.options...)...)
	if err != nil {
		t.Fatal(err)
	}
	store.wait = func(context.Context, time.Duration) error { return nil }
	if s.prepare != nil {
		s.prepare(store)
	}
	server := httptest.NewServer(validated(t, store))
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	exchanges := make(map[string]string)
	answers := bufio.NewReader(conn)
	for _, r := range s.requests {
		request := r.text()
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatalf("%s: %s: %v", s.name, r.line, err)
		}
		if text := answerText(t, answer); r.name != "" {
			exchanges[r.name] = request + text
		} else if answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s: %s", s.name, r.line, text)
		}
	}
	_ = conn.Close()
	server.Close()
	closeStore(t, store)
	return exchanges
}

// answerText returns a response without its date, and with a fixed size of the disk.
func answerText(t *testing.T, answer *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if anyDisk.Match(body) {
		body = anyDisk.ReplaceAll(body, []byte(aDisk))
		answer.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	answer.Header.Del("Date")
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %s\n", answer.Status)
	for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
		fmt.Fprintf(&b, "%s: %s\n", name, answer.Header.Get(name))
	}
	return b.String() + "\n" + string(body)
}

var anyDisk = regexp.MustCompile(`"Capacity":"\d+","AvailableSpace":"\d+"`)

const aDisk = `"Capacity":"1000202039296","AvailableSpace":"851234000896"`

func faultOf(t *testing.T, text string) Fault {
	t.Helper()
	faults, err := ParseFaults(text)
	if err != nil {
		t.Fatal(err)
	}
	return faults[0]
}

// plant puts something on the disk without the store's knowledge.
func plant(t *testing.T, s *Store) {
	t.Helper()
	testhost.Symlink(t, ".", filepath.Join(s.folder, "content", "Planted"))
}

func closeStore(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// Every error that the package has a name for, and every code that it has a message for, is in a
// recording.
func TestRecordingsShowEveryError(t *testing.T) {
	texts := strings.Join(slices.Collect(maps.Values(kept(t))), "\n")
	for name, status := range namedErrors(t) {
		code := status[1]
		shown := regexp.MustCompile(`HTTP/1\.1 ` + status[0] + ` [^\n]*\n(?:[^\n]+\n)*\n\{"Error":\{"Code":"` + code + `"`)
		if !shown.MatchString(texts) {
			t.Errorf("no recording shows %s: %s %s", name, status[0], code)
		}
	}
	for code, message := range messages {
		if !strings.Contains(texts, fmt.Sprintf(`"Code":%q,"Message":%q`, code, message)) {
			t.Errorf("no recording shows the message of %s", code)
		}
	}
	if !strings.Contains(texts, fmt.Sprintf(`"Message":%q`, errTimeoutZero.message)) {
		t.Error("no recording shows a timeout of 0")
	}
}

// namedErrors returns the variables of errors.go that newError makes, with status and code.
func namedErrors(t *testing.T) map[string][2]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][2]string)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		call, ok := spec.Values[0].(*ast.CallExpr)
		if !ok || fmt.Sprint(call.Fun) != "newError" {
			return true
		}
		status := call.Args[0].(*ast.SelectorExpr).Sel.Name
		code := strings.Trim(call.Args[1].(*ast.BasicLit).Value, `"`)
		found[spec.Names[0].Name] = [2]string{statusNumbers[status], code}
		return true
	})
	if len(found) < 15 {
		t.Fatalf("errors.go has only the errors %v", found)
	}
	return found
}

var statusNumbers = map[string]string{
	"StatusBadRequest": "400", "StatusForbidden": "403", "StatusNotFound": "404", "StatusConflict": "409",
	"StatusRequestEntityTooLarge": "413", "StatusInternalServerError": "500", "StatusBadGateway": "502",
	"StatusServiceUnavailable": "503", "StatusGatewayTimeout": "504",
}
