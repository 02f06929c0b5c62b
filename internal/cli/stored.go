package cli

import (
	"cmp"
	"crypto/tls"
	"errors"

	"github.com/sfstore/sfstore/internal/credential"
)

// storedFlags name a client certificate in the certificate store of Windows.
type storedFlags struct{ thumbprint, store string }

// checkStored rejects flags that cannot be combined.
func (f securityFlags) checkStored() error {
	switch {
	case f.stored.thumbprint == "" && f.stored.store != "":
		return errors.New("--cert-store needs --cert-thumbprint")
	case f.stored.thumbprint != "" && (f.cert != "" || f.key != "" || f.passwordFile != ""):
		return errors.New("--cert-thumbprint names a certificate of the Windows store: leave --cert, --key and --cert-password-file out")
	}
	return nil
}

func (f storedFlags) load() (*tls.Certificate, error) {
	return credential.LoadStored(f.thumbprint, f.storeName())
}

func (f storedFlags) storeName() string { return cmp.Or(f.store, credential.DefaultStore) }

// source returns where the client certificate comes from; empty without one.
func (f securityFlags) source() string {
	if f.stored.thumbprint != "" {
		return "the Windows certificate store " + f.stored.storeName()
	}
	return string(f.cert)
}
