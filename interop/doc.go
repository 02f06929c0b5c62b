// Package interop has no code of its own: its tests drive the local image store with clients
// that others wrote, unchanged, and hold all their traffic to the contract. What a client is
// known to send against the contract is listed beside its test, with the reason.
//
// The clients have to be installed before the tests run: `make interop` does both.
package interop
