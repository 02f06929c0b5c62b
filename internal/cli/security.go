package cli

import (
	"errors"

	"github.com/spf13/pflag"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// securityFlags are the client's credentials, and which servers to trust.
type securityFlags struct {
	cert, key, passwordFile fileName
	stored                  storedFlags
	ca                      fileName
	thumbprints             []string
	commonNames             commonNames
	insecure                bool
	verify                  bool // --insecure=false, which overrides sfctl's no_verify
	allowTLS13              bool
	tokenCommand            optionalString
}

func (f *securityFlags) register(flags *pflag.FlagSet) {
	flags.Var(&f.cert, "cert", "client certificate, in PEM with or without its key, or PFX")
	flags.Var(&f.key, "key", "private key of --cert, PEM (else the file of --cert)")
	flags.Var(&f.passwordFile, "cert-password-file", "file with the password of the key or PFX (else $SFSTORE_CERT_PASSWORD)")
	flags.StringVar(&f.stored.thumbprint, "cert-thumbprint", "", "client certificate of the Windows store with this SHA-1 `thumbprint`, instead of --cert")
	flags.StringVar(&f.stored.store, "cert-store", "", "Windows `store` of --cert-thumbprint, CurrentUser\\NAME or LocalMachine\\NAME (else CurrentUser\\My)")
	flags.Var(&f.ca, "ca", "trust servers whose certificates these authorities issued, a PEM file or a folder (else the system's)")
	flags.StringArrayVar(&f.thumbprints, "server-thumbprint", nil, "trust the server with the certificate of this SHA-1 or SHA-256 `thumbprint`, repeatable")
	flags.Var(&f.commonNames, "server-common-name", "trust servers with this name in their certificate, NAME or NAME=ISSUERTHUMBPRINT[,...], repeatable")
	flags.BoolVar(&f.insecure, "insecure", false, "do not verify the server (unsafe)")
	flags.BoolVar(&f.allowTLS13, "allow-tls13", false, "allow TLS 1.3 with a client certificate, for clusters in exclusive authentication mode")
	flags.Var(&f.tokenCommand, "token-command", "`command` line that prints an access token, run by the shell (else the token in $SFSTORE_TOKEN)")
}

// identified reports whether a certificate was given by a flag.
func (f securityFlags) identified() bool {
	return f.cert != "" || f.key != "" || f.stored.thumbprint != ""
}

// trusting reports whether a flag names the servers to trust.
func (f securityFlags) trusting() bool {
	return f.ca != "" || len(f.thumbprints)+len(f.commonNames) > 0 || f.insecure
}

// load reads the files.
func (f securityFlags) load(getenv func(string) string) (security imagestore.Security, err error) {
	security = imagestore.Security{
		ServerThumbprints: f.thumbprints,
		ServerCommonNames: f.commonNames,
		Insecure:          f.insecure,
		AllowTLS13:        f.allowTLS13,
	}
	if f.cert == "" && f.key != "" {
		return security, errors.New("--key needs --cert")
	}
	if f.cert == "" && f.passwordFile != "" {
		return security, errors.New("--cert-password-file needs --cert")
	}
	if err := f.checkStored(); err != nil {
		return security, err
	}
	if f.ca != "" {
		if security.RootCAs, err = credential.LoadAuthorities(string(f.ca)); err != nil {
			return security, err
		}
	}
	if f.stored.thumbprint != "" {
		if security.Certificate, err = f.stored.load(); err != nil {
			return security, certificateError{err}
		}
	}
	if f.cert == "" {
		return security, nil
	}
	password, err := f.password(getenv)
	if err != nil {
		return security, certificateError{err}
	}
	if security.Certificate, err = credential.LoadCertificate(string(f.cert), string(f.key), password); err != nil {
		return security, certificateError{err}
	}
	return security, nil
}

// certificateError is a client certificate that cannot be used.
type certificateError struct{ error }

func (e certificateError) Unwrap() error { return e.error }

func (f securityFlags) password(getenv func(string) string) (credential.Password, error) {
	if f.passwordFile != "" {
		return credential.PasswordFromFile(string(f.passwordFile))
	}
	if text := getenv("SFSTORE_CERT_PASSWORD"); text != "" {
		return credential.NewPassword(text), nil
	}
	return credential.Password{}, nil
}
