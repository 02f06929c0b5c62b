package credential

import (
	"fmt"
	"io"
	"os"
)

// maxFile bounds a file of certificates or keys, in bytes. A bundle of every authority that
// the systems trust has a quarter of a megabyte.
const maxFile = 8 << 20

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxFile {
		return nil, fmt.Errorf("%s: is larger than %d bytes", name, maxFile)
	}
	return content, nil
}
