package upload_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// wireListing is a listing as the gateway sends it.
type wireListing struct {
	StoreFiles, StoreFolders []map[string]any
	ContinuationToken        string
}

// editListings changes every listing before the client receives it.
func editListings(s *store, edit func(r *http.Request, l *wireListing)) lie {
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != opList {
			return false
		}
		rsp := httptest.NewRecorder()
		s.ServeHTTP(rsp, r)
		body := rsp.Body.Bytes()
		if rsp.Code == http.StatusOK {
			var l wireListing
			must(s, json.Unmarshal(body, &l))
			edit(r, &l)
			body, _ = json.Marshal(l)
		}
		w.Header().Set("Content-Type", rsp.Header().Get("Content-Type"))
		w.WriteHeader(rsp.Code)
		_, _ = w.Write(body)
		return true
	}
}

// TestListingsThatCannotBeRight checks that such listings prove neither an upload nor equality.
func TestListingsThatCannotBeRight(t *testing.T) {
	for name, lieOf := range map[string]func(*store) lie{
		"another folder is listed": func(s *store) lie {
			return func(_ int, w http.ResponseWriter, r *http.Request) bool {
				if operationOf(r) != opList {
					return false
				}
				r.URL.Path, r.URL.RawPath = strings.Replace(r.URL.Path, "/App", "/Bpp", 1), ""
				r.RequestURI = r.URL.RequestURI()
				s.ServeHTTP(w, r)
				return true
			}
		},
		"files are listed twice": func(s *store) lie {
			return editListings(s, func(_ *http.Request, l *wireListing) {
				for _, file := range l.StoreFiles {
					other := maps.Clone(file)
					other["FileSize"] = "12345"
					l.StoreFiles = append([]map[string]any{other}, l.StoreFiles...)
				}
			})
		},
		"a folder contains itself": func(s *store) lie {
			return editListings(s, func(_ *http.Request, l *wireListing) {
				for _, file := range l.StoreFiles {
					l.StoreFolders = append(l.StoreFolders, map[string]any{"StoreRelativePath": file["StoreRelativePath"], "FileCount": "1"})
				}
				l.StoreFiles = []map[string]any{}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			for _, folder := range []string{"App", "Bpp"} {
				_, err := s.uploader().Folder(t.Context(), folder, smallTree)
				must(t, err)
			}
			s.round(lieOf(s))
			if differences, err := s.uploader().VerifyFolder(t.Context(), "App", smallTree); err == nil && len(differences) == 0 {
				t.Error("verify found no difference")
			}
			if _, err := s.uploader().Folder(t.Context(), "App", smallTree); err == nil {
				t.Error("the upload of a folder ended well")
			}
			if _, err := s.uploader().ReaderAt(t.Context(), "App/new", strings.NewReader("x"), 1); err == nil {
				t.Error("the upload of a file ended well")
			}
		})
	}
}

// TestAListingOfAnOlderEpoch uses a gateway that writes nothing, and then lists from a replica that
// lags behind.
func TestAListingOfAnOlderEpoch(t *testing.T) {
	s := newStore(t)
	must(t, s.client.UploadFile(t.Context(), at, strings.NewReader("old"), 3))
	written := false
	older := editListings(s, func(_ *http.Request, l *wireListing) {
		for _, file := range l.StoreFiles {
			file["FileVersion"].(map[string]any)["EpochConfigurationNumber"] = "0"
		}
	})
	s.round(func(n int, w http.ResponseWriter, r *http.Request) bool {
		written = written || operationOf(r) == opPut
		return operationOf(r) == opPut || written && older(n, w, r)
	})
	if _, err := readerAt(t, s.uploader(), []byte("new")); !errors.Is(err, upload.ErrNotStored) {
		t.Errorf("got %v", err)
	}
}

// TestAPageThatIsMissing checks that a missing page is neither the end of a folder nor a missing
// folder.
func TestAPageThatIsMissing(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", smallTree)
	must(t, err)
	must(t, s.client.UploadFile(t.Context(), "App/zz", strings.NewReader("x"), 1))
	cut := editListings(s, func(r *http.Request, l *wireListing) {
		if last := len(l.StoreFiles) - 1; r.URL.Path == "/ImageStore/App" {
			l.StoreFiles, l.ContinuationToken = l.StoreFiles[:last], "zz"
		}
	})
	s.round(func(n int, w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.RawQuery, "ContinuationToken") {
			return cut(n, w, r)
		}
		w.WriteHeader(http.StatusNotFound)
		return true
	})
	if _, err := s.client.List(t.Context(), "App"); !errors.Is(err, imagestore.ErrUnpageable) {
		t.Errorf("list: %v", err)
	}
	_, err = s.uploader().Folder(t.Context(), "App", smallTree)
	if _, refused := errors.AsType[*upload.ExtrasError](err); !refused {
		t.Errorf("upload: %v", err)
	}
}

// TestADeletionThatIsOnlyConfirmed checks that no file of an earlier upload is left under the mark.
func TestADeletionThatIsOnlyConfirmed(t *testing.T) {
	for name, extra := range map[string]string{"a file": "old.zip", "a folder": "old/a", "a folder in place of a file": "a.txt/x"} {
		for _, platform := range platforms {
			t.Run(fmt.Sprintf("%s on %s", name, platform), func(t *testing.T) {
				s := newStore(t, emulator.WithPlatform(platform))
				must(t, s.client.UploadFile(t.Context(), "App/"+extra, strings.NewReader("x"), 1))
				s.round(swallowFor(opDelete, func(path string) bool { return strings.HasSuffix(path, extra) }))
				source := fstest.MapFS{"b/c": {Data: []byte("c")}}
				if file, _, below := strings.Cut(extra, "/x"); below {
					source[file] = &fstest.MapFile{Data: []byte("a")}
				}
				_, err := s.uploader(upload.WithExtras(upload.DeleteExtras)).Folder(t.Context(), "App", source)
				if err == nil {
					t.Error("success")
				}
				s.holdsNothing("App/" + upload.Mark)
			})
		}
	}
}

// TestVerifyTakesNoFileForTwo has names that differ only in case, of which Windows stores one. It is
// repeated because names are compared in random order.
func TestVerifyTakesNoFileForTwo(t *testing.T) {
	s := newStore(t)
	must(t, s.client.UploadFile(t.Context(), "App/"+upload.Mark, nil, 0))
	must(t, s.client.UploadFile(t.Context(), "App/a", strings.NewReader("x"), 1))
	source := fstest.MapFS{"a": {Data: []byte("x")}, "A": {Data: []byte("y")}}
	for range 20 {
		differences, err := s.uploader().VerifyFolder(t.Context(), "App", source)
		if must(t, err); len(differences) != 1 || differences[0].Path != "A" {
			t.Fatalf("the differences are %v", differences)
		}
	}
}

// TestVerifyOfASizeThatIsOnlyAnnounced has files whose size is not the one that they announce, as in
// /proc.
func TestVerifyOfASizeThatIsOnlyAnnounced(t *testing.T) {
	if runtime.GOOS != "linux" { // Wine shows the /proc of its host
		t.Skip("there is no /proc here")
	}
	s := newStore(t)
	must(t, s.client.UploadFile(t.Context(), "App/"+upload.Mark, nil, 0))
	must(t, s.client.UploadFile(t.Context(), "App/version", nil, 0))
	folder := t.TempDir()
	must(t, os.Symlink("/proc/version", filepath.Join(folder, "version")))
	differences, err := s.uploader(upload.WithFollowLinks()).VerifyFolder(t.Context(), "App", os.DirFS(folder))
	if err == nil || !strings.Contains(err.Error(), "announces 0 bytes and has more") {
		t.Errorf("got %v and %v", differences, err)
	}
}
