package upload_test

import (
	"net/http"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// TestRequestsAndRoundTrips uses a gateway that takes a second for each request, so that the time is
// the number of consecutive requests.
func TestRequestsAndRoundTrips(t *testing.T) {
	eight := fstest.MapFS{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		eight[name] = &fstest.MapFile{Data: noise(10, name[0])}
	}
	nested := fstest.MapFS{}
	for name, file := range eight {
		nested["Code/"+name] = file
	}
	deep := fstest.MapFS{}
	for name, file := range eight {
		deep["1/2/3/4/5/6/"+name] = file
	}
	for name, row := range map[string]struct {
		upload     func(t *testing.T, s *store) error
		requests   int
		roundTrips int
	}{
		"a folder of eight files": {func(t *testing.T, s *store) error {
			_, err := s.uploader().Folder(t.Context(), "App", eight)
			return err
		}, 19, 7},
		"a folder in a folder": {func(t *testing.T, s *store) error {
			_, err := s.uploader().Folder(t.Context(), "App", nested)
			return err
		}, 23, 8},
		"seven folders in each other": {func(t *testing.T, s *store) error {
			_, err := s.uploader().Folder(t.Context(), "App", deep)
			return err
		}, 43, 13},
		"seven folders in each other, uploaded again": {func(t *testing.T, s *store) error {
			before := s.before
			s.before = nil
			_, err := s.uploader().Folder(t.Context(), "App", deep)
			must(t, err)
			s.round(before)
			_, err = s.uploader().Folder(t.Context(), "App", deep)
			return err
		}, 51, 15},
		"a small file": {func(t *testing.T, s *store) error {
			_, err := readerAt(t, s.uploader(), noise(10, 1))
			return err
		}, 4, 4},
		"a file in four chunks": {func(t *testing.T, s *store) error {
			_, err := readerAt(t, s.uploader(), noise(4*someChunk, 1))
			return err
		}, 11, 8},
	} {
		t.Run(name, func(t *testing.T) {
			withFakeTime(t, func(t *testing.T, s *store) {
				s.before = func(int, http.ResponseWriter, *http.Request) bool {
					pass(time.Second)
					return false
				}
				began := time.Now()
				must(t, row.upload(t, s))
				took := int(time.Since(began) / time.Second)
				if requests := int(s.requests.Load()); requests > row.requests || took > row.roundTrips {
					t.Errorf("%d requests and %d round trips, more than %d and %d", requests, took, row.requests, row.roundTrips)
				}
			}, emulator.WithPlatform(emulator.Windows))
		})
	}
}
