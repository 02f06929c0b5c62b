// Package imagestore is a typed client of the Service Fabric image store.
//
//	client, err := imagestore.New("http://localhost:19080")
//	if err != nil {
//		return err
//	}
//	sessions, err := client.UploadSessionsByPath(ctx, `SwaggerTest\Common.dll`)
//	for _, s := range sessions {
//		fmt.Printf("%s: %d of %d bytes to go\n", s.ID, s.Remaining(), s.Size)
//	}
//
// A [Client] has one method for each operation of the contract, openapi.yaml at the root of
// this module. It adds to the generated code in package gen only what the contract cannot
// express: which content paths are valid, which api-version and timeout an operation has, and
// what an error means. It is safe for concurrent use. It does not retry unless [WithReadRetries]
// is given; package upload retries, because it knows what may be sent twice.
//
// # Content paths
//
// A content path is sent as given: "/" separates segments, every other byte that is not
// unreserved is percent-encoded, and a backslash is sent as %5C, because the server compares
// the path of an upload session as the raw string. These are rejected before anything is sent: a
// path without a name, the segments ".", ".." and "$", control characters, text that is not
// UTF-8, a blank (U+0020) at either end, which the server drops, and the characters "#", "?" and
// "%", at which gateways on Windows truncate the path or which they decode twice.
// [WithReservedCharacters] allows these three for a gateway that is known to decode once, as
// gateways on Linux do.
//
// # Responses
//
// Sizes and positions are int64, dates time.Time in UTC, ids [uuid.UUID]. A response 204 is an
// empty result, not an error. Listings follow the server's continuation tokens to their end.
// Responses are read up to 64 MiB, or 64 KiB of an error. If the response lacks a number or a
// member that the contract requires, that is an error and not a zero; only a missing date is the
// zero time, which the server also writes for a date that is not set. An unexpected body, such as
// the login page of a proxy, is an error too.
//
// # Errors
//
// An argument that cannot be used is an [*ArgumentError], and nothing was sent. Every other failure
// of a method is a [*FabricError], whether the server reported it or did not respond. It has the
// operation, method, URL, status, code, message and request id. [errors.Is] finds its class
// ([ErrNotFound], [ErrRefused], ...), and [HasCode] its code.
//
// # Security
//
// [WithSecurity] sets the client's certificate and which servers it trusts: by the system's or
// other authorities, by thumbprints, or by common names as Service Fabric users declare them.
// The certificate is sent to any trusted server that requests it, also after the head of a
// request, as gateways on Windows do by renegotiation. So a client with a certificate uses at most
// TLS 1.2, unless [Security.AllowTLS13] is set. [WithToken] authorizes each request, only over
// https.
//
// With a client certificate, the first body of a connection is announced by "Expect: 100-continue"
// and not read before the server requests it; without one, every body above 64 KiB is. So an early
// refusal is reported as one, at the cost of a round trip. Redirects are not followed, and tokens
// and certificates are sent only to the endpoints. Tokens do not appear in errors or in the
// log, even if a server repeats them. A server that is not trusted is a
// [*ServerCertificateError], of class [ErrRefused].
//
// With [WithEndpoints], a request that cannot have been carried out is sent to the next gateway,
// once to each.
//
// All this is done by the client's own transport. With [WithHTTPClient], only tokens are added.
//
// # Time
//
// The server may spend [WithServerTimeout] on an operation; the time to send a body does not
// count. While a body is sent, the server must accept a byte every minute or two, unless the
// connections are those of [WithHTTPClient]. When the whole request is sent, the response must
// arrive within the server's timeout plus 30 seconds. Cancelling the context ends a method at any
// moment.
//
// Package net/http logs unsolicited data of a server with the standard logger of package log, and
// that may contain the client's token. A program whose logs are not secret should redirect
// that logger with [log.SetOutput], as the command sfstore does.
package imagestore
