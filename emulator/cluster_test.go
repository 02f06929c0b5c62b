package emulator

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
)

func TestResponsesOutsideTheImageStore(t *testing.T) {
	for _, row := range []struct{ name, verb, target, want string }{
		{"the page at the root", "GET", "/", "200"},
		{"the root has nothing else", "PUT", "/", "400 E_INVALIDARG"},
		{"the version", "GET", "/$/GetClusterVersion?api-version=6.4", "200"},
		{"the version wants an api-version", "GET", "/$/GetClusterVersion", "400 E_INVALIDARG"},
		{"the manifest", "GET", "/$/GetClusterManifest?api-version=1.0", "200"},
		{"the manifest wants an api-version", "GET", "/$/GetClusterManifest?api-version=99", "400 E_INVALIDARG"},
		{"the metadata of a directory", "GET", "/$/GetAadMetadata?api-version=1.0", "200"},
		{"the metadata want an api-version", "GET", "/$/GetAadMetadata", "400 E_INVALIDARG"},
		{"nothing else", "GET", "/$/GetClusterHealth?api-version=6.0", "400 E_INVALIDARG"},
	} {
		for _, p := range []Platform{Windows, Linux} {
			b := newBench(t, WithPlatform(p))
			if r := b.do(row.verb, row.target, ""); r.String() != row.want {
				t.Errorf("%v: %s: got %q, want %q", p, row.name, r, row.want)
			}
		}
	}
}

func TestClusterResponsesAreWhatClientsRead(t *testing.T) {
	b := newBench(t, WithRuntimeVersion("9.1.1436.9590"))
	if r := b.do("GET", "/", ""); !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") || !strings.Contains(string(r.body), "local Service Fabric image store") {
		t.Errorf("%v %s", r.header, r.body)
	}
	if r := b.do("GET", "/$/GetClusterVersion?api-version=6.4", ""); string(r.body) != `{"Version":"9.1.1436.9590"}` {
		t.Errorf("%s", r.body)
	}
	if r := b.do("GET", "/$/GetAadMetadata?api-version=1.0", ""); string(r.body) != `{"type":"","metadata":{}}` {
		t.Errorf("%s", r.body)
	}
	var envelope struct{ Manifest string }
	r := b.do("GET", "/$/GetClusterManifest?api-version=6.0", "")
	if err := json.Unmarshal(r.body, &envelope); err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Sections []struct {
			Name       string `xml:",attr"`
			Parameters []struct {
				Name  string `xml:",attr"`
				Value string `xml:",attr"`
			} `xml:"Parameter"`
		} `xml:"FabricSettings>Section"`
	}
	if err := xml.Unmarshal([]byte(envelope.Manifest), &manifest); err != nil {
		t.Fatal(err)
	}
	if s := manifest.Sections; len(s) != 1 || s[0].Name != "Management" ||
		s[0].Parameters[0].Name != "ImageStoreConnectionString" || s[0].Parameters[0].Value != "fabric:ImageStore" {
		t.Errorf("%+v", manifest)
	}
}
