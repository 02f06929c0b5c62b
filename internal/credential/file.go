package credential

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxFile bounds a file of certificates or keys, in bytes. A bundle of all authorities of a system
// has a quarter of a megabyte.
const maxFile = 8 << 20

// ReadFile reads a file that a person wrote or exported, of up to 8 MiB. It removes the byte order
// mark of UTF-8, and returns an error for UTF-16, which Windows PowerShell writes.
func ReadFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, cannotOpen(err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, cannotOpen(err)
	case len(content) > maxFile:
		return nil, fmt.Errorf("%s: is larger than %d bytes", name, maxFile)
	case isUTF16(content):
		return nil, fmt.Errorf("%s: is text in UTF-16; save it as UTF-8", name)
	}
	return bytes.TrimPrefix(content, []byte("\ufeff")), nil
}

// cannotOpen removes the operation of an error, which is a function of the system, such as
// GetFileAttributesEx.
func cannotOpen(err error) error {
	if named, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("cannot open %s: %w", named.Path, named.Err)
	}
	return err
}

// isUTF16 recognizes UTF-16 by its mark, or by two ASCII characters. DER never begins like that.
func isUTF16(content []byte) bool {
	if len(content) < 4 {
		return false
	}
	a, b, c, d := content[0], content[1], content[2], content[3]
	return a == 0xff && b == 0xfe || a == 0xfe && b == 0xff || a == 0 && c == 0 || b == 0 && d == 0
}
