package workbench

import (
	"embed"
	"mime"
	"net/http"
	"slices"
	"strings"
)

//go:embed page/page.html
var pageHTML []byte

//go:embed page/page.css
var pageCSS []byte

//go:embed page/*.js
var scripts embed.FS

// modules returns the parts of the page's script, which import each other, by their names.
func modules() map[string][]byte {
	all := map[string][]byte{}
	entries, err := scripts.ReadDir("page")
	for _, entry := range entries {
		if all[entry.Name()], err = scripts.ReadFile("page/" + entry.Name()); err != nil {
			break
		}
	}
	if err != nil {
		panic(err) // embedded files can always be read
	}
	return all
}

// policy lets the page load only its own files, and no other page embed it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// wantsPage reports whether a request is a browser's on this machine. A client that accepts
// anything, such as sfctl, gets the store's response.
func wantsPage(r *http.Request) bool {
	if r.URL.Path != "/" || r.URL.RawQuery != "" || r.Method != http.MethodGet || !isHere(r) {
		return false
	}
	accepted := strings.Split(strings.Join(r.Header.Values("Accept"), ","), ",")
	return slices.ContainsFunc(accepted, func(item string) bool {
		kind, parameters, err := mime.ParseMediaType(item)
		return err == nil && kind == "text/html" && parameters["q"] != "0"
	})
}

func (b *Workbench) page(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept")
	_, _ = w.Write(pageHTML) // fails if the client has disconnected
}

func asset(kind string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(content) // fails if the client has disconnected
	}
}
