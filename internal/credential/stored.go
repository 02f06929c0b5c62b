package credential

import (
	"crypto/sha1"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// DefaultStore is the Windows store with the certificates of a user.
const DefaultStore = `CurrentUser\My`

// LoadStored loads a client certificate from the certificate store of Windows, by its SHA-1
// thumbprint in hexadecimal. The store is [DefaultStore] or another, such as LocalMachine\My. The
// key stays in the store, so it may be one that cannot be exported. On other systems it returns an
// error. An error names the store and the thumbprint.
func LoadStored(thumbprint, store string) (*tls.Certificate, error) {
	hash, err := parseThumbprint(thumbprint)
	if err != nil {
		return nil, fmt.Errorf("thumbprint %q: %w", thumbprint, err)
	}
	where, err := parseStore(store)
	if err != nil {
		return nil, fmt.Errorf("certificate store %q: %w", store, err)
	}
	certificate, err := loadStored(hash, where)
	if err != nil {
		return nil, fmt.Errorf("client certificate %x of %s: %w", hash, where, err)
	}
	return certificate, nil
}

// parseThumbprint reads a SHA-1 hash as Windows shows it. Its dialogs put blanks between the
// bytes, and an invisible mark before them, which people copy too.
func parseThumbprint(text string) (hash [sha1.Size]byte, err error) {
	digits := strings.Map(func(r rune) rune {
		if r == ':' || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	bytes, err := hex.DecodeString(digits)
	if err != nil || len(bytes) != len(hash) {
		return hash, errors.New("is not the 40 hexadecimal digits of a SHA-1 hash")
	}
	copy(hash[:], bytes)
	return hash, nil
}

// storeName is a certificate store of Windows.
type storeName struct {
	machine bool // of the computer, not of the user
	name    string
}

func (s storeName) String() string {
	if s.machine {
		return `LocalMachine\` + s.name
	}
	return `CurrentUser\` + s.name
}

func parseStore(text string) (storeName, error) {
	location, name, found := strings.Cut(text, `\`)
	switch {
	case !found || name == "" || strings.Contains(name, `\`):
	case strings.EqualFold(location, "CurrentUser"):
		return storeName{false, name}, nil
	case strings.EqualFold(location, "LocalMachine"):
		return storeName{true, name}, nil
	}
	return storeName{}, errors.New(`must be such as CurrentUser\My or LocalMachine\My`)
}
