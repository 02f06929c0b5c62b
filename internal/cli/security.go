package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// securityFlags say who the person is, and which servers to trust.
type securityFlags struct {
	cert, key, passwordFile fileName
	ca                      fileName
	thumbprints             []string
	commonNames             commonNames
	insecure                bool
	allowTLS13              bool
	tokenCommand            given
}

func (f *securityFlags) register(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.Var(&f.cert, "cert", "client certificate, in PEM with or without its key, or PFX")
	flags.Var(&f.key, "key", "its key in PEM (else the certificate's file)")
	flags.Var(&f.passwordFile, "cert-password-file", "file with the password of the key or PFX (else $SFSTORE_CERT_PASSWORD)")
	flags.Var(&f.ca, "ca", "trust servers that these authorities vouch for, a PEM file or a folder (else the system's)")
	flags.StringArrayVar(&f.thumbprints, "server-thumbprint", nil, "trust the server with the certificate of this SHA-1 or SHA-256 `thumbprint`, repeatable")
	flags.Var(&f.commonNames, "server-common-name", "trust servers with this name in their certificate, NAME or NAME=ISSUERTHUMBPRINT[,...], repeatable")
	flags.BoolVar(&f.insecure, "insecure", false, "trust any server, which is no security at all")
	flags.BoolVar(&f.allowTLS13, "allow-tls13", false, "allow TLS 1.3 with a client certificate, for clusters in exclusive authentication mode")
	flags.Var(&f.tokenCommand, "token-command", "`command` line that prints an access token, run by the shell (else the token in $SFSTORE_TOKEN)")
}

// identified says whether the person gave a certificate by hand.
func (f securityFlags) identified() bool { return f.cert != "" || f.key != "" }

// trusting says whether the person said by hand which servers to trust.
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
	if f.ca != "" {
		if security.RootCAs, err = credential.LoadAuthorities(string(f.ca)); err != nil {
			return security, err
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

// tokens is where tokens come from, nil when the person gave none.
func (a *app) tokens() (imagestore.TokenSource, error) {
	if command := a.flags.security.tokenCommand; command.given {
		c, err := credential.NewTokenCommand(command.text, a.stderr)
		if err != nil {
			return nil, fmt.Errorf("--token-command %w", err)
		}
		return c.Token, nil
	}
	text := a.getenv("SFSTORE_TOKEN")
	if text == "" {
		return nil, nil
	}
	source, err := credential.StaticToken(text)
	if err != nil {
		return nil, fmt.Errorf("SFSTORE_TOKEN %w", err)
	}
	return source, nil
}

// fileName is the name of a file. An empty one comes from a variable that is not set, and must
// not pass for none.
type fileName string

func (f *fileName) Set(text string) error {
	if text == "" {
		return errors.New("the name is empty")
	}
	*f = fileName(text)
	return nil
}

func (f *fileName) String() string { return string(*f) }
func (f *fileName) Type() string   { return "file" }

// commonNames is a flag that takes NAME or NAME=ISSUERTHUMBPRINT[,...] each time.
type commonNames []imagestore.ServerCommonName

func (n *commonNames) Set(text string) error {
	name, issuers, pinned := strings.Cut(text, "=")
	if name == "" {
		return errors.New("must be NAME or NAME=ISSUERTHUMBPRINT[,...]")
	}
	common := imagestore.ServerCommonName{Name: name}
	if pinned {
		common.IssuerThumbprints = strings.Split(issuers, ",")
	}
	*n = append(*n, common)
	return nil
}

func (n *commonNames) String() string { return "" }
func (n *commonNames) Type() string   { return "name" }
