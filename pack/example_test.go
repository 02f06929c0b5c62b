package pack_test

import (
	"context"
	"fmt"
	"io/fs"
	"log"
	"testing/fstest"

	"github.com/sfstore/sfstore/pack"
)

// A service has a code folder and one that no manifest names. The first becomes an archive.
func Example() {
	app := fstest.MapFS{
		"ApplicationManifest.xml": {Data: []byte(`
			<ApplicationManifest xmlns="http://schemas.microsoft.com/2011/01/fabric">
				<ServiceManifestImport><ServiceManifestRef ServiceManifestName="WebPkg"/></ServiceManifestImport>
			</ApplicationManifest>`)},
		"WebPkg/ServiceManifest.xml": {Data: []byte(`
			<ServiceManifest Name="WebPkg" xmlns="http://schemas.microsoft.com/2011/01/fabric">
				<CodePackage Name="Code" Version="1.0"/>
			</ServiceManifest>`)},
		"WebPkg/Code/web.exe":     {Data: make([]byte, 100_000)},
		"WebPkg/Code/bin/web.dll": {Data: make([]byte, 100_000)},
		"WebPkg/Notes/todo.txt":   {Data: []byte("ship it")},
	}
	p, err := pack.Compress(context.Background(), app)
	if err != nil {
		log.Fatal(err)
	}

	files, err := fs.Glob(p, "WebPkg/*")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(files)
	for _, a := range p.Report().Archives {
		fmt.Printf("%s: %d files, %d bytes, smaller: %t\n", a.Path, a.Files, a.Size, a.Packed < a.Size)
	}
	fmt.Println("removed:", p.Close() == nil)

	// Output:
	// [WebPkg/Code.zip WebPkg/Notes WebPkg/ServiceManifest.xml]
	// WebPkg/Code.zip: 2 files, 200000 bytes, smaller: true
	// removed: true
}
