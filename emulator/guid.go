package emulator

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
)

// zeroGUID counts as a missing id.
const zeroGUID = "00000000-0000-0000-0000-000000000000"

// parseGUID reads a GUID, 36 characters without braces, in either case.
func parseGUID(text string) (guid string, ok bool) {
	if len(text) != 36 {
		return "", false
	}
	id := []byte(text)
	for i, c := range id {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return "", false
			}
		case c >= 'A' && c <= 'F':
			id[i] = c + 'a' - 'A'
		case c >= 'a' && c <= 'f', c >= '0' && c <= '9':
		default:
			return "", false
		}
	}
	return string(id), true
}

// newGUID is a random GUID.
func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	digits := hex.EncodeToString(b[:])
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

// inMemory is a GUID in the order of its bytes in memory, where the first three
// groups are little-endian numbers. The runtime sorts GUIDs in this order.
func inMemory(guid string) string {
	var b []byte
	for i, group := range [][2]int{{0, 8}, {9, 13}, {14, 18}, {19, 23}, {24, 36}} {
		part, _ := hex.DecodeString(guid[group[0]:group[1]])
		if i < 3 {
			slices.Reverse(part)
		}
		b = append(b, part...)
	}
	return string(b)
}
