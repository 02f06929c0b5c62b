package pack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// toUTF8 decodes UTF-16, recognized by its byte order mark or by the "<" that it begins with.
// Anything else is returned unchanged; in UTF-8 the mark is text that encoding/xml skips.
func toUTF8(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return fromUTF16(data[2:], binary.BigEndian)
	case bytes.HasPrefix(data, []byte{'<', 0}):
		return fromUTF16(data, binary.LittleEndian)
	case bytes.HasPrefix(data, []byte{0, '<'}):
		return fromUTF16(data, binary.BigEndian)
	}
	return data, nil
}

func fromUTF16(data []byte, order binary.ByteOrder) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, errors.New("ends in the middle of a UTF-16 character")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units))), nil
}

// acceptEncoding is called for documents that declare another encoding than UTF-8.
func acceptEncoding(label string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-16", "utf-16le", "utf-16be": // decoded already
		return input, nil
	case "us-ascii", "ascii":
		return input, nil
	}
	return nil, fmt.Errorf("manifests are read as UTF-8 or UTF-16, not as %s", label)
}
