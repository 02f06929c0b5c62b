package interop

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/workbench"
)

// chromiumRoot is where `make interop` unpacks Debian's packages of Chromium, if none is installed.
const chromiumRoot = ".chromium/root"

// browser is a tab of a headless Chromium that shows the page of a store.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	requests []string // URLs, of everything the tab requested
	faults   []string // exceptions, and what the browser complains about
}

// openPage opens the page of a store at a URL, in a tab of the given size. At the end of the test, the
// tab must have requested nothing from other origins, and have run without an exception.
func openPage(t *testing.T, url string, width, height int) *browser {
	t.Helper()
	b := openBrowser(t, url, width, height)
	t.Cleanup(b.check)
	return b
}

func openBrowser(t *testing.T, url string, width, height int) *browser {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{
		chromedp.NoFirstRun, chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(width, height),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("host-resolver-rules", "MAP "+rebound+" 127.0.0.1"), chromedp.WSURLReadTimeout(2 * time.Minute),
	}
	if program, err := exec.LookPath("chromium"); err == nil {
		options = append(options, chromedp.ExecPath(program))
	} else {
		root, err := filepath.Abs(chromiumRoot)
		if err != nil {
			t.Fatal(err)
		}
		libraries, err := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu*"))
		if err != nil || len(libraries) == 0 {
			t.Fatalf("no Chromium is installed, and none is in %s: run make interop (%v)", root, err)
		}
		path := libraries[0] + ":" + filepath.Join(libraries[0], "pulseaudio")
		options = append(options, chromedp.ExecPath(filepath.Join(root, "usr/lib/chromium/chromium")), chromedp.Env("LD_LIBRARY_PATH="+path))
	}
	allocator, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { // before the folder of the profile is removed
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("close the browser: %v", err)
		}
		cancel()
	})
	b := &browser{t: t, ctx: ctx, url: url}
	chromedp.ListenTarget(ctx, b.listen)
	b.run(network.Enable(), log.Enable(), chromedp.Navigate(url+"/"))
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		if e.Entry.Source != log.SourceNetwork { // a test may stop the store on purpose
			b.faults = append(b.faults, e.Entry.Text)
		}
	}
}

func (b *browser) check() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.requests {
		if !strings.HasPrefix(url, b.url+"/") && !strings.HasPrefix(url, "data:") {
			b.t.Errorf("the page asked for %s", url)
		}
	}
	for _, fault := range b.faults {
		b.t.Errorf("the browser complains: %s", fault)
	}
}

func (b *browser) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// value evaluates an expression of JavaScript.
func value[T any](b *browser, expression string) T {
	b.t.Helper()
	var v T
	b.run(chromedp.Evaluate(expression, &v))
	return v
}

// until waits for a condition in JavaScript, and shows the page's text if it does not become true.
func (b *browser) until(condition string) {
	b.t.Helper()
	err := chromedp.Run(b.ctx, chromedp.Poll(condition, nil, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(time.Minute)))
	if err != nil {
		b.t.Fatalf("%s: %v\nThe page says:\n%s", condition, err, value[string](b, `document.body.innerText`))
	}
}

// page is a store with its workbench behind a real HTTP server.
type page struct {
	t    *testing.T
	url  string
	stop func()
}

// servePage serves a store with its page until the test ends, or stop is called. Without an address it
// listens at a free port.
func servePage(t *testing.T, address string, options ...emulator.Option) *page {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	store, err := emulator.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	bench := workbench.New(store, workbench.Options{Contract: contract})
	server := httptest.NewUnstartedServer(bench)
	if address != "" {
		if err := server.Listener.Close(); err != nil {
			t.Fatal(err)
		}
		if server.Listener, err = listenAt(t, address); err != nil {
			t.Fatal(err)
		}
	}
	server.Start()
	stop := sync.OnceFunc(func() {
		bench.Close()
		server.CloseClientConnections()
		server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return &page{t, server.URL, stop}
}

// send sends a request to the store and returns the status of its response.
func (p *page) send(method, path, body string, headers ...string) int {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rsp, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer rsp.Body.Close()
	if _, err := io.Copy(io.Discard, rsp.Body); err != nil {
		p.t.Fatal(err)
	}
	return rsp.StatusCode
}

// picture writes a screenshot of the tab to the folder SFSTORE_PICTURES, if that is set, for a person
// to look at.
func (b *browser) picture(name string) {
	b.t.Helper()
	folder := os.Getenv("SFSTORE_PICTURES")
	if folder == "" {
		return
	}
	var png []byte
	b.run(chromedp.FullScreenshot(&png, 100))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
