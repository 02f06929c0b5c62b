package workbench

import (
	_ "embed" // of the page
	"mime"
	"net/http"
	"slices"
	"strings"
)

//go:embed page/page.html
var pageHTML []byte

//go:embed page/page.css
var pageCSS []byte

//go:embed page/page.js
var pageJS []byte

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
