package credential

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

const canaryToken = "canary-9Qx1-token"

func jwt(payload string) string {
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
}

func TestStaticToken(t *testing.T) {
	rows := []struct{ name, text, err string }{
		{"a token", canaryToken, ""},
		{"white space around it", " " + canaryToken + "\r\n", ""},
		{"a JSON Web Token", jwt(`{}`), ""},
		{"nothing", " ", "is empty"},
		{"with its scheme", "Bearer " + canaryToken, "begins with Bearer; give the text after it"},
		{"JSON", `{"accessToken":"` + canaryToken + `"}`, "is JSON; give only the token"},
		{"in quotes", `"` + canaryToken + `"`, "is quoted"},
		{"two lines", canaryToken + "\n" + canaryToken, "has an invalid character at byte 17"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			source, err := StaticToken(row.text)
			if row.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), row.err) || strings.Contains(err.Error(), "canary") {
					t.Errorf("got %v, want %s", err, row.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, err := source(t.Context()); err != nil || got != strings.TrimSpace(row.text) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestClaims(t *testing.T) {
	rows := []struct {
		name, token string
		want        Claims
		ok          bool
	}{
		{"all of them", jwt(`{"aud":"cluster","tid":"directory","exp":1767323045}`), Claims{"cluster", "directory", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, true},
		{"an audience in a list", jwt(`{"aud":["cluster"]}`), Claims{Audience: "cluster"}, true},
		{"several audiences", jwt(`{"aud":["a","b"]}`), Claims{}, true},
		{"none", jwt(`{}`), Claims{}, true},
		{"an end that is not a number", jwt(`{"exp":"soon"}`), Claims{}, false},
		{"no JSON", jwt(`x`), Claims{}, false},
		{"two parts", "a.b", Claims{}, false},
		{"opaque", canaryToken, Claims{}, false},
		{"not base64", "a.!.c", Claims{}, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got, ok := ReadClaims(row.token); got != row.want || ok != row.ok {
				t.Errorf("got %+v, %t", got, ok)
			}
		})
	}
}
