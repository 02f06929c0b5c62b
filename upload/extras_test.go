package upload_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

// unpacked is an application package; an earlier upload may have left the archive of its code.
var unpacked = fstest.MapFS{"Pkg/Code/a": {Data: []byte("a")}, "Pkg/ServiceManifest.xml": {Data: []byte("x")}}

func TestFilesOfAnEarlierUpload(t *testing.T) {
	earlier := fstest.MapFS{"Pkg/Code.zip": {Data: []byte("old")}, "old/b": {}, "Pkg/x.pdb": {Data: []byte("p")}}
	extras := []string{"Pkg/Code.zip", "old/_.dir", "old/b"}
	for _, platform := range platforms {
		for choice, kept := range map[upload.Extras]bool{upload.RefuseExtras: true, upload.KeepExtras: true, upload.DeleteExtras: false} {
			t.Run(fmt.Sprintf("choice %d on %s", choice, platform), func(t *testing.T) {
				s := newStore(t, emulator.WithPlatform(platform))
				_, err := s.uploader().Folder(t.Context(), "App", earlier)
				must(t, err)
				s.answers()
				var seen events
				u := s.uploader(upload.WithExtras(choice), upload.WithExclude("*.pdb"), seen.option())
				report, err := u.Folder(t.Context(), "App", unpacked)
				if diff := cmp.Diff(extras, report.Extras); diff != "" {
					t.Errorf("extras of the report (-want +got):\n%s", diff)
				}
				if n := len(seen.of(upload.Extra)); n != 3 {
					t.Errorf("%d extras were reported", n)
				}
				for _, name := range extras {
					if there := s.stored("App/"+name) != nil; there != kept {
						t.Errorf("%s is there: %v", name, there)
					}
				}
				s.holds("App/Pkg/x.pdb", []byte("p")) // it is excluded, so the upload ignores it
				if choice != upload.RefuseExtras {
					must(t, err)
					s.holds("App/_.dir", []byte{})
					differences, err := u.VerifyFolder(t.Context(), "App", unpacked)
					if must(t, err); (len(differences) > 0) != kept {
						t.Errorf("the differences are %v", differences)
					}
					return
				}
				refused, ok := errors.AsType[*upload.ExtrasError](err)
				if !ok || !slices.Equal(refused.Extras, extras) || !strings.Contains(err.Error(), `"App" contains 3 files that the source lacks: Pkg/Code.zip, old/_.dir, old/b; nothing was sent`) {
					t.Errorf("got %v", err)
				}
				if changes := s.changes(); len(changes) > 0 {
					t.Errorf("something was sent: %q", changes)
				}
				s.holds("App/_.dir", []byte{})
			})
		}
	}
}

func TestExtrasErrorNamesTen(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", filled('A'))
	must(t, err)
	_, err = s.uploader().Folder(t.Context(), "App", fstest.MapFS{"f1": {}})
	if err == nil || !strings.HasSuffix(err.Error(), " f16, f17, f18 and 29 more; nothing was sent") {
		t.Errorf("got %v", err)
	}
}

func TestExtrasAreDeletedBetweenTheFilesAndTheMarks(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"a": {}, "b": {}})
	must(t, err)
	s.answers()
	_, err = s.uploader(upload.WithExtras(upload.DeleteExtras)).Folder(t.Context(), "App", fstest.MapFS{"a": {}, "c": {}})
	must(t, err)
	changes := slices.DeleteFunc(s.changes(), func(line string) bool { return strings.Contains(line, "Session") || strings.HasPrefix(line, opChunk) })
	slices.Sort(changes[1:3]) // the files
	want := []string{opDelete + " App/_.dir", opPut + " App/a", opPut + " App/c", opDelete + " App/b", opPut + " App/_.dir"}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// The store has a folder where the source has a file, and the reverse.
func TestExtrasThatAreInTheWay(t *testing.T) {
	for choice := range upload.KeepExtras + 1 {
		s := newStore(t)
		_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"a/b": {}, "c": {}})
		must(t, err)
		s.answers()
		_, err = s.uploader(upload.WithExtras(choice)).Folder(t.Context(), "App", fstest.MapFS{"a": {Data: []byte("a")}, "c/d": {Data: []byte("d")}})
		if choice == upload.DeleteExtras {
			must(t, err)
			s.holds("App/a", []byte("a"))
			s.holds("App/c/d", []byte("d"))
			continue
		}
		if err == nil {
			t.Errorf("choice %d: success", choice)
		}
		if changes := s.changes(); len(changes) > 0 {
			t.Errorf("choice %d: something was sent: %q", choice, changes)
		}
	}
}

func TestAnotherCaseIsNotAnExtraOnWindows(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"Code/A.dll": {}})
	must(t, err)
	_, err = s.uploader().Folder(t.Context(), "App", fstest.MapFS{"code/a.DLL": {Data: []byte("new")}})
	must(t, err)
}

// unlistable responds to the listing of a folder with a token that repeats.
func unlistable(folder string) lie {
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != opList || r.URL.Path != "/ImageStore/"+folder {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"StoreFiles":[],"StoreFolders":[],"ContinuationToken":"again"}`)
		return true
	}
}

func TestFolderThatCannotBeListed(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"a": {Data: []byte("old")}, "b": {}})
	must(t, err)
	s.round(unlistable("App"))
	source := fstest.MapFS{"a": {Data: []byte("a")}}
	for _, choice := range []upload.Extras{upload.RefuseExtras, upload.DeleteExtras} {
		_, err := s.uploader(upload.WithExtras(choice)).Folder(t.Context(), "App", source)
		if refused, ok := errors.AsType[*upload.ExtrasError](err); !ok || len(refused.Unlistable) != 1 {
			t.Errorf("choice %d: got %v", choice, err)
		}
	}
	if changes := s.changes(); len(changes) > 0 {
		t.Errorf("something was sent: %q", changes)
	}
	var seen events
	_, err = s.uploader(upload.WithExtras(upload.KeepExtras), seen.option()).Folder(t.Context(), "App", source)
	must(t, err)
	s.holds("App/a", []byte("a"))
	if n := len(seen.of(upload.Noticed)); n != 1 {
		t.Errorf("%d notices, not 1", n)
	}
	differences, err := s.uploader(seen.option()).VerifyFolder(t.Context(), "App", source)
	if must(t, err); len(differences) > 0 || len(seen.of(upload.Noticed)) != 2 {
		t.Errorf("differences %v, notices %v", differences, seen.of(upload.Noticed))
	}
	differences, err = s.uploader().VerifyFolder(t.Context(), "App", fstest.MapFS{"a": {}, "c": {}})
	if must(t, err); len(differences) != 2 {
		t.Errorf("differences %v", differences)
	}
}

// If the bytes of a file are missing, the listing of its folder is a 404 with a code, unlike that of a
// missing folder.
func TestFolderWithAFileWithoutBytes(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"a": {Data: []byte("old")}, "b": {}})
	must(t, err)
	must(t, os.Remove(filepath.Join(s.folder, "content", "App", "b")))
	_, err = s.uploader().Folder(t.Context(), "App", fstest.MapFS{"a": {}})
	if _, ok := errors.AsType[*upload.ExtrasError](err); !ok {
		t.Errorf("got %v", err)
	}
	_, err = s.uploader().ReaderAt(t.Context(), "App/b", strings.NewReader("new"), 3)
	must(t, err)
	s.holds("App/b", []byte("new"))
}
