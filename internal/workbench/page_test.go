package workbench_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/workbench"
)

func TestThePageIsForBrowsers(t *testing.T) {
	b := newBench(t)
	const welcome = "This is a local Service Fabric image store"
	for _, row := range []struct {
		name, method, path, accept string
		page                       bool
	}{
		{"a browser", "GET", "/", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
		{"a client that names no type", "GET", "/", "", false},
		{"a client that takes anything, as sfctl", "GET", "/", "*/*", false},
		{"a client of JSON", "GET", "/", "application/json", false},
		{"a client that wants no HTML", "GET", "/", "text/html;q=0, */*", false},
		{"a browser with a query", "GET", "/?api-version=6.0", "text/html", false},
	} {
		_, text := b.send(row.method, row.path, "", "Accept", row.accept)
		if isPage := strings.Contains(text, "page.js"); isPage != row.page || !row.page && !strings.Contains(text, welcome) {
			t.Errorf("%s: the page: %v, want %v\n%s", row.name, isPage, row.page, text)
		}
	}
	if log := get[requests](b, "requests"); log.Total != 5 {
		t.Errorf("%d requests are logged, want those of the store, 5", log.Total)
	}
}

func TestThePageMayLoadNothingElse(t *testing.T) {
	b := newBench(t)
	r, err := http.NewRequestWithContext(t.Context(), "GET", b.url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	rsp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close()
	policy := rsp.Header.Get("Content-Security-Policy")
	for _, directive := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, directive) {
			t.Errorf("the policy %q has no %s", policy, directive)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("the policy %q allows what is unsafe", policy)
	}
	for _, path := range []string{"page.css", "page.js", "openapi.yaml"} {
		if status, text := b.send("GET", workbench.Prefix+path, ""); status != 200 || text == "" {
			t.Errorf("%s: %d", path, status)
		}
	}
}
