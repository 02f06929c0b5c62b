package credential

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

const someThumbprint = "0123456789abcdef0123456789abcdef01234567"

func TestThumbprints(t *testing.T) {
	for text, ok := range map[string]bool{
		someThumbprint:                  true,
		strings.ToUpper(someThumbprint): true,
		"\u200e01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd ef 01 23 45 67": true,
		"01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67":       true,
		someThumbprint[1:]: false,
		"":                 false,
		someThumbprint + "0123456789abcdef01234567": false, // SHA-256
		strings.Repeat("x", 40):                     false,
	} {
		hash, err := parseThumbprint(text)
		if got := fmt.Sprintf("%x", hash); (err == nil) != ok || ok && got != someThumbprint {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}

func TestStoreNames(t *testing.T) {
	for text, want := range map[string]string{
		DefaultStore:        `CurrentUser\My`,
		`localmachine\My`:   `LocalMachine\My`,
		`CURRENTUSER\Other`: `CurrentUser\Other`,
		"My":                "",
		`Service\My`:        "",
		`CurrentUser\`:      "",
		`CurrentUser\My\x`:  "",
	} {
		got, err := parseStore(text)
		if (err == nil) != (want != "") || err == nil && got.String() != want {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}

func TestStoredCertificatesThatCannotBeLoaded(t *testing.T) {
	why := "the store does not have it"
	if runtime.GOOS != "windows" {
		why = "certificate stores exist only on Windows, and this is " + runtime.GOOS + "; export it to a file"
	}
	for _, row := range []struct{ name, thumbprint, store, want string }{
		{"no thumbprint", "hello", DefaultStore, `thumbprint "hello": is not the 40 hexadecimal digits of a SHA-1 hash`},
		{"no store", someThumbprint, "My", `certificate store "My": must be such as CurrentUser\My or LocalMachine\My`},
		{"not there", someThumbprint, DefaultStore, `client certificate ` + someThumbprint + ` of CurrentUser\My: ` + why},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := LoadStored(row.thumbprint, row.store); err == nil || err.Error() != row.want {
				t.Errorf("got %v, want %s", err, row.want)
			}
		})
	}
}
