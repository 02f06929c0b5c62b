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
// this module, and adds to the generated code in package gen only what the contract cannot
// say: how a content path is escaped, which api-version and timeout an operation has, and
// what an error means. It is safe for concurrent use. It never retries; package upload does,
// because only there is known what may be sent twice.
//
// # Content paths
//
// A content path is sent as given: "/" separates segments, every other byte that is not
// unreserved is percent-encoded, and a backslash goes out as %5C, because the server compares
// the path of an upload session as the raw string. Refused before anything is sent: a path
// without a name in it, the segments ".", ".." and "$", control characters, text that is not
// UTF-8, and the characters "#", "?" and "%", which gateways on Windows decode twice or cut
// the path at. [WithSingleDecoding] allows those three for a gateway that is known to decode
// once, as those on Linux do.
//
// # Answers
//
// Sizes and positions are int64, dates time.Time in UTC, ids [uuid.UUID]. An answer 204 is an
// empty result, not an error. Listings follow the server's continuation tokens to their end.
// No answer is read without a bound, and a number or a member that the contract promises and
// the answer lacks is an error rather than a zero; only a date that is missing is the zero
// time, which the server writes too for a date that is not set. A body where the image store
// sends none, such as the login page of a proxy, is an error as well.
//
// # Errors
//
// What the caller got wrong is an [*ArgumentError], and nothing was sent. Every other failure
// is a [*FabricError], whether the server said so or no answer came. It keeps operation,
// method, URL, status, code, message and request id. [errors.Is] tells its class
// ([ErrNotFound], [ErrRefused], ...), and [HasCode] is true for given codes.
//
// # Security
//
// [WithSecurity] says who the client is and which servers it trusts: the system's authorities
// unless it names others, thumbprints, or common names as Service Fabric users declare them.
// The certificate is offered to any server that asks, also after it has seen a request, as
// gateways on Windows do by renegotiation; so TLS 1.2 is the most with a certificate, unless
// [Security.AllowTLS13] is set. [WithToken] authorizes each request, over https alone.
//
// With a client certificate the first body of a connection, and else one of more than 64 KiB,
// is announced by "Expect: 100-continue" and not read before the server wants it. So a refusal
// that comes early is seen as one, at the price of a round trip. No redirect is followed, and no
// token or certificate goes anywhere but to the endpoints; nor does a token appear in an error
// or in the log, not even where a server repeats it. A server that is not trusted is a
// [*ServerCertificateError], in class [ErrRefused].
//
// With [WithEndpoints] a request goes on to the next gateway where nothing can have come of it.
// That is no retry: each gateway is asked once.
//
// All this is done by a transport of the client's own. With [WithHTTPClient] only tokens are.
//
// # Time
//
// The server may spend [WithServerTimeout] on an operation; the time to send a body does not
// count. While a body is sent, the server must take a byte within a minute or two, unless the
// connections are those of [WithHTTPClient]. Once a request is sent in whole, its answer must
// be there within the time of the server and half a minute more. The context given to a method
// ends it at any moment.
package imagestore
