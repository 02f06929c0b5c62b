package doctor

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"strings"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// imageStore reports what kind of image store the cluster has, by its manifest, and else by how
// the store responded.
func (e *examination) imageStore(ctx context.Context) bool {
	const check = "image store"
	const move = "it is a folder or an account of its own that no gateway gives access to: copy the package by Copy-ServiceFabricApplicationPackage on that machine, or set ImageStoreConnectionString to fabric:ImageStore"
	kind := e.kindByManifest(ctx)
	gone := imagestore.HasCode(e.listing, imagestore.CodeServiceDoesNotExist)
	busy := errors.Is(e.listing, imagestore.ErrTimeout) || errors.Is(e.listing, imagestore.ErrUnavailable)
	switch {
	case kind != "" && kind != "fabric":
		e.problem(check, move, "the manifest says %s:, and only fabric: can be used from here", kind)
	case gone:
		e.problem(check, move, "the cluster has no image store service, as with ImageStoreConnectionString file: on development clusters (%v)", e.listing)
	case busy:
		e.problem(check, "look at the health of fabric:/System/ImageStoreService; it may have no primary", "the store did not respond: %v", e.listing)
	case e.listing != nil && !errors.Is(e.listing, imagestore.ErrNotFound): // an empty store is not found
		e.problem(check, "", "the store cannot be listed: %v", e.listing)
	case kind == "":
		e.ok(check, "it responds, so it is fabric:, the service of the cluster; its manifest may not be read")
	default:
		e.ok(check, "fabric:, the service of the cluster")
	}
	return true
}

// kindByManifest is the scheme of ImageStoreConnectionString, empty when it is not known. What
// follows the scheme may contain the key of a storage account.
func (e *examination) kindByManifest(ctx context.Context) string {
	p, err := e.get(ctx, "/$/GetClusterManifest", "6.0")
	if err != nil || p.status != http.StatusOK {
		return ""
	}
	var wire struct{ Manifest string }
	if json.Unmarshal(p.body, &wire) != nil {
		return ""
	}
	switch kind, _, _ := strings.Cut(strings.ToLower(connectionString(wire.Manifest)), ":"); kind {
	case "fabric", "file", "xstore":
		return kind
	}
	return "" // another kind, or one that is encrypted
}

// connectionString finds the parameter of that name in the section Management.
func connectionString(manifest string) string {
	decoder := xml.NewDecoder(strings.NewReader(manifest))
	section := ""
	for {
		token, err := decoder.Token()
		if err != nil {
			return ""
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch element.Name.Local {
		case "Section":
			section = attribute(element, "Name")
		case "Parameter":
			if section == "Management" && attribute(element, "Name") == "ImageStoreConnectionString" {
				return attribute(element, "Value")
			}
		}
	}
}

func attribute(element xml.StartElement, name string) string {
	for _, a := range element.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
