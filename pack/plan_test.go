package pack

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestWhatBecomesAnArchive(t *testing.T) {
	all := []string{"WebPkg/Code.zip", "WebPkg/Config.zip", "WebPkg/Data.zip"}
	for _, tt := range []struct {
		name    string
		changes map[string]string
		want    []string
	}{
		{"the folders that the service manifest names, and no other", nil, all},
		{"not what an element names again", map[string]string{
			"WebPkg/ServiceManifest.xml": service("Code", "Code"), "ApplicationManifest.xml": application("WebPkg", "WebPkg")},
			[]string{"WebPkg/Code.zip"}},
		{"not a folder of a service that the application does not name", map[string]string{
			"ApplicationManifest.xml": application()}, nil},
		{"not what a package of differences leaves out", map[string]string{
			"WebPkg/Config/Settings.xml": absent, "WebPkg/Config/de/empty.resx": absent}, []string{"WebPkg/Code.zip", "WebPkg/Data.zip"}},
		{"not a service that a package of differences leaves out", map[string]string{
			"ApplicationManifest.xml": application("WebPkg", "Elsewhere")}, all},
		{"not what is an archive already", map[string]string{
			"WebPkg/Data/seed.json": absent, "WebPkg/Data.zip": "PK"}, all[:2]},
		{"not a folder with nothing but its mark", map[string]string{
			"WebPkg/Data/seed.json": absent, "WebPkg/Data/_.dir": ""}, all[:2]},
		{"a folder with nothing but a folder", map[string]string{
			"WebPkg/Data/seed.json": absent, "WebPkg/Data/cache/_.dir": ""}, all},
		{"by the case of the manifest, when the folders have another", map[string]string{
			"WebPkg/Code/web.exe": absent, "WebPkg/Code/bin/a.dll": absent, "WebPkg/Code/bin/b.dll": absent,
			"WebPkg/CODE/web.exe": "x"}, all},
		{"by the very name, when another differs in case alone", map[string]string{
			"WebPkg/code/other.exe": "x"}, all},
		{"whatever the case of the manifests' names", map[string]string{
			"ApplicationManifest.xml": absent, "applicationmanifest.XML": application("webpkg"),
			"WebPkg/ServiceManifest.xml": absent, "WebPkg/servicemanifest.xml": service("Code")}, all[:1]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := calculator(tt.changes)
			p := compress(t, src)
			var got []string
			for _, a := range p.Report().Archives {
				got = append(got, a.Path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			for name, text := range contents(t, p) {
				was, here := src[name]
				if strings.HasSuffix(name, "/") || slices.Contains(got, name) {
					continue
				}
				if !here || string(was.Data) != text {
					t.Errorf("%s is not as it was", name)
				}
			}
		})
	}
}

func TestExclusionsHoldInsideAndOutside(t *testing.T) {
	p := compress(t, calculator(nil), WithExclude("*.dll", "Readme.md", "WebPkg/Data/", "*.pdb"))
	want := []string{"ApplicationManifest.xml", "WebPkg/", "WebPkg/Code.zip", "WebPkg/Config.zip",
		"WebPkg/Other/", "WebPkg/Other/notes.txt", "WebPkg/ServiceManifest.xml"}
	found := contents(t, p)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Error(diff)
	}
	code := unzip(t, []byte(found["WebPkg/Code.zip"]))
	if diff := cmp.Diff([]string{"bin/", "web.exe"}, slices.Sorted(maps.Keys(code))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"*.pdb"}, p.Report().Unmatched); diff != "" {
		t.Error(diff)
	}
}

func TestTheReportNamesWhatTheManifestsNameAndTheSourceLacks(t *testing.T) {
	src := calculator(nil)
	for name := range src {
		if strings.HasPrefix(name, "WebPkg/Config/") || strings.HasPrefix(name, "WebPkg/Data/") {
			delete(src, name)
		}
	}
	src["WebPkg/Data.zip"] = &fstest.MapFile{Data: []byte("made before")}
	before := compress(t, calculator(nil)).Report().Missing
	got := compress(t, src).Report().Missing
	if diff := cmp.Diff(slices.Sorted(slices.Values(append(before, "WebPkg/Config"))), got); diff != "" {
		t.Error(diff)
	}
}

func TestInvalidArgumentsAreTyped(t *testing.T) {
	for name, row := range map[string]struct {
		src    fs.FS
		option Option
		want   string // at the beginning
	}{
		"a nil option":                 {calculator(nil), nil, "option is nil"},
		"a nil function for progress":  {calculator(nil), WithProgress(nil), "progress is nil"},
		"a pattern that never matches": {calculator(nil), WithExclude("/Code"), `pattern "/Code" matches no path`},
		"a nil source":                 {nil, WithExclude(), "source is nil"},
	} {
		_, err := Compress(t.Context(), row.src, row.option)
		if _, ok := errors.AsType[*ArgumentError](err); !ok || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s: Compress returns %v", name, err)
		}
		_, err = Write(t.Context(), row.src, t.TempDir(), row.option)
		if _, ok := errors.AsType[*ArgumentError](err); !ok || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s: Write returns %v", name, err)
		}
	}
	t.Chdir(t.TempDir())
	_, err := Write(t.Context(), calculator(nil), "")
	if _, ok := errors.AsType[*ArgumentError](err); !ok {
		t.Errorf("to a folder without a name: Write returns %v", err)
	}
}

func TestACancellationEndsTheListing(t *testing.T) {
	src, ctx := cancelling(t, calculator(nil), "ApplicationManifest.xml")
	_, err := Compress(ctx, src)
	expectError(t, err, `list ".": context canceled`)
}

// sharedFS gives the same list each time.
type sharedFS struct {
	fs.FS
	root []fs.DirEntry
}

func (s *sharedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "." {
		return s.root, nil
	}
	return fs.ReadDir(s.FS, name)
}

func TestTheListsOfTheSourceAreNotChanged(t *testing.T) {
	root, err := fs.ReadDir(calculator(nil), ".")
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(root)
	was := slices.Clone(root)
	compress(t, &sharedFS{calculator(nil), root}, WithExclude("Readme.md"))
	if !slices.Equal(was, root) {
		t.Errorf("%v was %v", root, was)
	}
}
