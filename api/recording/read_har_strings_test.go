package recording

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// cutAll passes a text through a cutter with small limits, and returns what it made of it.
func cutAll(t testing.TB, text string, limit int) string {
	t.Helper()
	c := newStringCutter(iotest.HalfReader(strings.NewReader(text)))
	c.limit, c.spaces, c.budget = limit, 3, 1<<40
	made, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.original(int64(len(made))); got != int64(len(text)) {
		t.Errorf("the end is at %d, want %d", got, len(text))
	}
	return string(made)
}

// wantSame compares what a decoder makes of a text and of what a cutter made of it: the same but
// for strings that were cut, which are the beginning of the whole.
func wantSame(t testing.TB, text, made string) {
	t.Helper()
	whole, cut := json.NewDecoder(strings.NewReader(text)), json.NewDecoder(strings.NewReader(made))
	whole.UseNumber()
	cut.UseNumber()
	for {
		want, wantErr := whole.Token()
		got, gotErr := cut.Token()
		if wantErr != nil || gotErr != nil {
			if wantErr != io.EOF || gotErr != io.EOF {
				t.Fatalf("%q became %q: %v and %v", text, made, wantErr, gotErr)
			}
			return
		}
		if got == want {
			continue
		}
		long, _ := want.(string)
		short, marked := strings.CutSuffix(fmt.Sprint(got), cutMark)
		// Among halves of pairs alone, the last that was kept may have had its other half.
		if !marked || !strings.HasPrefix(long, strings.TrimSuffix(short, "\ufffd")) {
			t.Fatalf("%q became %q: %q is not cut from %q", text, made, got, want)
		}
	}
}

// TestStringsAreCutAtAnyByte has each limit, so that each byte of each escape and of each
// character is where a string would be cut.
func TestStringsAreCutAtAnyByte(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`"plain text, longer than the limit"`,
		`"\u0000\u0001\u00ff\u0000\u0001\u00ff"`,
		`"\ud83d\ude00\ud83d\ude00\ud83d\ude00"`,
		`"\ud83d\ud83d\ud83d\ud83d\ud83d\ude00\udc80\udc81\udc82"`,
		`"a\"b\\c\/d\b\f\n\r\t\\\\\\\\\\"`,
		`"ä€😀ä€😀ä€😀"`,
		"\"\xff\xfe\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\"",
		`{"a name that is long": ["value \u20ac", "", 1.5, true, null,     {"b"  :  "\\"}]}`,
	} {
		for limit := range len(text) + 1 {
			made := cutAll(t, text, limit)
			if !json.Valid([]byte(made)) {
				t.Errorf("limit %d: %s became %s, which is not JSON", limit, text, made)
			} else {
				wantSame(t, text, made)
			}
			if len(text) > limit+maxOver+20 && text[0] == '"' && !strings.HasSuffix(made, cutMark+`"`) {
				t.Errorf("limit %d: %s was not cut: %s", limit, text, made)
			}
		}
	}
}

func TestNumbersThatAreNoneBecomeOnesThatAre(t *testing.T) {
	t.Parallel()
	const text = `[NaN, Infinity,-Infinity,NaN ,"NaN",{"Infinity":NaN}]`
	const want = `[1e999, 1e999,-1e999,1e999 ,"NaN",{"Infinity":1e999}]`
	if got := cutAll(t, text, 100); got != want {
		t.Errorf("%s became %s, want %s", text, got, want)
	}
}

// FuzzCutter wants of every valid JSON what encoding/json reads in it.
func FuzzCutter(f *testing.F) {
	for limit, text := range []string{
		`{"a":"\u00e4\ud83d\ude00","b":[1,2.5e3,"ä€😀\\\""]}`, ` [ "\ud83d\ud83d" ,     "x" ] `, `"\udc00\\u0041"`, `1e5`,
	} {
		f.Add(text, limit)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		made := cutAll(t, text, limit&31)
		if json.Valid([]byte(text)) {
			wantSame(t, text, made)
		}
	})
}
