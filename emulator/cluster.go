package emulator

import (
	"fmt"
	"net/http"
	"slices"
)

// page is a response outside the image store: the few that clients ask for
// before they use it.
type page struct {
	verb      string
	segments  []string
	versioned bool // requires an api-version
	anonymous bool // requires no client certificate
	render    func(*Store) response
}

var pages = []page{
	{http.MethodGet, nil, false, false, (*Store).welcome},
	{http.MethodGet, []string{"$", "GetClusterManifest"}, true, false, (*Store).clusterManifest},
	{http.MethodGet, []string{"$", "GetClusterVersion"}, true, false, (*Store).clusterVersion},
	{http.MethodGet, []string{"$", "GetAadMetadata"}, true, true, (*Store).aadMetadata},
}

func findPage(verb string, segments []string) *page {
	i := slices.IndexFunc(pages, func(p page) bool {
		return p.verb == verb && slices.Equal(p.segments, segments)
	})
	if i < 0 {
		return nil
	}
	return &pages[i]
}

func (s *Store) welcome() response {
	const html = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>sfstore</title></head>
<body><h1>sfstore</h1>
<p>This is a local Service Fabric image store (%s behaviour, runtime %s). It has no cluster behind it.</p>
<p>Its content is at <a href="/ImageStore?api-version=6.0">/ImageStore?api-version=6.0</a>.</p>
</body></html>
`
	return response{
		status:      http.StatusOK,
		contentType: "text/html; charset=utf-8",
		body:        fmt.Appendf(nil, html, s.platform, s.runtimeVersion),
	}
}

func (s *Store) clusterManifest() response {
	const xml = `<?xml version="1.0" encoding="utf-8"?>
<ClusterManifest xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" Name="sfstore" Version="1.0" Description="A local image store" xmlns="http://schemas.microsoft.com/2011/01/fabric">
  <FabricSettings>
    <Section Name="Management">
      <Parameter Name="ImageStoreConnectionString" Value="fabric:ImageStore" />
    </Section>
  </FabricSettings>
</ClusterManifest>`
	return jsonResponse(http.StatusOK, struct{ Manifest string }{xml})
}

func (s *Store) clusterVersion() response {
	return jsonResponse(http.StatusOK, struct{ Version string }{s.runtimeVersion})
}

// aadMetadata is that of a cluster without Microsoft Entra ID.
func (s *Store) aadMetadata() response {
	return jsonResponse(http.StatusOK, struct {
		Type     string   `json:"type"`
		Metadata struct{} `json:"metadata"`
	}{})
}
