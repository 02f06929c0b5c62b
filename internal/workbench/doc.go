// Package workbench lets people and tests control a local image store and see what happens in it.
//
//	bench := workbench.New(store, workbench.Options{Contract: contract})
//	defer bench.Close()
//	http.Serve(listener, bench)
//
// It serves the store, and two more things:
//
//   - the control API, below [Prefix], described by control.yaml, which it serves too;
//   - a page at / for requests that accept text/html.
//
// # Access
//
// Both are only for this machine: other machines get 403, and the store's own response at /. A
// request that changes something needs the header [Header], which a form of a web page cannot send;
// a script of another site would need permission by CORS, which it does not get. The caller rejects
// requests with internal/webguard before they get here.
//
// # The contract
//
// Each request of the image store and its response are validated against the contract, except for
// the bytes of uploads. The last thousand requests are kept, and the first thousand differences.
package workbench
