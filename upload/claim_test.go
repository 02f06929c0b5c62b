package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// filled returns a folder of files that contain only this byte.
func filled(b byte) fstest.MapFS {
	files := fstest.MapFS{}
	for i := range 40 {
		files[fmt.Sprintf("f%d", i)] = &fstest.MapFile{Data: bytes.Repeat([]byte{b}, 100)}
	}
	return files
}

// holdsFilled fails the test unless every file in the store contains only this byte, and the folder has
// its mark.
func (s *store) holdsFilled(b byte) {
	s.Helper()
	for name, file := range filled(b) {
		s.holds("App/"+name, file.Data)
	}
	s.holds("App/"+upload.Mark, []byte{})
}

func isConflict(err error) bool {
	_, ok := errors.AsType[*upload.ConflictError](err)
	return ok
}

func TestTwoUploadsToOneFolder(t *testing.T) {
	for round := range 10 {
		s := newStore(t)
		errs := sideBySide(2, func(i int) error {
			_, err := s.uploader(upload.WithWorkers(2), upload.WithRetry(patient)).Folder(context.Background(), "App", filled("AB"[i]))
			return err
		})
		switch {
		case s.stored("App/"+upload.Mark) == nil: // the one that ended last found the other's mark
			if !isConflict(errs[0]) && !isConflict(errs[1]) {
				t.Fatalf("round %d: %v, %v, and no mark", round, errs[0], errs[1])
			}
		case isConflict(errs[1]):
			must(t, errs[0])
			s.holdsFilled('A')
		case isConflict(errs[0]) || errs[1] == nil && s.stored("App/f0")[0] == 'B':
			must(t, errs[1])
			s.holdsFilled('B')
		default: // one after the other
			must(t, errors.Join(errs...))
			s.holdsFilled('A')
		}
	}
}

// TestTheSameFolderTwice runs two uploads that share one claim.
func TestTheSameFolderTwice(t *testing.T) {
	s := newStore(t)
	errs := sideBySide(2, func(int) error {
		_, err := s.uploader(upload.WithWorkers(2), upload.WithRetry(patient)).Folder(context.Background(), "App", filled('A'))
		return err
	})
	for _, err := range errs {
		// Each upload may see the mark or the files of the other, and cannot know whose they are. It
		// then removes the mark, which the other may miss.
		if err != nil && !isConflict(err) && !errors.Is(err, upload.ErrNotStored) {
			t.Error(err)
		}
	}
	if _, err := s.uploader().Folder(t.Context(), "App", filled('A')); err != nil {
		t.Error(err)
	}
	s.holdsFilled('A')
}

// claims returns the claims on App.
func (s *store) claims(t *testing.T) []imagestore.UploadSession {
	t.Helper()
	sessions, err := s.client.UploadSessionsByPath(t.Context(), "App/"+upload.Mark)
	must(t, err)
	return sessions
}

// during calls do while an upload of filled('A') to App sends its first file, and returns the error of
// the upload.
func during(t *testing.T, s *store, do func(), options ...upload.Option) error {
	t.Helper()
	var called atomic.Bool
	s.before = func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) == opPut && !called.Swap(true) {
			do()
		}
		return false
	}
	_, err := s.uploader(append(options, upload.WithWorkers(1))...).Folder(t.Context(), "App", filled('A'))
	return err
}

func TestAFolderIsClaimedWhileItIsUploaded(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		err := during(t, s, func() {
			first := s.claims(t)
			if len(first) != 1 || first[0].Complete() {
				t.Fatalf("the claims are %+v", first)
			}
			pass(20 * time.Second)
			if now := s.claims(t); len(now) != 1 || !now[0].Modified.After(first[0].Modified) {
				t.Errorf("the claim was not renewed: %+v after %+v", now, first)
			}
			_, err := s.uploader().Folder(t.Context(), "App", filled('B'))
			if !isConflict(err) {
				t.Errorf("a second upload: %v", err)
			}
			if now := s.claims(t); len(now) != 1 {
				t.Errorf("%d claims after a second upload", len(now))
			}
		})
		must(t, err)
		s.holdsFilled('A')
		if left := s.claims(t); len(left) > 0 {
			t.Errorf("%d claims are left", len(left))
		}
	})
}

func TestAClaimIsGivenUpOnCancel(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		ctx, cancel := context.WithCancel(t.Context())
		s.before = onOperation(opPut, 3, cancel)
		_, err := s.uploader(upload.WithWorkers(1)).Folder(ctx, "App", filled('A'))
		wantInterrupted(t, err, false)
		s.before = nil
		if left := s.claims(t); len(left) > 0 {
			t.Errorf("%d claims are left", len(left))
		}
		_, err = s.uploader().Folder(t.Context(), "App", filled('B'))
		must(t, err)
		s.holdsFilled('B')
	})
}

// plantClaim leaves the claim of an uploader that was killed.
func (s *store) plantClaim(t *testing.T) uuid.UUID {
	t.Helper()
	id := uuid.New()
	const size = 1_000_000_000_039
	must(t, s.client.UploadFileChunk(t.Context(), "App/"+upload.Mark, id, imagestore.Range{}, size, bytes.NewReader([]byte{0})))
	return id
}

func TestAClaimThatIsNotRenewedIsTakenOver(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		s.plantClaim(t)
		pass(59 * time.Second)
		_, err := s.uploader().Folder(t.Context(), "App", filled('A'))
		if !isConflict(err) {
			t.Errorf("after 59 s: %v", err)
		}
		s.holdsNothing("App/f0")
		pass(2 * time.Second)
		_, err = s.uploader().Folder(t.Context(), "App", filled('A'))
		must(t, err)
		s.holdsFilled('A')
		if left := s.claims(t); len(left) > 0 {
			t.Errorf("%d claims are left", len(left))
		}
	})
}

// TestTheSameUploadResumesAtOnce runs an upload whose claim cannot be removed, as after a kill.
func TestTheSameUploadResumesAtOnce(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		ctx, cancel := context.WithCancel(t.Context())
		var dead atomic.Bool
		s.before = func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if operationOf(r) == opPut {
				dead.Store(true)
				cancel()
			}
			if dead.Load() {
				fail(w, r, http.StatusForbidden, "E_ACCESSDENIED")
			}
			return dead.Load()
		}
		_, err := s.uploader().Folder(ctx, "App", filled('A'))
		if err == nil {
			t.Fatal("success")
		}
		s.before = nil
		if left := s.claims(t); len(left) != 1 {
			t.Fatalf("%d claims are left", len(left))
		}
		if _, err := s.uploader().Folder(t.Context(), "App", filled('B')); !isConflict(err) {
			t.Errorf("another content: %v", err)
		}
		_, err = s.uploader().Folder(t.Context(), "App", filled('A'))
		must(t, err)
		s.holdsFilled('A')
	})
}

func TestAClaimCanBeTakenOver(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		var second error
		ended := make(chan struct{})
		first := during(t, s, func() {
			go func() {
				defer close(ended)
				_, second = s.uploader(upload.WithTakeOver()).Folder(t.Context(), "App", filled('B'))
			}()
			pass(17 * time.Second) // until a renewal, which finds the other claim
		})
		<-ended
		if !isConflict(first) {
			t.Errorf("the first upload: %v", first)
		}
		must(t, second)
		s.holdsFilled('B')
	})
}

// TestAClaimThatIsLostInAFailover begins a second upload right after the sessions were lost. One of the
// two completes the folder, or neither does.
func TestAClaimThatIsLostInAFailover(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		var second error
		ended := make(chan struct{})
		first := during(t, s, func() {
			s.Failover()
			go func() {
				defer close(ended)
				_, second = s.uploader(upload.WithWorkers(1), upload.WithProgress(func(e upload.Event) {
					if e.Kind == upload.Begun {
						pass(time.Second)
					}
				})).Folder(t.Context(), "App", filled('B'))
			}()
			pass(10 * time.Second)
		})
		<-ended
		switch {
		case first == nil && second == nil:
			t.Error("both ended well")
		case first == nil:
			s.holdsFilled('A')
		case second == nil:
			s.holdsFilled('B')
		default:
			s.holdsNothing("App/" + upload.Mark)
		}
	})
}

// TestAClientThatDoesNotKnowClaims writes a file after it was checked.
func TestAClientThatDoesNotKnowClaims(t *testing.T) {
	for _, platform := range platforms {
		s := newStore(t, emulator.WithPlatform(platform))
		other := upload.WithProgress(func(e upload.Event) {
			if e.Kind == upload.Marked {
				must(t, s.client.UploadFile(t.Context(), "App/f7", bytes.NewReader(bytes.Repeat([]byte{'C'}, 100)), 100))
			}
		})
		_, err := s.uploader(other).Folder(t.Context(), "App", filled('A'))
		if !isConflict(err) {
			t.Errorf("%s: got %v", platform, err)
		}
		s.holdsNothing("App/" + upload.Mark)
	}
}

// TestAnUploaderThatSlept lets a computer sleep while another uploader takes over its claim and ends.
func TestAnUploaderThatSlept(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		var asleep atomic.Pointer[string] // the id of the claim that cannot be renewed
		var puts atomic.Int64
		s.before = func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if id := asleep.Load(); id != nil {
				mine := isClaim(r) && r.URL.Query().Get("session-id") == *id
				if mine {
					fail(w, r, http.StatusServiceUnavailable, "E_ABORT")
				}
				return mine
			}
			if operationOf(r) == opPut {
				if puts.Add(1) == 3 {
					id := s.claims(t)[0].ID.String()
					asleep.Store(&id)
					pass(70 * time.Second)
					_, err := s.uploader(upload.WithExtras(upload.KeepExtras)).Folder(t.Context(), "App", filled('B'))
					must(t, err)
					asleep.Store(nil)
					fail(w, r, http.StatusServiceUnavailable, "E_ABORT")
					return true
				}
			}
			return false
		}
		_, err := s.uploader(upload.WithWorkers(1), upload.WithStallTimeout(time.Hour)).Folder(t.Context(), "App", filled('A'))
		if !isConflict(err) {
			t.Errorf("got %v", err)
		}
		s.holdsFilled('B')
	})
}

// TestAFarewellIsNotAClaim runs the upload that lost its claim again: it has a claim again, which others
// respect.
func TestAFarewellIsNotAClaim(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		ended := make(chan struct{})
		first := during(t, s, func() {
			go func() {
				defer close(ended)
				_, err := s.uploader(upload.WithTakeOver()).Folder(t.Context(), "App", filled('B'))
				must(t, err)
			}()
			pass(17 * time.Second)
		})
		<-ended
		if !isConflict(first) {
			t.Fatalf("the first upload: %v", first)
		}
		err := during(t, s, func() {
			if _, err := s.uploader().Folder(t.Context(), "App", filled('B')); !isConflict(err) {
				t.Errorf("while the first is repeated: %v", err)
			}
		})
		must(t, err)
		s.holdsFilled('A')
	})
}
