package pack

import (
	"bytes"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestTheSameContentHasTheSameBytes packs a random tree, and a copy of it with other times and modes
// that is listed in another order and read in other pieces.
func TestTheSameContentHasTheSameBytes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		content := drawTree(rt)
		seed := rapid.Uint64().Draw(rt, "seed")
		one, err := Compress(t.Context(), mapFS(content, nil))
		if err != nil {
			rt.Fatal(err)
		}
		defer one.Close()
		two, err := Compress(t.Context(), &touchedFS{mapFS(content, rand.New(rand.NewPCG(seed, 1))), seed})
		if err != nil {
			rt.Fatal(err)
		}
		defer two.Close()
		was := contents(t, one)
		if diff := cmp.Diff(was, contents(t, two)); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(one.Report(), two.Report()); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(content, unpacked(t, was)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// drawTree draws the files of an application package, by their paths. Folders end in "/".
func drawTree(rt *rapid.T) map[string]string {
	name := rapid.SampledFrom([]string{"a", "b", "B", "a.b", "a-b", "ä", "日本", "x y", "z"})
	text := rapid.OneOf(
		rapid.Just(""),
		rapid.StringN(0, 50, 200),
		rapid.Map(rapid.IntRange(1, 5000), func(n int) string { return strings.Repeat("ab", n) }),
	)
	services := []string{"S", "T"}
	tree := map[string]string{"ApplicationManifest.xml": application(services...)}
	for _, s := range services {
		tree[s+"/ServiceManifest.xml"] = service("Code", "Config")
		tree[s+"/Code/app.exe"] = "MZ"
	}
	places := rapid.SampledFrom([]string{"S/Code", "S/Config", "S/Other", "T/Code", "T/Config", "Beside"})
	for range rapid.IntRange(0, 20).Draw(rt, "files") {
		file := path.Join(places.Draw(rt, "place"), path.Join(rapid.SliceOfN(name, 1, 3).Draw(rt, "path")...))
		if conflicts(tree, file) {
			continue
		}
		switch rapid.IntRange(0, 20).Draw(rt, "kind") {
		case 0, 1, 2:
			tree[file+"/"] = ""
		case 3: // as much as the buffer can hold, or one byte more or less
			tree[file] = strings.Repeat("\x00", bufferSize-1+rapid.IntRange(0, 2).Draw(rt, "size"))
		default:
			tree[file] = text.Draw(rt, "text")
		}
	}
	return withFolders(tree)
}

// conflicts reports whether a path is taken, or leads through a file or an empty folder.
func conflicts(tree map[string]string, file string) bool {
	for other := range tree {
		other = strings.TrimSuffix(other, "/")
		if other == file || strings.HasPrefix(other, file+"/") || strings.HasPrefix(file, other+"/") {
			return true
		}
	}
	return false
}

// withFolders adds all folders that contain something.
func withFolders(tree map[string]string) map[string]string {
	all := maps.Clone(tree)
	for name := range tree {
		for dir := path.Dir(strings.TrimSuffix(name, "/")); dir != "."; dir = path.Dir(dir) {
			all[dir+"/"] = ""
		}
	}
	return all
}

// unpacked replaces archives by folders.
func unpacked(t testing.TB, packed map[string]string) map[string]string {
	tree := map[string]string{}
	for name, text := range packed {
		folder, is := strings.CutSuffix(name, ".zip")
		if !is {
			tree[name] = text
			continue
		}
		for entry, text := range unzip(t, []byte(text)) {
			tree[folder+"/"+entry] = text
		}
	}
	return withFolders(tree)
}

// mapFS makes a file system, with random times and modes if random is not nil.
func mapFS(content map[string]string, random *rand.Rand) fstest.MapFS {
	m := fstest.MapFS{}
	for _, name := range slices.Sorted(maps.Keys(content)) {
		file := &fstest.MapFile{Data: []byte(content[name]), Mode: 0o644}
		if strings.HasSuffix(name, "/") {
			file = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
		}
		if random != nil {
			file.Mode = file.Mode.Type() | fs.FileMode(random.IntN(0o1000)) | fs.ModeSetuid
			file.ModTime = time.Unix(random.Int64N(1<<33), random.Int64N(1e9))
		}
		m[strings.TrimSuffix(name, "/")] = file
	}
	return m
}

// touchedFS lists folders in random order, and reads files in random pieces.
type touchedFS struct {
	fstest.MapFS
	seed uint64
}

func (s *touchedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := s.MapFS.ReadDir(name)
	rand.New(rand.NewPCG(s.seed, 2)).Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	return entries, err
}

func (s *touchedFS) Open(name string) (fs.File, error) {
	f, err := s.MapFS.Open(name)
	if err != nil {
		return nil, err
	}
	if _, is := f.(fs.ReadDirFile); is {
		return f, nil
	}
	return &touchedFile{f, rand.New(rand.NewPCG(s.seed, 3))}, nil
}

type touchedFile struct {
	fs.File
	random *rand.Rand
}

func (f *touchedFile) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return f.File.Read(p[:min(len(p), 1+f.random.IntN(5000))])
}

func TestThePiecesOfTheSourceDoNotShow(t *testing.T) {
	text := bytes.Repeat([]byte("all work and no play "), 20_000)
	src := fstest.MapFS{"a": {Data: text}, "b": {Data: text[:bufferSize]}}
	whole, _, err := packAll(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(5) {
		pieces, _, err := packAll(t.Context(), &touchedFS{src, seed})
		if err != nil || !bytes.Equal(whole, pieces) {
			t.Errorf("the bytes depend on how they were read: %v", err)
		}
	}
}
