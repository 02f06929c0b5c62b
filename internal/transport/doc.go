// Package transport carries requests to the gateways of Service Fabric clusters.
//
//	t, err := transport.New(transport.Security{ServerThumbprints: []string{"0a1b..."}})
//	if err != nil {
//		return err
//	}
//	rsp, err := t.RoundTrip(request)
//
// It is what package imagestore sends with. [VerifyServer], [ClientConfig] and [ServerError]
// stand alone, for a program that looks at a connection step by step.
//
// # Which servers are trusted
//
// The rules are those by which Service Fabric itself knows a server:
//
//   - By thumbprint, the server's own certificate counts and nothing above it: who issued it
//     and what for does not matter. It must not have expired.
//   - By common name, the subject's common name or one of the DNS names must be the one that
//     was declared, in any case; "*.example.org" in the certificate covers one label. The chain
//     must be complete, in its time, for server authentication, and end at an authority that
//     the system trusts, or RootCAs where it is given. With thumbprints of issuers, the direct
//     issuer must have one of them, and nothing needs to be known above it; a certificate that
//     signs itself is its own issuer. The issuer's certificate must be sent by the server, or be
//     among RootCAs or the system's: servers below a root often send their own alone.
//   - One declaration that holds is enough. The host of the URL does not matter then, because
//     gateways are reached by addresses and by names of load balancers.
//   - With neither, the usual check applies: the chain must end at a trusted authority and the
//     certificate must have the name of the URL's host.
//
// Revocation is not checked. An expired certificate is never accepted; Service Fabric can be
// told to, between nodes. Insecure accepts everything.
//
// # The client's certificate
//
// It is offered whenever a server asks, whatever authorities the server names, also without
// the usage for client authentication. Gateways on Windows ask after they have seen the head of
// a request, by renegotiation, which may happen once on a connection and needs TLS 1.2. A body
// that is on its way at that moment makes them fail, so bodies wait.
//
// # Bodies that wait
//
// With a client certificate the first body of each connection, and else a body of more than 64
// KiB, is announced by "Expect: 100-continue" and not read before the server says that it wants
// it. So an early
// refusal arrives as such, and a body that was not wanted can go to another gateway. After ten
// seconds of silence, or an answer 417, it is sent nevertheless. Where one body was accepted so,
// or two with a client certificate, those of the next five minutes do not wait at that gateway.
// Nothing else is sent to a new connection first: a request without a body would have the same
// effect as the announcement, and costs more.
//
// # Several gateways
//
// [Gateways] says when a request goes on to the next one, also past one that is not trusted.
package transport
