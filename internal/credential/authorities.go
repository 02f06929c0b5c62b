package credential

import (
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
)

// LoadAuthorities loads the certificates of a file, or of the files of a folder, as a pool of
// authorities to trust. A file is PEM, or one certificate in DER. Other files of a folder are
// skipped.
func LoadAuthorities(name string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("authorities: %w", cannotOpen(err))
	}
	if !info.IsDir() {
		if err := addFile(pool, name); err != nil {
			return nil, err
		}
		return pool, nil
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, fmt.Errorf("authorities: %w", cannotOpen(err))
	}
	added := false
	for _, entry := range entries {
		if addFile(pool, filepath.Join(name, entry.Name())) == nil {
			added = true
		}
	}
	if !added {
		return nil, fmt.Errorf("authorities %s: no file in it is a certificate", name)
	}
	return pool, nil
}

func addFile(pool *x509.CertPool, name string) error {
	content, err := ReadFile(name)
	if err != nil {
		return fmt.Errorf("authorities: %w", err)
	}
	if x, err := x509.ParseCertificate(content); err == nil {
		pool.AddCert(x)
		return nil
	}
	if len(content) == 0 {
		return fmt.Errorf("authorities %s: is empty", name)
	}
	if !isPEM(content) {
		return fmt.Errorf("authorities %s: is neither PEM nor a certificate in DER", name)
	}
	found, err := parseCertificates(content)
	if err == nil && len(found.certificates) == 0 {
		err = found.without("certificate")
	}
	if err != nil {
		return fmt.Errorf("authorities %s: %w", name, err)
	}
	for _, x := range found.certificates {
		pool.AddCert(x)
	}
	return nil
}
