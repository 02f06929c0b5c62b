package interop

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// rebound is a name that the browser resolves to this machine, as the owner of any name on the internet
// can arrange.
const rebound = "rebound.example"

// guarded starts `sfstore serve` with a file and a session that no other site may change.
func guarded(t *testing.T) *page {
	t.Helper()
	p := &page{t: t, url: startServe(t, built(t))}
	for _, path := range []string{"App/a.txt", "Empty/_.dir"} {
		p.send("PUT", "/ImageStore/"+path+pageVersion, "")
	}
	p.send("PUT", pageChunk, "01234", "Content-Range", "bytes 0-4/20")
	return p
}

// untouched fails the test if something was changed.
func (p *page) untouched(after string) {
	p.t.Helper()
	for what, path := range map[string]string{"session": "/ImageStore/$/GetUploadSession" + pageVersion + pageSession, "file": "/ImageStore/App/a.txt" + pageVersion} {
		if status := p.send("GET", path, ""); status != http.StatusOK {
			p.t.Errorf("the %s after %s: %d", what, after, status)
		}
	}
	rsp, err := http.Get(p.url + "/$sfstore/faults")
	if err != nil {
		p.t.Fatal(err)
	}
	defer rsp.Body.Close()
	if body, err := io.ReadAll(rsp.Body); err != nil || !strings.Contains(string(body), `"faults":[]`) {
		p.t.Errorf("the faults after %s: %s, %v", after, body, err)
	}
}

// otherSite serves an empty page at another port.
func otherSite(t *testing.T) string {
	t.Helper()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!DOCTYPE html><title>other</title><link rel="icon" href="data:,">`)
	}))
	t.Cleanup(other.Close)
	return other.URL
}

// attempts are what a page may try with fetch: to control the store, to read what it has, and both
// without permission to see the response. STORE is the store's URL for the page.
var attempts = []string{
	`fetch("STORE/$sfstore/failover", {method: "POST", headers: {"X-Sfstore-Control": "1"}})`,
	`fetch("STORE/$sfstore/failover", {method: "POST"})`,
	`fetch("STORE/$sfstore/failover", {method: "POST", mode: "no-cors"})`,
	`fetch("STORE/$sfstore/faults", {method: "POST", headers: {"X-Sfstore-Control": "1"}, body: '{"fault":"*=drop-request"}'})`,
	`fetch("STORE/$sfstore/files", {method: "DELETE", headers: {"X-Sfstore-Control": "1"}})`,
	`fetch("STORE/ImageStore/App?api-version=6.0", {method: "DELETE"})`,
	`fetch("STORE/ImageStore/App/a.txt?api-version=6.0", {method: "PUT", mode: "no-cors", body: "x"})`,
	`fetch("STORE/$sfstore/state")`,
	`fetch("STORE/$sfstore/state", {headers: {"X-Sfstore-Control": "1"}})`,
	`fetch("STORE/$sfstore/state", {mode: "no-cors"})`,
	`fetch("STORE/ImageStore?api-version=6.0")`,
}

// try runs the attempts of a page, and fails the test if the page can read a response other than 403.
func (b *browser) try(store string) {
	b.t.Helper()
	for _, script := range attempts {
		var got string
		b.run(chromedp.Evaluate(strings.ReplaceAll(script, "STORE", store)+`.then((r) => "read " + r.status, () => "refused")`, &got, awaitPromise))
		if got != "refused" && got != "read 0" && got != "read 403" { // 0: the browser shows nothing of the response
			b.t.Errorf("%s: %s", script, got)
		}
	}
}

// A page of another site, open in the same browser, changes nothing and reads nothing.
func TestPageOfAnotherSiteIsRejected(t *testing.T) {
	p := guarded(t)
	b := openBrowser(t, otherSite(t), 800, 600)
	b.try(p.url)
	p.untouched("fetch")
	for _, form := range []struct{ path, name, value string }{
		{"/$sfstore/failover", "a", "b"},
		{"/$sfstore/faults", `{"fault":"*=drop-request","x":"`, `"}`},
		{"/ImageStore/$/Copy?api-version=6.0", `{"RemoteSource":"Empty","RemoteDestination":"App","x":"`, `"}`},
	} {
		var loaded bool
		b.run(chromedp.Evaluate(`new Promise((done) => {
			const frame = document.createElement("iframe");
			frame.name = "frame" + document.forms.length;
			document.body.append(frame);
			const form = document.body.appendChild(document.createElement("form"));
			Object.assign(form, {method: "post", enctype: "text/plain", target: frame.name});
			const input = form.appendChild(document.createElement("input"));
			[form.action, input.name, input.value] = `+quoted(p.url+form.path, form.name, form.value)+`;
			frame.onload = () => done(true);
			form.submit();
		})`, &loaded, awaitPromise))
		p.untouched("a form to " + form.path)
	}
	var events string
	b.run(chromedp.Evaluate(`new Promise((done) => {
		const events = new EventSource("`+p.url+`/$sfstore/events");
		events.onmessage = (e) => done("read " + e.data);
		events.onerror = () => { events.close(); done("refused"); };
	})`, &events, awaitPromise))
	if events != "refused" {
		t.Errorf("the stream of events: %s", events)
	}
}

// A site that resolves its own name to the address of this machine has the same origin as the store for
// the browser, which then asks no permission and sends any header.
func TestPageUnderAReboundNameIsRejected(t *testing.T) {
	p := guarded(t)
	store, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, "http://"+rebound+":"+store.Port(), 800, 600)
	if text := value[string](b, `location.host + " " + document.body.innerText`); !strings.HasPrefix(text, rebound) || !strings.Contains(text, "is not the name of this server") {
		t.Fatalf("the page is %q", text)
	}
	b.try("")
	p.untouched("a rebound name")
}

// quoted writes texts as a list of JavaScript.
func quoted(texts ...string) string {
	list, err := json.Marshal(texts)
	if err != nil {
		panic(err)
	}
	return string(list)
}
