package recording

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// cutAll passes a text through a cutter with small limits, and returns the result.
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

// wantSame decodes a text, and the text that a cutter made of it. The values must be equal, except that
// a string that was cut is the beginning of the original.
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
		// If there are only halves of surrogate pairs, the last one that was kept may be a first half
		// whose second half was cut.
		if !marked || !strings.HasPrefix(long, strings.TrimSuffix(short, "\ufffd")) {
			t.Fatalf("%q became %q: %q is not cut from %q", text, made, got, want)
		}
	}
}

// TestStringsAreCutAtAnyByte tries each limit, so that strings are cut at each byte of each escape and
// of each character.
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

func TestInvalidNumbersBecomeValid(t *testing.T) {
	t.Parallel()
	const text = `[NaN, Infinity,-Infinity,NaN ,"NaN",{"Infinity":NaN}]`
	const want = `[1e999, 1e999,-1e999,1e999 ,"NaN",{"Infinity":1e999}]`
	if got := cutAll(t, text, 100); got != want {
		t.Errorf("%s became %s, want %s", text, got, want)
	}
}

// FuzzCutter checks that encoding/json reads the same from every valid JSON text.
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
