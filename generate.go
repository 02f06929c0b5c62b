// Package sfstore contains the contract of the Service Fabric image store: one OpenAPI
// document, written by hand. The typed client is generated from it, and traffic is validated
// against it.
//
// The packages to import are below this one: wrapper/imagestore is the typed client,
// api validates requests and responses against the document, emulator is a local image store.
package sfstore

import _ "embed"

//go:generate go tool -modfile=tools/go.mod oapi-codegen -config oapi-codegen.yaml openapi.yaml

// Document is openapi.yaml, the contract, in the version of this module.
// It must not be changed; package api parses it.
//
//go:embed openapi.yaml
var Document []byte
