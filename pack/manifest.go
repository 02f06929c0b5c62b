package pack

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"
)

const (
	applicationManifestName = "ApplicationManifest.xml"
	serviceManifestName     = "ServiceManifest.xml"

	// largestManifest bounds what is read of a manifest. Real ones have some kilobytes.
	largestManifest = 16 << 20
)

// applicationManifest is the part of an application manifest that names services.
type applicationManifest struct {
	XMLName  xml.Name `xml:"ApplicationManifest"`
	Services []struct {
		Name string `xml:"ServiceManifestName,attr"`
	} `xml:"ServiceManifestImport>ServiceManifestRef"`
}

// serviceManifest is the part of a service manifest that names packages.
type serviceManifest struct {
	XMLName xml.Name  `xml:"ServiceManifest"`
	Code    []element `xml:"CodePackage"`
	Config  []element `xml:"ConfigPackage"`
	Data    []element `xml:"DataPackage"`
}

type element struct {
	Name string `xml:"Name,attr"`
}

// readApplication returns the names of the services of an application manifest.
func readApplication(src fs.FS, name string) ([]string, error) {
	var manifest applicationManifest
	err := readManifest(src, name, &manifest)
	var names []string
	for _, s := range manifest.Services {
		names = append(names, s.Name)
		err = errors.Join(err, checkName("ServiceManifestName", s.Name))
	}
	if err != nil {
		return nil, stepError("read", name, err)
	}
	return names, nil
}

// readService returns the names of the packages of a service manifest.
func readService(src fs.FS, name string) ([]string, error) {
	var manifest serviceManifest
	err := readManifest(src, name, &manifest)
	var names []string
	for i, kind := range [][]element{manifest.Code, manifest.Config, manifest.Data} {
		for _, e := range kind {
			names = append(names, e.Name)
			err = errors.Join(err, checkName([]string{"CodePackage", "ConfigPackage", "DataPackage"}[i], e.Name))
		}
	}
	if err != nil {
		return nil, stepError("read", name, err)
	}
	return names, nil
}

func readManifest(src fs.FS, name string, manifest any) error {
	f, err := open(src, name)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largestManifest+1))
	switch {
	case err != nil:
		return bare(err)
	case len(data) > largestManifest:
		return fmt.Errorf("is larger than the %d bytes that a manifest may have", largestManifest)
	}
	return parseManifest(data, manifest)
}

// parseManifest parses a whole document, not only the root element.
func parseManifest(data []byte, manifest any) error {
	text, err := toUTF8(data)
	if err != nil {
		return err
	}
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = acceptEncoding
	if err := decoder.Decode(manifest); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("has no XML element")
		}
		return err
	}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			return fmt.Errorf("has a second root element <%s>", token.Name.Local)
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				return errors.New("has text after its root element")
			}
		}
	}
}

// checkName rejects names that are not the name of a folder directly in a folder.
func checkName(kind, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("a %s without a name", kind)
	case name == "." || name == ".." || strings.ContainsAny(name, `/\:`) || strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("the %s %q is not the name of a folder", kind, name)
	}
	return nil
}
