package emulator

import "strings"

// isURI reports whether the gateway on Linux accepts a target: it parses the
// whole URL, query included, before it uses any of it. It accepts blanks,
// braces and everything beyond ASCII, and one "#".
func isURI(target string) bool {
	fragments := 0
	for i := 0; i < len(target); i++ {
		switch c := target[i]; {
		case c == '%':
			if i+2 >= len(target) || !isHex(target[i+1]) || !isHex(target[i+2]) {
				return false
			}
			i += 2
		case c == '#':
			if fragments++; fragments > 1 {
				return false
			}
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c >= 0x80:
		case strings.IndexByte("-._~!$&'()*+,;={}:@/? \t\r\n", c) < 0:
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
