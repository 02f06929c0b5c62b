// Package api validates requests and responses against the contract of the Service Fabric image
// store, an OpenAPI document. It finds the operation of a request, and compares the messages with
// what the document says about that operation.
//
//	contract, err := api.Load()
//	if err != nil {
//		return err
//	}
//	checked := contract.Middleware(handler, func(err error) { t.Error(err) })
//
// [Contract.Middleware] validates every exchange that passes through a handler, and
// [Contract.Transport] does it on the client's side. [Contract.Request] and [Contract.Response]
// validate one message; [Contract.ResponseHead] needs no body. Package recording validates files
// of recorded traffic.
//
// [Contract.Operations], [Contract.Members], [Contract.ExampleRequest] and [Contract.Examples]
// return what the document says, for tests and tools that would otherwise copy it by hand.
//
// # Routing
//
// Requests are matched by their escaped path; scheme and host do not matter. A content path
// may have several segments, separated by "/", %2F or %5C. It may not contain a segment that
// is exactly "$". The first matching path of the document decides; a verb that it does not have
// is not an operation, even if plain content has the verb. Otherwise
// DELETE /ImageStore/a/$/GetUploadSession would pass as the deletion of some content.
//
// # Strictness
//
// Everything undocumented in a message is a difference: query parameters, parameters that are
// given twice, bodies, media types, statuses. A status from 400 to 599 counts as documented if
// the operation has a default response, which covers no other status. Path parameters are
// validated in their decoded form. The format uuid is the layout of RFC 9562 in any version, and
// date-time is exactly RFC 3339. String-encoded integers must fit in 64 bits, and a Content-Range
// must match the length of its body. A response whose extension x-body is "optional" may have no
// body, and then no media type; one whose x-body is "rare" has none documented and may have that of
// the default response. Undocumented headers are ignored.
//
// # Tolerance
//
// Members of a body that its schema does not name are not differences, because newer runtimes
// add members. Codes of a FabricError are an open set for the same reason. The bytes of
// binary bodies are not validated, and only JSON bodies are parsed.
//
// # Differences
//
// A message that differs yields [Differences]: all of them, each with its operation, its
// place and a reason of one line. A request that is not an operation of the document yields
// [ErrNoOperation] instead. A test that sends invalid requests on purpose can distinguish them
// from invalid responses by [Difference.Side]. Messages are never changed: defaults are not
// written into a request.
package api
