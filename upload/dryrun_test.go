package upload_test

import (
	"bytes"
	"errors"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// rehearsed is a source with a file of several chunks, an empty one and a folder.
var rehearsed = fstest.MapFS{
	"large": {Data: noise(3*someChunk+1, 1)}, "empty": {}, "sub/small": {Data: []byte("small")},
}

func TestDryRunChangesNothing(t *testing.T) {
	earlier := fstest.MapFS{"large": {Data: []byte("old")}, "gone": {Data: []byte("x")}}
	for _, platform := range platforms {
		t.Run(platform.String(), func(t *testing.T) {
			s := newStore(t, emulator.WithPlatform(platform))
			_, err := s.uploader().Folder(t.Context(), "App", earlier)
			must(t, err)
			s.answers()
			var seen events
			u := s.uploader(upload.WithDryRun(), upload.WithExtras(upload.DeleteExtras), upload.WithTakeOver(), seen.option())
			report, err := u.Folder(t.Context(), "App", rehearsed)
			must(t, err)
			want := []upload.FileReport{
				{Path: "App/empty"}, {Path: "App/large", Size: 3*someChunk + 1}, {Path: "App/sub/small", Size: 5},
			}
			if diff := cmp.Diff(want, report.Files); diff != "" {
				t.Errorf("files of the report (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"gone"}, report.Extras); diff != "" {
				t.Errorf("extras of the report (-want +got):\n%s", diff)
			}
			if report.Folders != 0 || report.Sent != 0 || report.Size != 3*someChunk+6 {
				t.Errorf("the report is %+v", report)
			}
			for _, kind := range []upload.Kind{upload.Begun, upload.Stored, upload.Marked, upload.Deleted} {
				if n := len(seen.of(kind)); n != 0 {
					t.Errorf("%d events %s", n, kind)
				}
			}
			file, err := u.ReaderAt(t.Context(), "App/large", bytes.NewReader(noise(3*someChunk, 2)), 3*someChunk)
			if must(t, err); file.Size != 3*someChunk || file.Sent != 0 {
				t.Errorf("the report of a file is %+v", file)
			}
			if changes := s.changes(); len(changes) > 0 {
				t.Errorf("something was sent: %q", changes)
			}
			s.holds("App/large", []byte("old"))
			s.holds("App/gone", []byte("x"))
			s.holds("App/_.dir", []byte{})
		})
	}
}

// A fault that would end an upload before its first change ends a dry run with the same error.
func TestDryRunReportsFaults(t *testing.T) {
	for name, test := range map[string]struct {
		source    fstest.MapFS
		extras    upload.Extras
		platforms []emulator.Platform
		fault     func(error) bool
	}{
		"a file that cannot be read":      {fstest.MapFS{"a": {}, "unreadable": {}}, upload.KeepExtras, platforms, isError[*upload.SourceError]},
		"a name that Windows cannot hold": {fstest.MapFS{"a": {}, "b:c": {}}, upload.KeepExtras, platforms[:1], isError[*imagestore.ArgumentError]},
		"a name that is refused":          {fstest.MapFS{"a#b": {}}, upload.KeepExtras, platforms, isError[*imagestore.ArgumentError]},
		"files that the source lacks":     {fstest.MapFS{"a": {}}, upload.RefuseExtras, platforms, isError[*upload.ExtrasError]},
		"a folder where a file is to be":  {fstest.MapFS{"there": {}}, upload.KeepExtras, platforms, isError[*upload.DestinationError]},
	} {
		for _, platform := range test.platforms {
			t.Run(name+" on "+platform.String(), func(t *testing.T) {
				s := newStore(t, emulator.WithPlatform(platform))
				_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"there/x": {Data: []byte("x")}})
				must(t, err)
				s.answers()
				source := unreadable{test.source, []string{"unreadable"}}
				_, dry := s.uploader(upload.WithDryRun(), upload.WithExtras(test.extras)).Folder(t.Context(), "App", source)
				if !test.fault(dry) {
					t.Errorf("the dry run returned %v", dry)
				}
				if _, err := s.uploader(upload.WithExtras(test.extras)).Folder(t.Context(), "App", source); err == nil || dry == nil || err.Error() != dry.Error() {
					t.Errorf("the upload returned %v, the dry run %v", err, dry)
				}
				if changes := s.changes(); len(changes) > 0 {
					t.Errorf("something was sent: %q", changes)
				}
			})
		}
	}
}

// The faults of a single file are those of its destination.
func TestDryRunOfAFileReportsWhatIsInTheWay(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", rehearsed)
	must(t, err)
	s.answers()
	u := s.uploader(upload.WithDryRun())
	for _, dst := range []string{"App/sub", "App/large/below"} {
		if _, err := u.ReaderAt(t.Context(), dst, bytes.NewReader(nil), 0); !isError[*upload.DestinationError](err) {
			t.Errorf("%s: got %v", dst, err)
		}
	}
	if _, err := u.File(t.Context(), "App/new", t.TempDir()+"/nothing"); !isError[*upload.SourceError](err) {
		t.Errorf("a file that is not there: got %v", err)
	}
	if _, err := u.ReaderAt(t.Context(), "a#b", bytes.NewReader(nil), 0); !isError[*imagestore.ArgumentError](err) {
		t.Errorf("a name that is refused: got %v", err)
	}
	if changes := s.changes(); len(changes) > 0 {
		t.Errorf("something was sent: %q", changes)
	}
}

func isError[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// A dry run finds the claim of another upload, unless it would take it over.
func TestDryRunFindsAnotherUpload(t *testing.T) {
	s := newStore(t)
	s.plantClaim(t)
	dry := func(options ...upload.Option) error {
		_, err := s.uploader(append(options, upload.WithDryRun())...).Folder(t.Context(), "App", rehearsed)
		return err
	}
	if err := dry(); !isConflict(err) {
		t.Errorf("with a claim: got %v", err)
	}
	if _, err := s.uploader().Folder(t.Context(), "App", rehearsed); !isConflict(err) {
		t.Errorf("the upload: got %v", err)
	}
	must(t, dry(upload.WithTakeOver()))
}
