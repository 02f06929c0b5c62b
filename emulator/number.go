package emulator

import (
	"math"
	"strconv"
	"strings"
)

// parseUnsigned reads an unsigned 64-bit number as the runtime does: with
// spaces around it, with a "+", or, if hexadecimal says so, with "0x" and no
// sign.
func parseUnsigned(text string, hexadecimal bool) (n uint64, ok bool) {
	text = strings.Trim(text, " ")
	base := 10
	if digits, signed := strings.CutPrefix(text, "+"); signed {
		text = digits
	} else if len(text) > 2 && strings.EqualFold(text[:2], "0x") {
		if !hexadecimal {
			return 0, false
		}
		text, base = text[2:], 16
	}
	n, err := strconv.ParseUint(text, base, 64)
	return n, err == nil
}

// parseSigned reads a signed 32-bit number by the same rules.
func parseSigned(text string, hexadecimal bool) (n int32, ok bool) {
	digits, negative := strings.CutPrefix(strings.Trim(text, " "), "-")
	if !negative {
		u, ok := parseUnsigned(digits, hexadecimal)
		return int32(u), ok && u <= math.MaxInt32
	}
	u, err := strconv.ParseUint(digits, 10, 64)
	return int32(-int64(u)), err == nil && u <= -math.MinInt32
}

// parseDouble reads a decimal number as the runtime does: with spaces before
// it and a sign, with or without digits on either side of its point, and with
// whatever follows it ignored, except for a second point and for an exponent,
// which has to end the text.
func parseDouble(text string) (v float64, ok bool) {
	text = strings.TrimLeft(text, " ")
	unsigned := strings.TrimLeft(text[:min(len(text), 1)], "+-") + text[min(len(text), 1):]
	if unsigned == "" {
		return 0, false
	}
	end, points := 0, 0
	for ; end < len(unsigned) && (unsigned[end] == '.' || unsigned[end] >= '0' && unsigned[end] <= '9'); end++ {
		if unsigned[end] == '.' {
			points++
		}
	}
	if points > 1 {
		return 0, false
	}
	var exponent int32
	if rest := unsigned[end:]; rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		if exponent, ok = parseSigned(rest[1:], false); !ok {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat("0"+unsigned[:end]+"e"+strconv.Itoa(int(exponent)), 64)
	if strings.HasPrefix(text, "-") {
		v = -v
	}
	return v, err == nil
}
