package upload_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

// lateRemainder accepts a part of the first PUT of a file and closes the connection. A gateway without
// sessions gets that part after a time, and stores it.
func lateRemainder(s *store, after time.Duration, arrived *sync.WaitGroup) lie {
	var taken atomic.Bool
	arrived.Add(1)
	return func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != opPut || isMarkPath(r.URL.Path) || taken.Swap(true) {
			return false
		}
		part, _ := io.ReadAll(io.LimitReader(r.Body, 10))
		go func() {
			defer arrived.Done()
			pass(after)
			late := httptest.NewRequest(http.MethodPut, r.URL.String(), bytes.NewReader(part))
			s.ServeHTTP(httptest.NewRecorder(), late)
		}()
		panic(http.ErrAbortHandler)
	}
}

// TestALateRemainderIsSeen lets the remainder arrive after the file was stored again.
func TestALateRemainderIsSeen(t *testing.T) {
	for name, size := range map[string]int{"a small file": someChunk, "a large file": 50 * someChunk} {
		withFakeTime(t, func(t *testing.T, s *store) {
			var arrived sync.WaitGroup
			s.before = lateRemainder(s, 5*time.Second, &arrived)
			u, err := upload.New(s.client)
			must(t, err)
			_, err = readerAt(t, u, noise(size, 1))
			arrived.Wait()
			if stored := s.stored(at); (err == nil) != bytes.Equal(stored, noise(size, 1)) {
				t.Errorf("%s: %v, and %d of %d bytes are stored", name, err, len(stored), size)
			}
		}, emulator.WithPlatform(emulator.Linux))
	}
	withFakeTime(t, func(t *testing.T, s *store) {
		var arrived sync.WaitGroup
		s.before = lateRemainder(s, 5*time.Second, &arrived)
		u, err := upload.New(s.client)
		must(t, err)
		_, err = u.Folder(t.Context(), "App", smallTree)
		arrived.Wait()
		if err == nil {
			for name, file := range smallTree {
				s.holds("App/"+name, file.Data)
			}
		} else if s.stored("App/_.dir") != nil {
			t.Errorf("the mark stands after %v", err)
		}
	}, emulator.WithPlatform(emulator.Linux))
}
