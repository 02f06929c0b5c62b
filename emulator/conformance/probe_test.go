package conformance

import (
	"regexp"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// TestProbesOfTheLocalStore expects the responses that follow from the source.
func TestProbesOfTheLocalStore(t *testing.T) {
	t.Parallel()
	for p, expected := range map[emulator.Platform]map[string]string{
		emulator.Windows: {
			"copy from a source with slashes":     "404 FABRIC_E_FILE_NOT_FOUND",
			"overwrite Code.zip as CODE.zip":      "Code.zip 2",
			"%23 in a name: a%23b":                "200; listed: a 1",
			"an upload session that is not there": "204, and its deletion 404 NotFound",
		},
		emulator.Linux: {
			"copy from a source with slashes":     "200",
			"overwrite Code.zip as CODE.zip":      `(Code|CODE)\.zip [12]`,
			"%23 in a name: a%23b":                "200; listed: a#b 1",
			"an upload session that is not there": "400 E_INVALIDARG, and its deletion 400 E_INVALIDARG",
		},
	} {
		expected["copy from a source with backslashes"] = "200"
		expected["api-version=6.0.0"] = "400 E_INVALIDARG"
		expected["two PUTs of one path at the same time"] = "200 and 200"
		expected["versions of two PUTs of one path (data loss, configuration, number)"] = `\d+ \d+ \d+, then \d+ \d+ \d+`
		t.Run(p.String(), func(t *testing.T) {
			r := onLocal(t, newStore(t, emulator.WithPlatform(p)), p)
			for _, probe := range probes() {
				o, err := r.observeOne(t.Context(), probe)
				if err != nil {
					t.Fatal(err)
				}
				pattern, ok := expected[o.Question]
				delete(expected, o.Question)
				if ok && !regexp.MustCompile("^(?:"+pattern+")$").MatchString(o.Answer) {
					t.Errorf("%s: %s, expected %s", o.Question, o.Answer, pattern)
				}
			}
			for question := range expected {
				t.Errorf("not a probe: %s", question)
			}
		})
	}
}
