// Package transport carries requests to the gateways of Service Fabric clusters.
//
//	t, err := transport.New(transport.Security{ServerThumbprints: []string{"0a1b..."}})
//	if err != nil {
//		return err
//	}
//	rsp, err := t.RoundTrip(request)
//
// Only package imagestore imports it. [VerifyServer] and [ClientConfig] can be used alone, by a
// program that examines a connection step by step.
//
// # Which servers are trusted
//
// The rules are those of Service Fabric itself:
//
//   - By thumbprint, only the server's own certificate is compared: its issuer and its usage are
//     ignored. It must not have expired.
//   - By common name, the subject's common name or one of the DNS names must be the one that
//     was declared, in any case; "*.example.org" in the certificate covers one label. The chain
//     must be complete, valid now, for server authentication, and end at an authority of RootCAs,
//     or of the system if RootCAs is nil. With thumbprints of issuers, the direct issuer must have
//     one of them, and certificates above it are not needed; a self-signed certificate is its own
//     issuer. The issuer's certificate must be sent by the server, or be among RootCAs or the
//     system's: servers directly below a root often send only their own.
//   - One declaration that matches is enough. The host of the URL is not compared then, because
//     gateways are reached by addresses and by names of load balancers.
//   - With neither, the usual check applies: the chain must end at a trusted authority and the
//     certificate must have the name of the URL's host.
//
// Revocation is not checked. An expired certificate is never accepted; Service Fabric can be
// configured to accept one between nodes. Insecure accepts everything.
//
// # The client's certificate
//
// It is sent whenever a trusted server requests one, whatever authorities the server names, also
// without the usage for client authentication. Gateways on Windows request it after the head of
// a request, by renegotiation, which may happen once on a connection and needs TLS 1.2. A body
// that is being sent at that moment makes them fail, so bodies wait.
//
// # Bodies that wait
//
// With a client certificate, the first body of each connection is announced by "Expect:
// 100-continue" and not read before the server requests it; without one, every body above 64 KiB
// is. So an early refusal is seen, and a refused body can be sent to another gateway. After ten
// seconds of silence, or a response 417, the body is sent anyway. If one such body was accepted,
// or two with a client certificate, bodies of the next five minutes do not wait at that gateway.
// A request without a body on each new connection would have the same effect, and costs more.
//
// # Several gateways
//
// [Gateways] says when a request is sent to the next one, also past one that is not trusted.
package transport
