package interop

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/sfstore/sfstore/emulator"
)

const (
	pageVersion = "?api-version=6.5"
	pageSession = "&session-id=2032ac6c-a348-4594-86da-dab0f2bb1ae1"
	pageChunk   = "/ImageStore/App/Code.zip/$/UploadChunk" + pageVersion + pageSession
)

// listenAt waits until a port is free, which it is as soon as its last owner has closed it.
func listenAt(t *testing.T, address string) (net.Listener, error) {
	t.Helper()
	return (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
}

// fill gives a store some of everything that the page shows.
func fill(p *page) {
	for name, size := range map[string]int{"ApplicationManifest.xml": 2900, "Web/ServiceManifest.xml": 1200, "Web/Code/server.dll": 481000, "Web/Config/Settings.xml": 640, "Worker/Code.zip": 2097152} {
		p.send("PUT", "/ImageStore/App/"+name+pageVersion, strings.Repeat("x", size))
	}
	chunk := func(id, path string, start, end, total int) {
		p.send("PUT", "/ImageStore/"+path+"/$/UploadChunk"+pageVersion+"&session-id="+id, strings.Repeat("x", end-start+1), "Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, end, total))
	}
	const other, ready = "613167e7-0237-5ee9-94ec-970d58807b72", "813167e7-0237-5ee9-94ec-970d58807b73"
	one := strings.TrimPrefix(pageSession, "&session-id=")
	chunk(one, "App/Code.zip", 0, 2097151, 9000000)
	chunk(ready, "Guest/Config.zip", 0, 99999, 100000)
	chunk(other, "Guest/Data.zip", 1048576, 2097151, 5000000)
	p.send("POST", "/$sfstore/faults", `{"fault":"UploadFileChunk:2=503/E_ABORT,*:every-7=delay/5ms"}`, "X-Sfstore-Control", "1")
	p.send("GET", "/ImageStore/App"+pageVersion+"&timeout=soon", "")
	chunk(one, "App/Code.zip", 4194304, 6291455, 9000000)
	chunk(one, "App/Code.zip", 2097152, 3145727, 9000000)
	p.send("GET", "/ImageStore/None"+pageVersion, "")
}

func TestPageShowsWhatTheStoreDoes(t *testing.T) {
	p := servePage(t, "")
	b := openPage(t, p.url, 1280, 900)
	b.until(`document.getElementById("connection").textContent === "live" && !document.getElementById("no-files").hidden`)

	p.send("PUT", "/ImageStore/App/Web/a.txt"+pageVersion, "hello")
	b.until(`document.getElementById("files").innerText.includes("a.txt")`)
	if text := value[string](b, `document.getElementById("files").innerText`); !strings.Contains(text, "5 B") || !strings.Contains(text, "Web/") {
		t.Errorf("the tree says %q", text)
	}

	p.send("PUT", pageChunk, "01234", "Content-Range", "bytes 0-4/20")
	b.until(`document.querySelectorAll("#sessions svg rect").length === 2`)
	const picture = `[...document.querySelectorAll("#sessions svg rect")].map((r) => r.getAttribute("class") + " " + r.getAttribute("x") + " " + r.getAttribute("width") + " " + r.textContent).join("; ")`
	if got, want := value[string](b, picture), "arrived 0% 25% arrived 0–4; expected 25% 75% expected 5–19"; got != want {
		t.Errorf("the picture is %q, want %q", got, want)
	}
	p.send("PUT", pageChunk, "01234", "Content-Range", "bytes 10-14/20")
	b.until(`document.querySelectorAll("#sessions svg rect").length === 4`)
	if got, want := value[string](b, picture), "arrived 0% 25% arrived 0–4; expected 25% 25% expected 5–9; arrived 50% 25% arrived 10–14; expected 75% 25% expected 15–19"; got != want {
		t.Errorf("the picture is %q, want %q", got, want)
	}
	if label := value[string](b, `document.querySelector("#sessions svg").getAttribute("aria-label")`); label != "50 % arrived; expected: 5–9, 15–19" {
		t.Errorf("a screen reader says %q", label)
	}
	if age := value[string](b, `document.querySelector("#sessions .age").textContent`); !strings.Contains(age, " min ") || !strings.HasSuffix(age, " left") {
		t.Errorf("its age is %q", age)
	}

	b.until(`document.getElementById("verdict").dataset.kept === "yes"`)
	p.send("GET", "/ImageStore/App"+pageVersion+"&timeout=soon", "")
	b.until(`document.querySelectorAll("tr.broken").length === 1`)
	if row := value[string](b, `document.querySelector("tr.broken").innerText`); !strings.Contains(row, `against the contract, request query "timeout"`) {
		t.Errorf("the request that broke the contract is %q", row)
	}
	if verdict := value[string](b, `document.getElementById("verdict").textContent`); verdict != "✗ 1 request broke the contract" {
		t.Errorf("the verdict is %q", verdict)
	}
}

func TestPageSteersByKeyboard(t *testing.T) {
	p := servePage(t, "")
	b := openPage(t, p.url, 1280, 900)
	p.send("PUT", pageChunk, "01234", "Content-Range", "bytes 0-4/20")
	b.until(`document.querySelectorAll("#sessions svg").length === 1`)
	b.run(chromedp.Focus("#fault"), chromedp.SendKeys("#fault", "UploadFile:1=503/E_ABORT"+kb.Enter))
	b.until(`document.querySelectorAll("#faults li").length === 1`)
	if status := p.send("PUT", "/ImageStore/a"+pageVersion, ""); status != http.StatusServiceUnavailable {
		t.Errorf("the fault does not strike: %d", status)
	}
	b.until(`document.getElementById("faults").innerText.includes("struck 1 of 1 request")`)
	b.run(chromedp.Focus("#faults button"), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelectorAll("#faults li").length === 0`)
	b.run(chromedp.SendKeys("#fault", "nonsense"+kb.Enter))
	b.until(`document.getElementById("said").dataset.bad === "yes"`)
	b.run(chromedp.Focus("#advance-by"), chromedp.KeyEvent(kb.Enter))
	b.until(`document.getElementById("said").textContent === "The clock is advanced by 36m."`)
	b.until(`!document.getElementById("no-sessions").hidden`) // the proposed time is longer than a session lasts
	b.run(chromedp.SendKeys("#advance-by", "1h"+kb.Enter))    // what is typed replaces it
	b.until(`document.getElementById("said").textContent === "The clock is advanced by 1h."`)
	p.send("PUT", pageChunk, "01234", "Content-Range", "bytes 0-4/20")
	b.until(`document.querySelectorAll("#sessions svg").length === 1`)
	b.run(chromedp.Focus("#failover"), chromedp.KeyEvent(kb.Enter))
	b.until(`!document.getElementById("no-sessions").hidden`)
}

func TestPageShowsMarkupInNamesAsText(t *testing.T) {
	const name = `<img src=x onerror="document.title='owned'">`
	p := servePage(t, "", emulator.WithPlatform(emulator.Linux))
	b := openPage(t, p.url, 1280, 900)
	escaped := strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", " ", "%20").Replace(name)
	for _, path := range []string{escaped, escaped + "/" + escaped, "gnp.%E2%80%AEexe"} {
		if status := p.send("PUT", "/ImageStore/"+path+"/f"+pageVersion, ""); status != http.StatusOK {
			t.Fatalf("%s: %d", path, status)
		}
	}
	p.send("GET", "/ImageStore/"+escaped+pageVersion+"&timeout="+escaped, "")
	b.until(`document.querySelectorAll("tr.broken").length === 1`)
	b.until(`document.getElementById("files").textContent.includes("exe/")`)
	tree := value[string](b, `document.getElementById("files").textContent`)
	if !strings.Contains(tree, name+"/") || !strings.Contains(tree, `gnp.\u{202e}exe/`) {
		t.Errorf("the tree says %q", tree)
	}
	if n := value[int](b, `document.images.length`); n != 0 {
		t.Errorf("%d images", n)
	}
	if title := value[string](b, `document.title`); title != "sfstore" {
		t.Errorf("the title is %q", title)
	}
}

// Of ten thousand files and a thousand sessions, only those that are shown are in the document.
func TestPageHoldsMuch(t *testing.T) {
	data := t.TempDir()
	for i := range 10_000 {
		folder := filepath.Join(data, "content", []string{"flat", fmt.Sprintf("deep/%02d", i%100)}[i%2])
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("file-%05d", i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := servePage(t, "", emulator.WithFolder(data))
	for i := range 1000 {
		id := fmt.Sprintf("&session-id=2032ac6c-a348-4594-86da-%012d", i+1)
		if status := p.send("PUT", fmt.Sprintf("/ImageStore/s/%d/$/UploadChunk%s%s", i, pageVersion, id), "01234", "Content-Range", "bytes 5-9/20"); status != http.StatusOK {
			t.Fatalf("chunk: %d", status)
		}
	}
	b := openPage(t, p.url, 1280, 900)
	b.until(`document.getElementById("files-count").textContent.startsWith("10,000 files") && document.getElementById("sessions-count").textContent === "1,000"`)
	b.run(chromedp.Evaluate(`document.querySelectorAll("#files summary").forEach((s) => s.click())`, nil))
	b.until(`document.querySelectorAll("#files li").length >= 200`)
	if n := value[int](b, `document.querySelectorAll("*").length`); n > 6000 {
		t.Errorf("the document has %d elements", n)
	}
	b.run(chromedp.Evaluate(`document.querySelector("#files button").click()`, nil))
	b.until(`document.querySelectorAll("#files li").length >= 400`)
	p.send("PUT", fmt.Sprintf("/ImageStore/s/999/$/UploadChunk%s&session-id=2032ac6c-a348-4594-86da-%012d", pageVersion, 1000), "01234", "Content-Range", "bytes 0-4/20")
	b.until(`document.querySelector("#sessions summary").textContent.startsWith("50 %")`)
	b.run(chromedp.Click("#more-sessions"))
	b.until(`document.querySelectorAll("#sessions > li").length === 100`)
}

func TestPageOutlivesItsStore(t *testing.T) {
	p := servePage(t, "")
	b := openPage(t, p.url, 1280, 900)
	p.send("PUT", pageChunk, "01234", "Content-Range", "bytes 0-4/20")
	b.until(`document.querySelectorAll("#sessions svg").length === 1`)
	p.stop()
	b.until(`document.getElementById("connection").textContent.startsWith("the store does not respond")`)
	again := servePage(t, strings.TrimPrefix(p.url, "http://"))
	again.send("PUT", "/ImageStore/new.txt"+pageVersion, "")
	b.until(`document.getElementById("connection").textContent === "live"`)
	b.until(`document.getElementById("files").innerText.includes("new.txt") && document.querySelectorAll("#sessions svg").length === 0 && document.querySelectorAll("#requests tr").length === 1`)
}

func TestPageIsAccessible(t *testing.T) {
	axe, err := os.ReadFile("js/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	p := servePage(t, "")
	fill(p)
	for _, view := range []struct {
		name          string
		scheme        string
		width, height int
	}{{"light", "light", 1280, 900}, {"dark", "dark", 1280, 900}, {"phone", "light", 390, 844}} {
		t.Run(view.name, func(t *testing.T) {
			b := openPage(t, p.url, view.width, view.height)
			b.run(emulation.SetDeviceMetricsOverride(int64(view.width), int64(view.height), 1, false),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: view.scheme}}))
			b.until(`document.querySelectorAll("tr.broken").length === 1 && document.querySelectorAll("#sessions svg").length === 3`)
			if wide := value[int](b, `document.documentElement.scrollWidth - window.innerWidth`); wide > 0 {
				t.Errorf("the page is %d pixels wider than the window", wide)
			}
			b.picture(view.name)
			b.run(chromedp.Evaluate(string(axe), nil))
			var found []struct {
				ID, Impact, Help string
				Nodes            []struct{ HTML, FailureSummary string }
			}
			b.run(chromedp.Evaluate(`axe.run().then((r) => r.violations)`, &found, awaitPromise))
			for _, v := range found {
				t.Errorf("%s, %s: %s: %+v", v.Impact, v.ID, v.Help, v.Nodes)
			}
		})
	}
}

// awaitPromise waits for the value of a promise.
func awaitPromise(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
