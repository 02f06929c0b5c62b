// Package api puts the contract of the Service Fabric image store, an OpenAPI document, to
// work: it tells which operation a request is, and holds requests and responses to what the
// document says about that operation.
//
//	contract, err := api.Load()
//	if err != nil {
//		return err
//	}
//	fenced := contract.Fence(handler, func(err error) { t.Error(err) })
//
// [Contract.Fence] does so for every exchange that passes through a handler,
// [Contract.Transport] on the client's side, and [Contract.Request] and [Contract.Response]
// for one message that is at hand already. [Contract.ResponseHead] takes one whose body is not,
// and package recording does all of it for files of recorded traffic.
//
// # Routing
//
// Requests are matched by their escaped path; scheme and host do not matter. A content path
// may have several segments, written with "/" or with %2F, and segments separated by %5C. It
// may not hold a segment that is exactly "$": the first matching path of the document
// decides, and a verb that it does not have is no operation, even where plain content knows
// the verb. Otherwise DELETE /ImageStore/a/$/GetUploadSession would pass as the deletion of
// some content.
//
// # Strictness
//
// Everything that a message has and its operation does not document is a difference: query
// parameters, parameters given twice, bodies, media types, statuses. A status from 400 to 599
// counts as documented where the operation has a default response; that default covers no
// other status. Path parameters are decoded before they are looked at. Of formats, uuid is
// any layout of RFC 9562, whatever its version, and date-time is RFC 3339 to the letter. An
// integer in a string fits into 64 bits, and a Content-Range is one of its body. A
// response whose extension x-body is "optional" may come without a body, and then without a
// media type. Headers beyond the documented ones are nobody's business here.
//
// # Tolerance
//
// Members of a body that its schema does not name are no difference, because newer runtimes
// add members. Codes of a FabricError are an open set for the same reason. The bytes of
// binary bodies are never looked at, and only JSON bodies are parsed.
//
// # Differences
//
// A message that differs yields [Differences], all of them, each with its operation, its
// place and a reason of one line. A request that is no operation of the document yields
// [ErrNoOperation] instead. A test that sends bad requests on purpose tells them by
// [Difference.Side] from bad responses, which it wants to know of. Nothing here changes a
// message: no default is written into a request.
package api
