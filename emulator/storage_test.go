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

	"github.com/sfstore/sfstore/internal/testhost"
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
	if err := first.store.Close(); err != nil {
		t.Fatal(err)
	}

	second := newBench(t, WithFolder(dir))
	if after := second.do("GET", "/ImageStore/App?"+version, ""); string(after.body) != string(before.body) {
		t.Errorf("before\n%s\nafter\n%s", before.body, after.body)
	}
	if second.expects(id1) != "none" || second.expects(id2) != "none" || second.staging() != 0 {
		t.Error("a session survived")
	}
	// The clock of the second store is no later than that of the first.
	second.put("App/d", "x")
	if a, d := second.store.tree.File("App/b"), second.store.tree.File("App/d"); d.Version == a.Version || d.Modified <= a.Modified {
		t.Errorf("written %+v after %+v", d, a)
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
		testhost.Symlink(t, to, filepath.Join(dir, "content", name))
	}
	write(secret)
	write(filepath.Join(dir, "content", "real"))
	write(filepath.Join(dir, "staging", "left over"))
	write(filepath.Join(dir, ".sfstore"))
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
	b.put("file", "mine") // replaces the link
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

	// A link that replaces a stored file later is not read.
	b.put("d/copied", "x")
	link(secret, "d/link")
	if err := os.Rename(filepath.Join(dir, "content", "d/link"), filepath.Join(dir, "content", "d/copied")); err != nil {
		t.Fatal(err)
	}
	b.want(b.do("POST", "/ImageStore/$/Copy?"+version, `{"RemoteSource":"d/copied","RemoteDestination":"e"}`), "404 FABRIC_E_FILE_NOT_FOUND")
	// Nor is its target deleted.
	link(outside, "d/tree")
	b.want(b.do("DELETE", "/ImageStore/d?"+version, ""), "200")
	if text, err := os.ReadFile(secret); err != nil || string(text) != "secret" {
		t.Errorf("outside: %q %v", text, err)
	}
}

func TestABodyThatEndsEarly(t *testing.T) {
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
	testhost.NotOnWindows(t, "a file that the test itself reads cannot be replaced meanwhile")
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

func TestAFolderThatCannotBeAStore(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "staging"), 0o755); err != nil {
		t.Fatal(err)
	}
	const want = "emulator: open the store's folder: staging is not that of a store"
	if _, err := New(WithFolder(dir)); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
