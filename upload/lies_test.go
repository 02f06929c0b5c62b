package upload_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

type lie = func(n int, w http.ResponseWriter, r *http.Request) bool

// swallowFor confirms an operation on some paths and does nothing.
func swallowFor(operation string, which func(path string) bool) lie {
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != operation || !which(r.URL.Path) {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusOK)
		return true
	}
}

func isMarkPath(path string) bool { return strings.HasSuffix(path, "/"+upload.Mark) }

// replayListings responds to every listing with the first response for the same path.
func replayListings(s *store) lie {
	alone := make(chan struct{}, 1) // not a mutex, which would stop simulated time
	first := map[string]*httptest.ResponseRecorder{}
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != opList {
			return false
		}
		alone <- struct{}{}
		defer func() { <-alone }()
		rsp := first[r.URL.Path]
		if rsp == nil {
			rsp = httptest.NewRecorder()
			s.ServeHTTP(rsp, r)
			first[r.URL.Path] = rsp
		}
		w.Header().Set("Content-Type", rsp.Header().Get("Content-Type"))
		w.WriteHeader(rsp.Code)
		_, _ = w.Write(rsp.Body.Bytes())
		return true
	}
}

// listOther responds to every listing after the first with a newer file of the same size, at another
// path.
func listOther(s *store) lie {
	first := true
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		switch {
		case operationOf(r) != opList:
		case first:
			first = false
		default:
			r.URL.Path, r.URL.RawPath, r.RequestURI = "/ImageStore/Other/x", "", "/ImageStore/Other/x?"+r.URL.RawQuery
			s.ServeHTTP(w, r)
			return true
		}
		return false
	}
}

func TestGatewaysThatLieAboutAFile(t *testing.T) {
	for name, lieOf := range map[string]func(*store) lie{
		"a PUT is swallowed":     func(*store) lie { return swallow(opPut) },
		"a commit is swallowed":  func(*store) lie { return swallow(opCommit) },
		"listings are old":       replayListings,
		"another file is listed": listOther,
	} {
		for what, size := range map[string]int{"a small file": someChunk, "a large file": 3 * someChunk} {
			if size == someChunk && name == "a commit is swallowed" || size > someChunk && name == "a PUT is swallowed" {
				continue
			}
			t.Run(name+", "+what, func(t *testing.T) {
				s := newStore(t)
				old := noise(size, 9)
				must(t, s.client.UploadFile(t.Context(), at, newReader(old), int64(size)))
				must(t, s.client.UploadFile(t.Context(), "Other/x", newReader(old), int64(size)))
				s.round(lieOf(s))
				if _, err := readerAt(t, s.uploader(), noise(size, 1)); err == nil {
					t.Error("success")
				}
			})
		}
	}
}

func TestGatewaysThatLieAboutAFolder(t *testing.T) {
	for name, lieOf := range map[string]func(*store) lie{
		"files are swallowed": func(*store) lie {
			return swallowFor(opPut, func(path string) bool { return !isMarkPath(path) })
		},
		"marks are swallowed":                func(*store) lie { return swallowFor(opPut, isMarkPath) },
		"the deletion of marks is swallowed": func(*store) lie { return swallow(opDelete) },
		"commits are swallowed":              func(*store) lie { return swallow(opCommit) },
		"listings are old":                   replayListings,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			_, err := s.uploader().Folder(t.Context(), "App", smallTree)
			must(t, err)
			s.round(lieOf(s))
			if _, err := s.uploader().Folder(t.Context(), "App", smallTree); err == nil {
				t.Error("success")
			}
		})
	}
}

// TestResponsesThatCannotBeRight checks that they are retried once, and that the upload is not
// "incomplete".
func TestResponsesThatCannotBeRight(t *testing.T) {
	for name, write := range map[string]func(http.ResponseWriter){
		"a page of HTML": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>login</html>")
		},
		"JSON of something else": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"status":"ok"}`)
		},
	} {
		for operation, size := range map[string]int{opList: 10, opPut: 10, opAsk: 3 * someChunk, opChunk: 3 * someChunk, opCommit: 3 * someChunk} {
			t.Run(name+" to "+operation, func(t *testing.T) {
				s := newStore(t)
				wrong := 0
				s.round(func(_ int, w http.ResponseWriter, r *http.Request) bool {
					if operationOf(r) != operation {
						return false
					}
					wrong++
					_, _ = io.Copy(io.Discard, r.Body)
					write(w)
					return true
				})
				_, err := readerAt(t, s.uploader(upload.WithWorkers(1)), noise(size, 1))
				failed, ok := errors.AsType[*upload.Error](err)
				if !ok || failed.Resumable() || !errors.Is(err, imagestore.ErrMalformed) {
					t.Errorf("got %v", err)
				}
				if wrong != 2 {
					t.Errorf("%d requests, not 2", wrong)
				}
			})
		}
	}
}

// TestACommitUnderAnIdOfTheFile overwrites a file that has the id of the session already, as after a
// commit that failed while it overwrote: the server confirms the commit and does nothing.
func TestACommitUnderAnIdOfTheFile(t *testing.T) {
	s := newStore(t)
	must(t, s.client.UploadFile(t.Context(), at, newReader(noise(3*someChunk, 9)), 3*someChunk))
	lied := false
	s.round(func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != opCommit || lied {
			return false
		}
		lied = true
		w.WriteHeader(http.StatusOK)
		return true
	})
	source := noise(3*someChunk, 1)
	report, err := readerAt(t, s.uploader(), source)
	must(t, err)
	s.holds(at, source)
	if report.Sent != 6*someChunk || s.count(opCommit) != 1 {
		t.Errorf("%d bytes were sent, %d commits answered", report.Sent, s.count(opCommit))
	}
}

// TestUploadAfterACopyOverThePath uploads to a path that has the id of an earlier upload of the same
// bytes, and other bytes.
func TestUploadAfterACopyOverThePath(t *testing.T) {
	s := newStore(t)
	source, other := noise(3*someChunk, 1), noise(3*someChunk, 2)
	_, err := readerAt(t, s.uploader(), source)
	must(t, err)
	_, err = s.uploader().ReaderAt(t.Context(), "Other/x", newReader(other), int64(len(other)))
	must(t, err)
	must(t, s.client.CopyContent(t.Context(), imagestore.Copy{Source: "Other/x", Destination: at}))
	report, err := readerAt(t, s.uploader(), source)
	must(t, err)
	s.holds(at, source)
	again, err := readerAt(t, s.uploader(), source)
	must(t, err)
	if report.Session == again.Session {
		t.Error("two uploads to one path had one session")
	}
}

func TestWhatIsInTheWayIsFoundBeforeAnythingIsSent(t *testing.T) {
	for name, row := range map[string]struct{ there, dst, want string }{
		"a folder where the file is to be": {"App/Code.zip/x", at, `"App/Code.zip" is a folder in the store`},
		"a file above":                     {"App", at, `"App" is a file in the store, so nothing can be stored below it`},
		"a file far above":                 {"App", "App/v1/a/b/Code.zip", `"App" is a file in the store`},
	} {
		for what, size := range map[string]int{"a small file": 10, "a large file": 3 * someChunk} {
			t.Run(name+", "+what, func(t *testing.T) {
				s := newStore(t)
				must(t, s.client.UploadFile(t.Context(), row.there, strings.NewReader("x"), 1))
				s.answers()
				_, err := s.uploader().ReaderAt(t.Context(), row.dst, newReader(noise(size, 1)), int64(size))
				_, ok := errors.AsType[*upload.DestinationError](err)
				if !ok || !strings.Contains(err.Error(), row.want) {
					t.Errorf("got %v", err)
				}
				_, err = s.uploader().Folder(t.Context(), row.dst, fstest.MapFS{"a": {}})
				if _, ok := errors.AsType[*upload.DestinationError](err); !ok && row.dst != row.there[:min(len(row.dst), len(row.there))] {
					t.Errorf("a folder: got %v", err)
				}
				if changes := s.changes(); len(changes) > 0 {
					t.Errorf("something was sent: %q", changes)
				}
			})
		}
	}
}

// TestACommitThatIsRefusedPermanently checks that nothing is sent again, and that no session is left.
func TestACommitThatIsRefusedPermanently(t *testing.T) {
	s := newStore(t)
	s.round(func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != opCommit {
			return false
		}
		fail(w, r, http.StatusBadRequest, "FABRIC_E_PATH_TOO_LONG")
		return true
	})
	_, err := readerAt(t, s.uploader(), noise(3*someChunk, 1))
	if !imagestore.HasCode(err, "FABRIC_E_PATH_TOO_LONG") {
		t.Errorf("got %v", err)
	}
	if chunks, sessions := s.count(opChunk), s.Stats().Sessions; chunks != 3 || sessions != 0 {
		t.Errorf("%d chunks of 3, %d sessions are left", chunks, sessions)
	}
}
