package emulator

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestARestartFindsTheFilesAndNoSession(t *testing.T) {
	dir := t.TempDir()
	first := newBench(t, WithFolder(dir))
	first.put("App/Code/a.txt", "hello")
	first.put("App/_.dir", "")
	first.want(first.chunk("App/b", id1, "bytes 0-1/2", "ab"), "200")
	first.want(first.commit(id1), "200")
	first.want(first.chunk("App/c", id2, "bytes 0-1/2", "ab"), "200")
	before := first.do("GET", "/ImageStore/App?"+version, "")
	crash(t, first.store)

	second := newBench(t, WithFolder(dir))
	if after := second.do("GET", "/ImageStore/App?"+version, ""); string(after.body) != string(before.body) {
		t.Errorf("before\n%s\nafter\n%s", before.body, after.body)
	}
	if second.expects(id1) != "none" || second.expects(id2) != "none" || second.staging() != 0 {
		t.Error("a session survived")
	}
	// The clock of the second store is no later than that of the first.
	second.put("App/d", "x")
	if a, d := second.store.index.file("App/b"), second.store.index.file("App/d"); d.version <= a.version {
		t.Errorf("version %d after %d", d.version, a.version)
	}
}

func TestVersionsGrow(t *testing.T) {
	b := newBench(t)
	var last uint64
	for i, path := range []string{"a", "b", "a", "c/d", "a"} {
		b.put(path, "x")
		e := b.store.index.file(path)
		if e.version <= last {
			t.Errorf("write %d has the version %d after %d", i, e.version, last)
		}
		last = e.version
		if info, err := b.store.root.Stat(onDisk(path)); err != nil || ticksOf(info.ModTime()) != e.version {
			t.Errorf("write %d: the file's time is %v, want that of version %d", i, info.ModTime(), e.version)
		}
		if i == 2 {
			b.clock.forward(-time.Hour)
		}
	}
}

func TestFileTimes(t *testing.T) {
	at := time.Date(2017, 9, 28, 17, 44, 22, 619_000_000, time.UTC)
	if got := ticksOf(at); got != 131510942626190000 {
		t.Errorf("ticks %d", got)
	}
	if got := timeOf(ticksOf(at)); !got.Equal(at) {
		t.Errorf("time %v", got)
	}
	if got := ticksOf(time.Time{}); got != 1 {
		t.Errorf("the zero time has %d ticks", got)
	}
}

func TestPlantedThingsAreNeitherFollowedNorListed(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret")
	write := func(name string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("secret"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, contentFolder, name)); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	write(secret)
	write(filepath.Join(dir, contentFolder, "real"))
	write(filepath.Join(dir, "staging", "left over"))
	write(filepath.Join(dir, "other"))
	link(outside, "out")
	link(secret, "file")
	link("../other", "inside")
	link("../..", "up")
	link("real", "alias")
	link(".", "loop")
	link("../staging", "staging")

	b := newBench(t, WithFolder(dir))
	if got := b.ls(""); !slices.Equal(got, []string{"real 6"}) {
		t.Errorf("listed %q", got)
	}
	for _, path := range []string{"out/new", "staging/new", "up/new", "up/other/new", "up/content/real/new", "alias/new", "loop/real/new"} {
		r := b.do("PUT", "/ImageStore/"+path+"?"+version, "x")
		if r.String() != "500 FABRIC_E_IMAGESTORE_IOERROR" || !strings.HasPrefix(r.text, "something that is not a folder lies at") {
			t.Errorf("PUT %s: %s %s", path, r, r.text)
		}
	}
	for _, name := range []string{"content/out", "content/staging", "content/up", "content/alias", "content/real", "other"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Errorf("a refused PUT changed %s: %v", name, err)
		}
	}
	b.put("file", "mine") // takes the link's place
	b.put("inside", "mine")
	if text, err := os.ReadFile(secret); err != nil || string(text) != "secret" {
		t.Errorf("outside: %q %v", text, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "other")); err != nil || string(text) != "secret" {
		t.Errorf("beside the content: %q %v", text, err)
	}
	if found, _ := os.ReadDir(outside); len(found) != 1 {
		t.Errorf("outside: %v", found)
	}

	// A link that takes a stored file's place later is not read.
	b.put("d/copied", "x")
	link(secret, "d/link")
	if err := os.Rename(filepath.Join(dir, contentFolder, "d/link"), filepath.Join(dir, contentFolder, "d/copied")); err != nil {
		t.Fatal(err)
	}
	b.want(b.do("POST", "/ImageStore/$/Copy?"+version, `{"RemoteSource":"d/copied","RemoteDestination":"e"}`), "404 FABRIC_E_FILE_NOT_FOUND")
	// Nor is what it leads to deleted.
	link(outside, "d/tree")
	b.want(b.do("DELETE", "/ImageStore/d?"+version, ""), "200")
	if text, err := os.ReadFile(secret); err != nil || string(text) != "secret" {
		t.Errorf("outside: %q %v", text, err)
	}
}

func TestFoldersThatAreNoStore(t *testing.T) {
	for _, row := range []struct {
		name  string
		files []string
		opts  []Option
		want  string
	}{
		{"a file for the content", []string{"content"}, nil, "emulator: open the store's folder: content is not a folder"},
		{"a file for the staging", []string{"content/a", "staging"}, nil, "emulator: open the store's folder: staging is not that of a store"},
		{"a staging folder of something else", []string{"staging/a"}, nil, "emulator: open the store's folder: staging is not that of a store"},
		{"names that Windows cannot tell apart", []string{"content/a/b", "content/A/B"}, nil,
			`emulator: open the store's folder: the folder holds both "A/B" and "a/b", which are one name on windows`},
		{"a file and a folder that Windows cannot tell apart", []string{"content/A/B", "content/a"}, nil,
			`emulator: open the store's folder: the folder cannot be a store on windows: "a" is a file, but there is a folder at a`},
		{"names that Linux can tell apart", []string{"content/a/b", "content/A/B"}, []Option{WithPlatform(Linux)}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range row.files {
				name = filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, []byte("x"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			s, err := New(append(row.opts, WithFolder(dir))...)
			if err == nil {
				s.Close()
			}
			if (err == nil) != (row.want == "") || err != nil && err.Error() != row.want {
				t.Errorf("got %v, want %q", err, row.want)
			}
			for _, name := range row.files {
				if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestEmptyFoldersThatACrashLeftMakeWay(t *testing.T) {
	b := newBench(t)
	if err := os.MkdirAll(filepath.Join(b.store.folder, "content/a/b/c"), 0o755); err != nil {
		t.Fatal(err)
	}
	b.want(b.do("GET", "/ImageStore/a?"+version, ""), "404")
	b.put("a/b", "x")
	b.want(b.do("DELETE", "/ImageStore/a/b?"+version, ""), "200")
	b.put("a", "x")
}

func TestABodyThatBreaksOff(t *testing.T) {
	send := func(b *bench, target string) string {
		conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "PUT /ImageStore/%s%s HTTP/1.1\r\nHost: x\r\nContent-Range: bytes 0-9/10\r\nContent-Length: 10\r\n\r\nhello", target, version)
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := readReply(resp)
		if err != nil {
			t.Fatal(err)
		}
		return r.String()
	}
	windows := newBench(t)
	windows.put("a", "old")
	if got := send(windows, "a?"); got != "500 0x80070040" || windows.stored("a") != "old" {
		t.Errorf("Windows: %s, stored %q", got, windows.stored("a"))
	}
	if got := send(windows, "b/$/UploadChunk?session-id="+id1+"&"); got != "500 0x80070040" || windows.expects(id1) != "none" {
		t.Errorf("Windows: %s, expects %s", got, windows.expects(id1))
	}
	if windows.staging() != 0 {
		t.Errorf("Windows: %d files in staging", windows.staging())
	}
	linux := newBench(t, WithPlatform(Linux))
	linux.put("a", "old")
	if got := send(linux, "a?"); got != "200" || linux.stored("a") != "hello" {
		t.Errorf("Linux: %s, stored %q", got, linux.stored("a"))
	}
}

func TestReadersSeeTheOldFileOrTheNew(t *testing.T) {
	b := newBench(t)
	contents := []string{strings.Repeat("a", 100_000), strings.Repeat("b", 70_000)}
	b.put("f/x", contents[0])
	b.put("f/_.dir", "")
	whole := func(text string) bool { return slices.Contains(contents, text) }
	stop := make(chan struct{})
	var group sync.WaitGroup
	reader := func(read func() error) {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := read(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	reader(func() error {
		text, err := os.ReadFile(filepath.Join(b.store.folder, "content/f/x"))
		if err != nil || !whole(string(text)) {
			return fmt.Errorf("read %d bytes: %w", len(text), err)
		}
		return nil
	})
	last := 0 // the version that was listed last
	sizes := map[int]string{}
	reader(func() error {
		r, err := b.try("GET", "/ImageStore/f/x?"+version, "")
		var got storeContent
		if err != nil || json.Unmarshal(r.body, &got) != nil || len(got.StoreFiles) != 1 {
			return fmt.Errorf("listed %s: %w", r.body, err)
		}
		f := got.StoreFiles[0]
		v, err := strconv.Atoi(f.FileVersion.VersionNumber)
		if f.FileSize != "100000" && f.FileSize != "70000" || err != nil || v < last || sizes[v] != "" && sizes[v] != f.FileSize {
			return fmt.Errorf("listed version %d of %s bytes after version %d of %s: %w", v, f.FileSize, last, sizes[last], err)
		}
		last, sizes[v] = v, f.FileSize
		return nil
	})
	reader(func() error {
		r, err := b.try("POST", "/ImageStore/$/Copy?"+version, `{"RemoteSource":"f","RemoteDestination":"g"}`)
		if err != nil || r.status != 200 {
			return fmt.Errorf("copied: %s %w", r, err)
		}
		if text, err := os.ReadFile(filepath.Join(b.store.folder, "content/g/x")); err != nil || !whole(string(text)) {
			return fmt.Errorf("copied %d bytes: %w", len(text), err)
		}
		return nil
	})
	for i := range 30 {
		b.put("f/x", contents[i%2])
	}
	close(stop)
	group.Wait()
}

// Writers and deleters of one folder make and remove it all the time; what
// was acknowledged last must be there.
func TestFoldersThatComeAndGo(t *testing.T) {
	b := newBench(t)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			path := fmt.Sprintf("a/b/%d", i)
			for range 15 {
				if got := put(path, "x")(b); got != "200" {
					t.Errorf("PUT %s: %s", path, got)
				}
				if text, err := os.ReadFile(filepath.Join(b.store.folder, "content", path)); err != nil || string(text) != "x" {
					t.Errorf("%s: %q %v", path, text, err)
				}
				if got := remove(path)(b); got != "200" {
					t.Errorf("DELETE %s: %s", path, got)
				}
			}
		})
	}
	group.Wait()
	if got := b.onDisk(); len(got) != 0 || len(b.store.unsynced) != 0 {
		t.Errorf("left %q, unsynced %v", got, b.store.unsynced)
	}
	if _, err := os.Stat(filepath.Join(b.store.folder, "content/a")); err == nil {
		t.Error("a folder is left")
	}
}

// A folder that one request made is synced by every request that stores
// something beneath it, until one has.
func TestAFileIsSafeOnlyWithTheFoldersAboveIt(t *testing.T) {
	b := newBench(t)
	s := b.store
	parents := func(made []madeFolder) (names []string) {
		for _, m := range made {
			names = append(names, m.parent)
		}
		return names
	}
	s.tree.Lock()
	if _, err := s.makeFolders("a/b"); err != nil {
		t.Fatal(err)
	}
	first, second := s.unsyncedAbove("a/b"), s.unsyncedAbove("a")
	s.tree.Unlock()
	if got, want := parents(first), []string{"content/a/b", "content/a", "content"}; !slices.Equal(got, want) {
		t.Errorf("below both: %q, want %q", got, want)
	}
	if got, want := parents(second), []string{"content/a", "content"}; !slices.Equal(got, want) {
		t.Errorf("below one: %q, want %q", got, want)
	}
	if err := s.syncFolders(second); err != nil {
		t.Fatal(err)
	}
	s.tree.Lock()
	if got, want := parents(s.unsyncedAbove("a/b")), []string{"content/a/b", "content/a"}; !slices.Equal(got, want) {
		t.Errorf("after a sync: %q, want %q", got, want)
	}
	// Removed and made again, it is not what was synced.
	if s.prune("a/b"); len(s.unsynced) != 0 {
		t.Errorf("unsynced %v after the folders went", s.unsynced)
	}
	if _, err := s.makeFolders("a/b"); err != nil {
		t.Fatal(err)
	}
	s.tree.Unlock()
	if err := s.syncFolders(first); err != nil {
		t.Fatal(err)
	}
	if len(s.unsynced) != 2 {
		t.Errorf("unsynced %v, want both again", s.unsynced)
	}
}
