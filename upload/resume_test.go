package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/internal/testhost"
	"github.com/sfstore/sfstore/upload"
)

// abandon begins an upload, and cancels it when the server gets the n-th chunk.
func (s *store) abandon(t *testing.T, source []byte, n int, options ...upload.Option) uuid.UUID {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.round(onOperation(opChunk, n, cancel))
	report, err := s.uploader(options...).ReaderAt(ctx, at, bytes.NewReader(source), int64(len(source)))
	if err == nil {
		t.Fatal("the upload was not abandoned")
	}
	s.round(nil)
	return report.Session
}

func TestTheSameUploadResumes(t *testing.T) {
	source := noise(10*someChunk, 1)
	for name, goOn := range map[string]func(*testing.T, *store) (upload.FileReport, error){
		"with as many workers": func(t *testing.T, s *store) (upload.FileReport, error) {
			return readerAt(t, s.uploader(upload.WithWorkers(1)), source)
		},
		"with more workers": func(t *testing.T, s *store) (upload.FileReport, error) {
			return readerAt(t, s.uploader(upload.WithWorkers(8)), source)
		},
		"from a file, where it was a reader": func(t *testing.T, s *store) (upload.FileReport, error) {
			return s.uploader().File(t.Context(), at, onDisk(t, source))
		},
		"under another spelling of the path": func(t *testing.T, s *store) (upload.FileReport, error) {
			return s.uploader().File(t.Context(), `/App\Code.zip/`, onDisk(t, source))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			first := s.abandon(t, source, 6, upload.WithWorkers(1))
			report, err := goOn(t, s)
			must(t, err)
			s.holds(at, source)
			if report.Session != first {
				t.Errorf("session %s, not %s", report.Session, first)
			}
			if report.Resumed < 5*someChunk || report.Resumed+report.Sent != 10*someChunk {
				t.Errorf("%d bytes were resumed and %d sent", report.Resumed, report.Sent)
			}
			if got := s.Stats(); got.ChunkBytesRecorded != 10*someChunk || got.Sessions != 0 {
				t.Errorf("%d bytes were recorded, %d sessions are left", got.ChunkBytesRecorded, got.Sessions)
			}
		})
	}
}

func TestAnotherUploadBeginsAnew(t *testing.T) {
	source := noise(4*someChunk, 1)
	changed := slices.Clone(source)
	changed[3*someChunk]++
	for name, begin := range map[string]func(*testing.T, *store) (upload.FileReport, error){
		"with one byte changed": func(t *testing.T, s *store) (upload.FileReport, error) {
			return readerAt(t, s.uploader(), changed)
		},
		"with another chunk size": func(t *testing.T, s *store) (upload.FileReport, error) {
			return readerAt(t, s.uploader(upload.WithChunkSize(someChunk/2)), source)
		},
		"with a byte more": func(t *testing.T, s *store) (upload.FileReport, error) {
			return readerAt(t, s.uploader(), append(slices.Clone(source), 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			first := s.abandon(t, source, 3, upload.WithWorkers(1))
			report, err := begin(t, s)
			must(t, err)
			if report.Session == first || report.Resumed != 0 {
				t.Errorf("session %s after %s, %d bytes resumed", report.Session, first, report.Resumed)
			}
		})
	}
}

func TestSourceThatChanges(t *testing.T) {
	source := noise(4*someChunk, 1)
	other := slices.Clone(source)
	other[0]++
	for name, change := range map[string]func(t *testing.T, name string){
		"content":   func(t *testing.T, name string) { writeFile(t, name, other) },
		"truncated": func(t *testing.T, name string) { must(t, os.Truncate(name, someChunk)) },
		"emptied":   func(t *testing.T, name string) { must(t, os.Truncate(name, 0)) },
		"appended":  func(t *testing.T, name string) { writeFile(t, name, append(slices.Clone(source), 'x')) },
		"replaced": func(t *testing.T, name string) {
			writeFile(t, name+".new", source)
			must(t, os.Rename(name+".new", name))
		},
		"removed":                           func(t *testing.T, name string) { must(t, os.Remove(name)) },
		"rewritten, with its time set back": rewrite,
	} {
		for moment, operation := range map[string]string{"before the session is queried": opAsk, "while chunks are sent": opChunk} {
			t.Run(name+" "+moment, func(t *testing.T) {
				switch name {
				case "replaced", "removed":
					testhost.NotOnWindows(t, "nobody replaces or removes a file that is open")
				case "rewritten, with its time set back":
					testhost.NotOnWindows(t, "os gives no other time than that of the last write")
				}
				s := newStore(t)
				file := onDisk(t, source)
				s.round(onOperation(operation, map[string]int{opAsk: 1, opChunk: 2}[operation], func() { change(t, file) }))
				report, err := s.uploader(upload.WithWorkers(1)).File(t.Context(), at, file)
				if _, ok := errors.AsType[*upload.SourceError](err); !ok || !errors.Is(err, upload.ErrSourceChanged) {
					t.Errorf("got %v, not ErrSourceChanged", err)
				}
				if report.Err != err {
					t.Errorf("the report says %v", report.Err)
				}
				s.settle()
				s.holdsNothing(at)
			})
		}
	}
}

// A changed time says nothing about the content.
func TestSourceThatIsTouchedHasNotChanged(t *testing.T) {
	for name, size := range map[string]int{"in a single PUT": 9, "in chunks": 4 * someChunk} {
		for _, operation := range []string{opList, opPut, opChunk} {
			t.Run(name+", before "+operation, func(t *testing.T) {
				s := newStore(t)
				source := noise(size, 1)
				file := onDisk(t, source)
				s.round(onOperation(operation, 1, func() { touch(t, file) }))
				_, err := s.uploader().File(t.Context(), at, file)
				must(t, err)
				s.holds(at, source)
			})
		}
	}
}

func TestTheSameFileAtOnce(t *testing.T) {
	s := newStore(t)
	source := noise(20*someChunk, 1)
	errs := sideBySide(3, func(int) error {
		_, err := readerAt(t, s.uploader(upload.WithWorkers(3), upload.WithRetry(patient)), source)
		return err
	})
	must(t, errors.Join(errs...))
	s.holds(at, source)
}

// sideBySide calls a function n times concurrently.
func sideBySide(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = do(i) })
	}
	group.Wait()
	return errs
}

func TestTwoFilesToOnePathAtOnce(t *testing.T) {
	for sizes, size := range map[string][2]int{
		"of one size":     {10 * someChunk, 10 * someChunk},
		"of two sizes":    {10 * someChunk, 12 * someChunk},
		"one of a piece":  {10, 10 * someChunk},
		"both of a piece": {10, 20},
	} {
		t.Run(sizes, func(t *testing.T) {
			s := newStore(t)
			sources := [][]byte{noise(size[0], 1), noise(size[1], 2)}
			errs := sideBySide(2, func(i int) error {
				_, err := readerAt(t, s.uploader(upload.WithRetry(quick)), sources[i])
				return err
			})
			got := s.stored(at)
			if !bytes.Equal(got, sources[0]) && !bytes.Equal(got, sources[1]) {
				t.Fatalf("%d bytes are stored that are none of the files", len(got))
			}
			for i, err := range errs {
				if err != nil && (!errors.Is(err, upload.ErrNotStored) || bytes.Equal(got, sources[i])) {
					t.Errorf("file %d: %v", i, err)
				}
			}
			if errs[0] != nil && errs[1] != nil {
				t.Error(fmt.Errorf("neither is there: %w", errors.Join(errs...)))
			}
		})
	}
}
