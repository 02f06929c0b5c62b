// Package sfstore holds the contract of the Service Fabric image store: one OpenAPI
// document, written by hand, from which the typed client is generated and against which
// traffic is validated.
//
// The packages to import are below this one: wrapper/imagestore is the typed client,
// api holds requests and responses to the document, emulator is a local image store.
package sfstore

import _ "embed"

//go:generate go tool -modfile=tools/go.mod oapi-codegen -config oapi-codegen.yaml openapi.yaml

// Document is openapi.yaml, the contract, as it was when this module was built.
// It must not be changed; package api parses it.
//
//go:embed openapi.yaml
var Document []byte
