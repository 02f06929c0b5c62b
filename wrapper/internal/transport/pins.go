package transport

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// thumbprint is the SHA-1 or SHA-256 of a certificate.
type thumbprint string

// parseThumbprint reads a thumbprint as people copy it from a dialog or a portal: with
// separators, blanks, and the invisible mark that Windows adds before it.
func parseThumbprint(setting, text string) (thumbprint, error) {
	digits := strings.Map(func(r rune) rune {
		if r == ':' || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) != sha1.Size && len(sum) != sha256.Size {
		return "", &SettingError{setting, text, "is not a thumbprint: it must be 40 (SHA-1) or 64 (SHA-256) hexadecimal digits"}
	}
	return thumbprint(sum), nil
}

// thumbprints are those that a certificate may have.
type thumbprints []thumbprint

func parseThumbprints(setting string, texts []string) (thumbprints, error) {
	var all thumbprints
	for _, text := range texts {
		one, err := parseThumbprint(setting, text)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// SHA1 is the thumbprint of a certificate as Service Fabric and Windows show it.
func SHA1(c *x509.Certificate) string {
	sum := sha1.Sum(c.Raw)
	return hex.EncodeToString(sum[:])
}

func (t thumbprints) hold(c *x509.Certificate) bool {
	short, long := sha1.Sum(c.Raw), sha256.Sum256(c.Raw)
	return slices.Contains(t, thumbprint(short[:])) || slices.Contains(t, thumbprint(long[:]))
}

// pins are the declared certificates of the server.
type pins struct {
	server thumbprints
	names  []pinnedName
}

type pinnedName struct {
	name    string
	issuers thumbprints
}

func (s Security) pins() (pins, error) {
	server, err := parseThumbprints("server thumbprint", s.ServerThumbprints)
	if err != nil {
		return pins{}, err
	}
	all := pins{server: server}
	for _, declared := range s.ServerCommonNames {
		if strings.TrimSpace(declared.Name) == "" {
			return pins{}, &SettingError{Setting: "server common name", Reason: "is empty"}
		}
		issuers, err := parseThumbprints("issuer thumbprint", declared.IssuerThumbprints)
		if err != nil {
			return pins{}, err
		}
		all.names = append(all.names, pinnedName{declared.Name, issuers})
	}
	return all, nil
}

// matches reports whether a certificate has a name: its common name or one of its DNS names is
// the name or a wildcard that covers it, whatever the case of letters.
func (p pinnedName) matches(c *x509.Certificate) bool {
	return slices.ContainsFunc(append([]string{c.Subject.CommonName}, c.DNSNames...), func(has string) bool {
		if strings.EqualFold(has, p.name) {
			return true
		}
		_, domain, ok := strings.Cut(p.name, ".")
		parent, wild := strings.CutPrefix(has, "*.")
		return ok && wild && strings.EqualFold(parent, domain)
	})
}
