package credential

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// maxFile bounds a file of certificates or keys, in bytes. A bundle of every authority that
// the systems trust has a quarter of a megabyte.
const maxFile = 8 << 20

// ReadFile reads a file that a person wrote or exported, of up to 8 MiB. It leaves out the mark
// that Windows puts before UTF-8, and refuses UTF-16, which its older shell writes.
func ReadFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(content) > maxFile:
		return nil, fmt.Errorf("%s: is larger than %d bytes", name, maxFile)
	case isUTF16(content):
		return nil, fmt.Errorf("%s: is text in UTF-16; save it as UTF-8", name)
	}
	return bytes.TrimPrefix(content, []byte("\ufeff")), nil
}

// isUTF16 tells it by its mark, or by two characters of ASCII. Nothing in DER begins so.
func isUTF16(content []byte) bool {
	if len(content) < 4 {
		return false
	}
	a, b, c, d := content[0], content[1], content[2], content[3]
	return a == 0xff && b == 0xfe || a == 0xfe && b == 0xff || a == 0 && c == 0 || b == 0 && d == 0
}
