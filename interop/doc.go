// Package interop has no code of its own. Its tests drive the local image store with unchanged clients
// of other people, and validate all their traffic against the contract. Known differences of a client
// are listed beside its test, with the reason.
//
// The clients must be installed before the tests run: `make interop` does both.
package interop
