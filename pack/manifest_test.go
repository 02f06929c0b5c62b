package pack

import (
	"encoding/binary"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestManifestsAreRead(t *testing.T) {
	mixed := `<ServiceManifest Name="S"><CodePackage Name="A"/><DataPackage Name="D"/>` +
		`<CodePackage Name="B"/><Resources><CodePackage Name="deeper"/></Resources><ConfigPackage Name="C"/></ServiceManifest>`
	bomb := `<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>` +
		`<ServiceManifest><CodePackage Name="`
	for _, tt := range []struct {
		name, manifest string
		want           []string
		err            string
	}{
		{"code, config and data packages, at their own place only", mixed, []string{"A", "B", "C", "D"}, ""},
		{"with the namespace as a prefix", `<f:ServiceManifest xmlns:f="fabric"><f:CodePackage Name="A"/></f:ServiceManifest>`, []string{"A"}, ""},
		{"without packages", `<ServiceManifest/>`, nil, ""},
		{"in UTF-8 with a mark", "\xEF\xBB\xBF" + service("Größe"), []string{"Größe"}, ""},
		{"in UTF-8 with a mark and a declaration", "\xEF\xBB\xBF" + declared("UTF-8") + service("Größe"), []string{"Größe"}, ""},
		{"in UTF-16, little end first", wide(binary.LittleEndian, "\uFEFF"+declared("utf-16")+service("Größe")), []string{"Größe"}, ""},
		{"in UTF-16, big end first", wide(binary.BigEndian, "\uFEFF"+declared("UTF-16")+service("Größe")), []string{"Größe"}, ""},
		{"in UTF-16 without a mark", wide(binary.LittleEndian, service("Größe")), []string{"Größe"}, ""},
		{"in UTF-16 without a mark, big end first", wide(binary.BigEndian, service("Größe")), []string{"Größe"}, ""},
		{"declared to be ASCII", declared("us-ascii") + service("A"), []string{"A"}, ""},
		{"with a document type that nothing uses", bomb + `A"/></ServiceManifest>`, []string{"A"}, ""},
		{"with comments around", "<!-- a -->" + service("A") + "<!-- b -->\n", []string{"A"}, ""},

		{"cut in UTF-16", wide(binary.LittleEndian, "\uFEFF"+service("A")) + "x", nil, "ends in the middle of a UTF-16 character"},
		{"in another encoding", declared("windows-1252") + service("A"), nil, "not as windows-1252"},
		{"with a document type that a name uses", bomb + `&b;"/></ServiceManifest>`, nil, "invalid character entity &b;"},
		{"of another kind", application("A"), nil, "expected element type <ServiceManifest>"},
		{"empty", "", nil, "has no XML element"},
		{"cut off", strings.TrimSuffix(service("A"), "</ServiceManifest>\n"), nil, "unexpected EOF"},
		{"not XML", "MZ\x00\x01", nil, "illegal character"},
		{"with a second root", service("A") + service("B"), nil, "a second root element <ServiceManifest>"},
		{"with text after the root", service("A") + "rest", nil, "text after its root element"},
		{"with something broken after the root", service("A") + "<", nil, "XML syntax error"},
		{"nested without end", strings.Repeat("<ServiceManifest>", 20_000), nil, "unexpected EOF"},
		{"larger than any", service("A") + strings.Repeat(" ", largestManifest), nil, "is larger than the 16777216 bytes"},

		{"a package without a name", `<ServiceManifest><ConfigPackage/></ServiceManifest>`, nil, "a ConfigPackage without a name"},
		{"a name that leads up", service(".."), nil, `the CodePackage ".." is not the name of a folder`},
		{"a name that stays", service("."), nil, `"." is not the name of a folder`},
		{"a name that leads up later", service("a/../../b"), nil, `"a/../../b" is not the name of a folder`},
		{"an absolute name", service("/etc"), nil, `"/etc" is not the name of a folder`},
		{"a name with the separator of Windows", `<ServiceManifest><CodePackage Name="..\x"/></ServiceManifest>`, nil, `is not the name of a folder`},
		{"a name with a drive", service("C:"), nil, `"C:" is not the name of a folder`},
		{"a name with a line end", `<ServiceManifest><DataPackage Name="a&#10;b"/></ServiceManifest>`, nil, `the DataPackage "a\nb" is not`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := fstest.MapFS{"S/ServiceManifest.xml": {Data: []byte(tt.manifest)}}
			got, err := readService(src, "S/ServiceManifest.xml")
			expectError(t, err, tt.err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnApplicationManifestNamesItsServices(t *testing.T) {
	src := fstest.MapFS{"m.xml": {Data: []byte(application("A", "B"))}, "bad.xml": {Data: []byte(application("A", "../B"))}}
	got, err := readApplication(src, "m.xml")
	expectError(t, err, "")
	if diff := cmp.Diff([]string{"A", "B"}, got); diff != "" {
		t.Error(diff)
	}
	_, err = readApplication(src, "bad.xml")
	expectError(t, err, `read "bad.xml": the ServiceManifestName "../B" is not the name of a folder`)
}

func declared(encoding string) string {
	return `<?xml version="1.0" encoding="` + encoding + `"?>`
}

// wide encodes a text as UTF-16.
func wide(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// expectError expects a part of an error's text; "" means no error.
func expectError(t testing.TB, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Fatal(err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Fatalf("the error is %v, and should say %s", err, want)
	}
}
