package sfstore_test

import (
	"bytes"
	"fmt"

	"github.com/sfstore/sfstore"
)

// The document comes with the module, for generators and validators of your own.
func Example() {
	for line := range bytes.Lines(sfstore.Document) {
		if bytes.HasPrefix(line, []byte("openapi:")) {
			fmt.Printf("%s", line)
		}
	}
	// Output:
	// openapi: 3.0.3
}
