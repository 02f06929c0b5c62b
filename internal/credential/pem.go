package credential

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

func isPEM(content []byte) bool { return bytes.Contains(content, []byte("-----BEGIN ")) }

// parsePEM reads the certificates and the key of a PEM file.
func parsePEM(content []byte, password Password) (contents, error) {
	found, err := parseCertificates(content)
	if err != nil {
		return contents{}, err
	}
	for block := range blocks(content) {
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		if found.key != nil {
			return contents{}, errors.New("has more than one private key")
		}
		if found.key, err = parseKey(block, password); err != nil {
			return contents{}, err
		}
	}
	return found, nil
}

// parseCertificates reads the certificates of a PEM file, and ignores other blocks.
func parseCertificates(content []byte) (contents, error) {
	var found contents
	for block := range blocks(content) {
		if !slices.Contains(found.kinds, block.Type) {
			found.kinds = append(found.kinds, block.Type)
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		x, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return contents{}, fmt.Errorf("certificate %d in it cannot be read: %w", len(found.certificates)+1, err)
		}
		found.certificates = append(found.certificates, x)
	}
	if len(found.kinds) == 0 {
		return contents{}, errors.New("looks like PEM, but has no complete block")
	}
	return found, nil
}

// blocks iterates over the blocks of a PEM file. Text between them is ignored: OpenSSL and Key
// Vault write some.
func blocks(content []byte) iter.Seq[*pem.Block] {
	return func(yield func(*pem.Block) bool) {
		for {
			block, rest := pem.Decode(content)
			if block == nil || !yield(block) {
				return
			}
			content = rest
		}
	}
}

// list writes names for people: "A", "A and B", "A, B and C".
func list(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
