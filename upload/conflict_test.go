package upload_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/sfstore/sfstore/upload"
)

// betweenRequests calls do before the n-th chosen request. Requests that do itself sends do not count.
func betweenRequests(s *store, chosen func(*http.Request) bool, do func(n int, w http.ResponseWriter) bool) {
	var mu sync.Mutex
	n, during := 0, false
	s.before = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		if during || !chosen(r) {
			mu.Unlock()
			return false
		}
		n, during = n+1, true
		mu.Unlock()
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			during = false
		}()
		return do(n, w)
	}
}

func isFilePut(r *http.Request) bool { return operationOf(r) == opPut && !isMarkPath(r.URL.Path) }

func (s *store) completeRival(t *testing.T) {
	_, err := s.uploader(upload.WithWorkers(1)).Folder(t.Context(), "App", filled('B'))
	must(t, err)
}

// TestARivalThatCameAndWent completes the folder after it was listed, and before the claim. The rival
// is found before anything is sent, so that a kill leaves none of our files under its mark.
func TestARivalThatCameAndWent(t *testing.T) {
	s := newStore(t)
	files := 0
	betweenRequests(s, func(r *http.Request) bool { return isClaim(r) || isFilePut(r) }, func(n int, _ http.ResponseWriter) bool {
		if n == 1 {
			s.completeRival(t)
		} else {
			files++
		}
		return false
	})
	_, err := s.uploader(upload.WithWorkers(1)).Folder(t.Context(), "App", filled('A'))
	if !isConflict(err) || files > 0 {
		t.Errorf("got %v, after %d files", err, files)
	}
	s.holdsFilled('B')
	if left := s.claims(t); len(left) > 0 {
		t.Errorf("%d claims are left", len(left))
	}
}

// TestAMarkAfterTheFirstFiles lets the mark of a rival appear after the claim, as if its last requests
// were still running. The second check for it is sent with the first files.
func TestAMarkAfterTheFirstFiles(t *testing.T) {
	for _, refused := range []bool{false, true} {
		s := newStore(t)
		looks, files := 0, 0
		look := func(r *http.Request) bool {
			if operationOf(r) != opList || !isMarkPath(r.URL.Path) {
				return false
			}
			looks++
			return looks == 2
		}
		file := func(r *http.Request) bool {
			if !isFilePut(r) {
				return false
			}
			files++
			return refused && files == 3
		}
		betweenRequests(s, func(r *http.Request) bool { return look(r) || file(r) }, func(_ int, w http.ResponseWriter) bool {
			if looks == 2 && files < 3 {
				must(t, s.client.UploadFile(t.Context(), "App/"+upload.Mark, nil, 0))
				return false
			}
			w.WriteHeader(http.StatusForbidden)
			return true
		})
		_, err := s.uploader(upload.WithWorkers(1)).Folder(t.Context(), "App", filled('A'))
		if err == nil || !refused && !isConflict(err) {
			t.Errorf("got %v", err)
		}
		if s.stored("App/"+upload.Mark) != nil {
			t.Errorf("the mark stands, after %v", err)
		}
	}
}

// TestAFailureAfterTheClaimWasLost removes the mark of a rival that could not know of the claim.
func TestAFailureAfterTheClaimWasLost(t *testing.T) {
	s := newStore(t)
	betweenRequests(s, isFilePut, func(n int, w http.ResponseWriter) bool {
		switch n {
		case 3:
			s.Failover()
			s.completeRival(t)
		case 5: // the third and fourth are stored over those of the rival
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	})
	_, err := s.uploader(upload.WithWorkers(1)).Folder(t.Context(), "App", filled('A'))
	if err == nil || isConflict(err) {
		t.Errorf("got %v", err)
	}
	if s.stored("App/"+upload.Mark) != nil {
		t.Error("the mark stands")
	}
}

func TestAFileThatSomebodyElseAdds(t *testing.T) {
	for _, name := range []string{"App/foreign", "App/Other/foreign"} {
		for _, before := range []fstest.MapFS{nil, filled('B')} {
			s := newStore(t)
			if before != nil {
				_, err := s.uploader().Folder(t.Context(), "App", before)
				must(t, err)
			}
			err := during(t, s, func() { must(t, s.client.UploadFile(t.Context(), name, newReader([]byte("x")), 1)) })
			if !isConflict(err) || s.stored("App/"+upload.Mark) != nil {
				t.Errorf("%s, over %d files: got %v, and the mark is there: %t", name, len(before), err, s.stored("App/"+upload.Mark) != nil)
			}
		}
	}
}

// TestTwoSpellingsOfOneFolder lets a rival write to the same folder in another case, as Windows allows.
// Claims are found by their exact path.
func TestTwoSpellingsOfOneFolder(t *testing.T) {
	t.Run("of a folder that exists", func(t *testing.T) {
		s := newStore(t)
		s.completeRival(t)
		err := during(t, s, func() {
			if _, err := s.uploader().Folder(t.Context(), "app", filled('C')); !isConflict(err) {
				t.Errorf("the rival: %v", err)
			}
		})
		must(t, err)
		s.holdsFilled('A')
	})
	t.Run("of a new folder", func(t *testing.T) {
		s := newStore(t)
		betweenRequests(s, isFilePut, func(n int, _ http.ResponseWriter) bool {
			if n == 3 {
				for name, file := range filled('C') {
					must(t, s.client.UploadFile(t.Context(), "app/"+name, newReader(file.Data), int64(len(file.Data))))
				}
			}
			return false
		})
		_, err := s.uploader(upload.WithWorkers(1)).Folder(t.Context(), "App", filled('A'))
		if !isConflict(err) {
			t.Errorf("got %v", err)
		}
	})
}
