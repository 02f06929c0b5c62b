package recording_test

import (
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
)

// TestLongUploadsAreCutAnywhere reads the upload of a program as mitmproxy writes it by default: bytes
// as characters, unprintable ones as escapes, and half a surrogate pair for what is not UTF-8. Wherever
// the limit of a string falls, what follows is read. Without SFSTORE_LARGE it falls on one byte of an
// escape: TestStringsAreCutAtAnyByte tries them all, with short strings.
func TestLongUploadsAreCutAnywhere(t *testing.T) {
	t.Parallel()
	const mark = "the bytes"
	entry := har(t, chunk.entry(false), sessions.entry(false))
	entry = strings.Replace(entry, `"text":"`+chunk.body+`"`, `"text":"`+mark+`","params":[]`, 1)
	for i, unit := range []string{`\u0000`, `\udc80`} {
		bytes := strings.Repeat(unit, (9<<20)/len(unit))
		for shift := range len(unit) {
			if !isLarge && (i == 0 || shift != 3) {
				continue
			}
			report := hold(t, strings.Replace(entry, mark, strings.Repeat("x", shift)+bytes, 1))
			if want := (recording.Counts{Passed: 2}); report.Exchanges != want || report.Files[0].Error != "" {
				t.Fatalf("%d bytes before %s: %+v, %s", shift, unit, report.Exchanges, report.Files[0].Error)
			}
		}
	}
}
