package sfstore_test

import (
	"bytes"
	"fmt"

	"github.com/sfstore/sfstore"
)

// The document comes with the module, for generators and validators of your own.
func Example() {
	version, _, _ := bytes.Cut(sfstore.Document[bytes.Index(sfstore.Document, []byte("openapi:")):], []byte("\n"))
	fmt.Printf("%s\n", version)
	// Output:
	// openapi: 3.0.3
}
