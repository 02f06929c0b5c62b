package emulator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/sfstore/sfstore/internal/testhost"
)

// Links that replace the store's folders and files while it works are not followed.
func TestLinksSwappedWhileRunning(t *testing.T) {
	testhost.Symlink(t, ".", filepath.Join(t.TempDir(), "link")) // skips the test if there are no links
	f := newFortress(t)
	client := newClient(t)
	url := "http://" + f.address
	for _, name := range []string{"content", "staging", "content/d", "content/d/e", "content/d/e/f"} {
		if status := putOnce(client, url, "d/e/f", "x"); status != 200 {
			t.Fatalf("before %s: %d", name, status)
		}
		stop := make(chan struct{})
		var group sync.WaitGroup
		group.Go(func() { f.swap(name, stop) })
		for i := range 25 {
			body := fmt.Sprint(i)
			for _, status := range []int{
				putOnce(client, url, "d/e/f", body), putOnce(client, url, fmt.Sprint("d/e/new", i), body), commitOnce(client, url, "d/e/f", body+body+body),
				copyOnce(client, url, "d/e/f", "d/copy"), deleteOnce(client, url, "d/e/f"), deleteOnce(client, url, fmt.Sprint("d/e/new", i)), deleteOnce(client, url, "d"),
			} {
				if status < 200 || status >= 600 {
					t.Errorf("%s: status %d", name, status)
				}
			}
		}
		close(stop)
		group.Wait()
		deleteOnce(client, url, "d")
	}
}

// swap replaces something by a link to the outside, and removes the link again, until stop is closed.
func (f *fortress) swap(name string, stop chan struct{}) {
	target := filepath.Join(f.parent, "outside")
	if name == "content/d/e/f" {
		target = filepath.Join(target, "secret")
	}
	link, away := f.data("link"), f.data("away")
	for {
		moved := os.Rename(f.data(name), away) == nil
		_ = os.Symlink(target, link)
		linked := os.Rename(link, f.data(name)) == nil
		<-time.After(2 * time.Millisecond)
		// Only the link may be removed: what the store put there meanwhile is its own.
		if info, err := os.Lstat(f.data(name)); linked && err == nil && info.Mode()&os.ModeSymlink != 0 {
			_ = os.Remove(f.data(name))
		}
		if moved {
			_ = os.Rename(away, f.data(name))
		}
		_ = os.RemoveAll(link)
		_ = os.RemoveAll(away)
		<-time.After(time.Millisecond)
		select {
		case <-stop:
			return
		default:
		}
	}
}
