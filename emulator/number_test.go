package emulator

import (
	"fmt"
	"testing"
)

func TestNumbers(t *testing.T) {
	const none = "none"
	of := func(n any, ok bool) string {
		if !ok {
			return none
		}
		return fmt.Sprint(n)
	}
	for _, row := range []struct{ text, unsigned, signed, double string }{
		{"7", "7", "7", "7"},
		{" +7 ", "7", "7", "7"},
		{"-7", none, "-7", "-7"},
		{"-0", none, "0", "-0"},
		{"--7", none, none, "-0"},
		{"+-7", none, none, "0"},
		{"0x1F", "31", "31", "0"},
		{"+0x1F", none, none, "0"},
		{"-0x1F", none, none, "-0"},
		{"0x", none, none, "0"},
		{"", none, none, none},
		{"+", none, none, none},
		{"7 7", none, none, "7"},
		{"1_0", none, none, "1"},
		{"2147483647", "2147483647", "2147483647", "2.147483647e+09"},
		{"2147483648", "2147483648", none, "2.147483648e+09"},
		{"-2147483648", none, "-2147483648", "-2.147483648e+09"},
		{"-2147483649", none, none, "-2.147483649e+09"},
		{"18446744073709551616", none, none, "1.8446744073709552e+19"},
		{".5", none, none, "0.5"},
		{"5.", none, none, "5"},
		{"6.10", none, none, "6.1"},
		{"1.2.3", none, none, none},
		{"6e1", none, none, "60"},
		{"6e", none, none, none},
		{"6e1x", none, none, none},
		{"6x1e", none, none, "6"},
		{"1e400", none, none, none},
	} {
		unsigned := of(parseUnsigned(row.text, true))
		signed := of(parseSigned(row.text, true))
		double := of(parseDouble(row.text))
		if unsigned != row.unsigned || signed != row.signed || double != row.double {
			t.Errorf("%q: got %s, %s and %s, want %s, %s and %s", row.text, unsigned, signed, double, row.unsigned, row.signed, row.double)
		}
	}
}
