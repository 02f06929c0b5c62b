package doctor

import (
	"crypto/x509"
	"time"

	"github.com/sfstore/sfstore/internal/transport"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// verify says whether a server is trusted, by the very rules of the client.
func verify(s imagestore.Security, host string, chain []*x509.Certificate) error {
	return transport.VerifyServer(rules(s), host, chain, time.Now())
}

// rules is the client's security as the package below has it.
func rules(s imagestore.Security) transport.Security {
	names := make([]transport.ServerCommonName, len(s.ServerCommonNames))
	for i, name := range s.ServerCommonNames {
		names[i] = transport.ServerCommonName(name)
	}
	return transport.Security{
		Certificate: s.Certificate, RootCAs: s.RootCAs,
		ServerThumbprints: s.ServerThumbprints, ServerCommonNames: names,
		Insecure: s.Insecure, AllowTLS13: s.AllowTLS13,
	}
}
