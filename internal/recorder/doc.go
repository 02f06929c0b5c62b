// Package recorder is a proxy between clients and the gateway of a cluster. It forwards requests
// and responses, validates them against the contract, and records them without secrets.
//
// # What is forwarded
//
// Requests and responses are forwarded with their targets as they are spelled, all their headers,
// and their bodies as they arrive; so are interim responses, upgrades and trailers. The header Host
// names the upstream, as it does without a proxy. [net/http] reads and writes on both sides, so
// header names are in its canonical form, except those whose case gateways on Windows compare; the
// framing of bodies and the phrases of statuses are those of net/http too; and anything but HTTP/1
// is rejected. Each client connection has its own connections to the upstream, because a gateway
// may identify the client by the connection. If a response is missing or ends early, the client's
// connection is closed.
//
// # What is recorded
//
// Exchanges are recorded in the order in which they end, with their headers, sizes and times.
// JSON bodies of the image store are recorded up to MaxBody. Of other bodies, such as uploads, the
// size is recorded, and the digest if the operation is the image store's. Memory does not grow with
// the size of a body: bodies above 8 MiB, or above MaxBody if that is more, are not validated.
// Traffic after an upgrade to another protocol is not recorded.
//
// # What is not recorded
//
// The word REDACTED replaces everything that is neither in the contract nor listed as harmless
// here; docs/recordings.md has the rules. Redaction never makes a valid exchange invalid.
package recorder
