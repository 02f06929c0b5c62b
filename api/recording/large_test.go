package recording_test

import (
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
)

// watched measures the memory in use while it is read.
type watched struct {
	from        io.Reader
	peak        uint64
	read, asked int64 // bytes; asked: at which number of them the memory was last measured
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	if w.read += int64(n); w.read-w.asked > 1<<20 {
		w.asked = w.read
		w.peak = max(w.peak, inUse())
	}
	return n, err
}

func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() - sample[1].Value.Uint64()
}

// endless returns a text repeatedly.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		more := copy(p[n:], e.text[e.at:])
		n, e.at = n+more, (e.at+more)%len(e.text)
	}
	return n, nil
}

// isLarge says that large recordings are tested too, see make soak: they are slow under the race detector.
var isLarge = os.Getenv("SFSTORE_LARGE") != ""

func onlyIfLarge(t *testing.T) {
	t.Helper()
	if !isLarge {
		t.Skip("SFSTORE_LARGE is not set")
	}
}

// Recordings of 1 GiB need no more memory than a short one, whatever they contain. Unless SFSTORE_LARGE
// is set (see make soak) they are of 1 MiB.
func TestMemoryOfALargeRecording(t *testing.T) {
	size := int64(1 << 20)
	if isLarge {
		size = 1 << 30
	}
	const limit = 192 << 20
	entryOf := func(x written) string {
		text := har(t, x.entry(false))
		return text[strings.Index(text, `[{"cache"`)+1 : strings.LastIndex(text, `],"pages"`)]
	}
	var more string // a long array besides the one that is repeated
	if isLarge {
		more = strings.Repeat(",{}", 1<<20)
	}
	listing := sessions.answered(200, `{"UploadSessions":[`+strings.Repeat(`{"A":1},`, 50_000)+`{}]}`)
	for _, row := range []struct {
		name, start, again, end string
		fails                   bool // at 1 GiB
	}{
		{"good exchanges", `{"log":{"entries":[` + entryOf(sessions), "," + entryOf(sessions), "", true},
		{"exchanges that differ everywhere", `{"log":{"entries":[` + entryOf(listing), "," + entryOf(listing), "", true},
		{"one body", `{"log":{"entries":[{"request":{"method":"GET","url":"/ImageStore"},"response":{"status":200,"content":{"text":"`, "0123456789abcdef", `"}}}]}}`, false},
		{"one body of escapes", `{"log":{"entries":[{"request":{"method":"GET","url":"/ImageStore"},"response":{"status":200,"content":{"text":"`, `\"`, `"}}}]}}`, false},
		{"one entry of many members", `{"log":{"entries":[{"request":{"method":"GET","url":"/ImageStore"}`, `,"a":"0123456789abcdef"`, `}]}}`, true},
		{"one entry of many headers", `{"log":{"entries":[{"request":{"headers":[{}`, `,{"name":"a","value":"b"}`, `]}}]}}`, true},
		{"one entry of many empty headers", `{"log":{"entries":[{"request":{"method":"GET","url":"/ImageStore","headers":[{}`, `,{}`, `]}}]}}`, true},
		{"one entry of many headers without a value", `{"log":{"entries":[{"request":{"method":"GET","url":"/ImageStore","headers":[{"name":"a"}`, `,{"name":"a"}`, `]}}]}}`, true},
		{"one entry of many cookies and parameters", `{"log":{"entries":[{"request":{"method":"GET","url":"/ImageStore","postData":{"params":[{}` + more + `]},"queryString":[{}` + more + `],"cookies":[{}`, `,{}`, `]}}]}}`, true},
		{"many members before the entries", `{"log":{"a":1`, `,"a":"0123456789abcdef"`, `}}`, true},
		{"one long member before the entries", `{"log":{"a":[0`, `,0`, `]}}`, true},
		{"nothing but brackets", "{", "[", "", true},
		{"nothing but spaces", "{", " ", "", true},
		{"one number", `{"log":`, "1", "", true},
		{"messages", "", "GET /ImageStore HTTP/1.1\n\nHTTP/1.1 200 OK\nA: " + strings.Repeat("b", 1000) + "\nContent-Length: 2\n\n{}\n", "", false},
		{"one body of a message", "GET /ImageStore HTTP/1.1\n\nHTTP/1.1 200 OK\n\n", "0123456789abcdef", "", false},
		{"one line", "GET /ImageStore", "/x", "", true},
		{"many headers of a message", "GET /ImageStore HTTP/1.1\n", "A: b\n", "", true},
		{"what curl prints", "> GET / HTTP/1.1\n", "* 0123456789abcdef\n", "", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			debug.FreeOSMemory()
			w := &watched{from: io.MultiReader(strings.NewReader(row.start),
				io.LimitReader(&endless{text: row.again}, size/int64(len(row.again))*int64(len(row.again))), strings.NewReader(row.end))}
			before := inUse()
			report := recording.NewReport(load(t))
			report.Add("large", w)
			t.Logf("%d MiB read, %d MiB of memory, %s", w.read>>20, (w.peak-min(before, w.peak))>>20, report.Files[0].Error)
			if w.peak > before+limit {
				t.Errorf("%d MiB of memory, want at most %d", (w.peak-before)>>20, limit>>20)
			}
			if failed := report.Files[0].Error != ""; isLarge && failed != row.fails {
				t.Errorf("error %q", report.Files[0].Error)
			}
		})
	}
}
