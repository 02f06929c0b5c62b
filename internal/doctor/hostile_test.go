package doctor

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// evil is what a server may send to forge lines, to control a terminal, or to make a person run a
// command.
const evil = "x'; touch pwned; '\x1b[31m\n  ok       access\tfine\u202e"

// TestTextOfTheServerIsOnlyText connects to servers that send text everywhere that would do harm if it
// were printed or pasted.
func TestTextOfTheServerIsOnlyText(t *testing.T) {
	quoted := func(text string) string { return string(must(json.Marshal(text))) }
	for name, row := range map[string]struct {
		aad, listing string
		certificate  testcert.Change
	}{
		"a tenant":       {`{"type":"aad","metadata":{"tenant":` + quoted(evil) + `,"cluster":"0f1e"}}`, "403 ", nil},
		"an application": {`{"type":"aad","metadata":{"tenant":"t1","cluster":` + quoted(evil) + `}}`, "403 ", nil},
		"an option":      {`{"type":"aad","metadata":{"tenant":"--debug","cluster":"--output"}}`, "403 ", nil},
		"an error code":  {`REFUSED`, empty, nil},
		"a listing":      {noTokens, `400 {"Error":{"Code":` + quoted(evil) + `,"Message":` + quoted(evil) + `}}`, nil},
		"its certificate": {noTokens, empty, func(c *x509.Certificate) {
			c.Subject.CommonName = evil
			c.DNSNames = []string{"x'; touch pwned; '\x1b[31m\n  ok       access\tfine"}
			c.IPAddresses = nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			change := row.certificate
			if change == nil {
				change = func(*x509.Certificate) {}
			}
			authority := testcert.NewAuthority()
			g := &gateway{aad: row.aad, versions: 9.1, listing: row.listing}
			server := secure(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if g.aad == "REFUSED" {
					g.answer(w, `400 {"Error":{"Code":`+quoted(evil+strings.Repeat("A", 5000))+`}}`)
					return
				}
				g.ServeHTTP(w, r)
			}), &tls.Config{Certificates: []tls.Certificate{authority.Issue(change)}})
			security := imagestore.Security{RootCAs: authority.Pool()}
			report := Examine(t.Context(), Target{Client: newClient(t, server.URL, imagestore.WithSecurity(security)), Security: security})
			for _, f := range report.Findings {
				texts := []string{f.Seen, f.Cure}
				if c := f.Certificate; c != nil {
					texts = append(append(texts, c.Subject, c.Issuer), c.Names...)
				}
				for _, text := range texts {
					if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || len(text) > 2000 {
						t.Errorf("%s: %d bytes: %q", f.Check, len(text), text)
					}
				}
				if strings.Contains(f.Cure, "touch") || strings.Contains(f.Cure, "--debug") || strings.Contains(f.Cure, "--output") {
					t.Errorf("%s: the cure is %s", f.Check, f.Cure)
				}
			}
		})
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(fmt.Sprint("test: ", err))
	}
	return value
}
