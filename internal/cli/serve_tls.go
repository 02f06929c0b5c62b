package cli

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

// serveTLS are the files for HTTPS in the local store.
type serveTLS struct{ cert, key, clientCA string }

func (f *serveTLS) register(c *cobra.Command) {
	c.Flags().StringVar(&f.cert, "tls-cert", "", "use HTTPS, with the certificate chain of this PEM file")
	c.Flags().StringVar(&f.key, "tls-key", "", "PEM file with its key (else the certificate's file)")
	c.Flags().StringVar(&f.clientCA, "client-ca", "", "reject clients without a certificate issued by an authority of this PEM file, with 403")
}

// load reads the files. Without a certificate it returns nothing.
func (f *serveTLS) load() (*tls.Config, *x509.CertPool, error) {
	if f.cert == "" {
		if f.key != "" || f.clientCA != "" {
			return nil, nil, errors.New("--tls-key and --client-ca need --tls-cert")
		}
		return nil, nil, nil
	}
	certificate, err := tls.LoadX509KeyPair(f.cert, cmp.Or(f.key, f.cert))
	if err != nil {
		return nil, nil, fmt.Errorf("--tls-cert %s: %w", f.cert, err)
	}
	// Only HTTP/1.1, like gateways.
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
	if f.clientCA == "" {
		return config, nil, nil
	}
	text, err := os.ReadFile(f.clientCA)
	if err != nil {
		return nil, nil, fmt.Errorf("--client-ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, nil, fmt.Errorf("--client-ca %s: has no certificate in PEM", f.clientCA)
	}
	// Requested and not required: a client without one gets a 403 instead of a failed handshake.
	config.ClientAuth = tls.RequestClientCert
	return config, pool, nil
}
