package emulator

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sfstore/sfstore/emulator/internal/tree"
	"github.com/sfstore/sfstore/internal/testhost"
)

func TestPaths(t *testing.T) {
	const bad = "400 E_INVALIDARG"
	long := strings.Repeat("x", 256)
	rows := []struct {
		name           string
		target         string // below /ImageStore/
		windows, linux string // the stored path, or the error
	}{
		{"a plain name", "a.txt", "a.txt", "a.txt"},
		{"segments", "a/b/c", "a/b/c", "a/b/c"},
		{"empty segments collapse", "/a///b/", "a/b", "a/b"},
		{"a blank", "a%20b", "a b", "a b"},
		{"blanks at the ends are trimmed", "%20a%20", "a", "a"},
		{"blanks at the ends of a name within stay", "a%20/%20b", "a / b", "a / b"},
		{"a name of blanks is none", "%20", bad, bad},
		{"another blank is not trimmed", "a%C2%A0/b%E3%80%80", "a\u00A0/b\u3000", "a\u00A0/b\u3000"},
		{"a tab is not trimmed", "a%09", bad, "a\t"},
		{"a plus", "a+b%2Bc", "a+b+c", "a+b+c"},
		{"an escaped slash separates", "a%2Fb", "a/b", "a/b"},
		{"escaped slashes that leave a name empty", "a%2F%2Fb", "a/b", "a/\uE000/b"},
		{"backslashes that leave a name empty", "a%5C%5Cb", "a/\uE000/b", "a/\uE000/b"},
		{"the name that stands for an empty one", "a/%EE%80%80/b", bad, bad},
		{"escaped slashes at the end", "a%2F", "a", "a"},
		{"an escaped backslash separates", "a%5Cb", "a/b", "a/b"},
		{"a raw backslash", `a\b`, "a/b", bad},
		{"a raw number sign takes the query too", "a#b", bad, bad},
		{"an escaped number sign", "a%23b", "a", "a#b"},
		{"an escaped number sign before an operation hides that", "a%23b/$/UploadChunk", "a", bad},
		{"an escaped question mark takes the query", "a%3Fb", bad, "a?b"},
		{"an escaped question mark in lower case", "a%3fb", bad, "a?b"},
		{"an escaped question mark takes the first pair of the query", "a%3Fb?x=1&y=2", "a", "a?b"},
		{"a backslash keeps the blank behind it", "%5C%20a", " a", " a"},
		{"a per cent sign alone", "100%25", bad, "100%"},
		{"a per cent sign before an escape", "a%2541", "aA", "a%41"},
		{"a number sign escaped twice", "C%2523.dll", "C#.dll", "C%23.dll"},
		{"a slash escaped twice", "a%252Fb", "a/b", "a%2Fb"},
		{"what only decoding makes a dollar segment", "a%2F$%2Fb", bad, "a/$/b"},
		{"a dollar segment behind a backslash", `a%5C$`, bad, "a/$"},
		{"a raw dot segment", "a/./b", bad, bad},
		{"a raw parent segment", "a/../b", bad, bad},
		{"an escaped parent segment", "a/%2E%2E/b", bad, bad},
		{"a parent segment escaped twice", "a/%252E%252E/b", bad, "a/%2E%2E/b"},
		{"a parent segment between backslashes", "a%5C..%5Cb", bad, bad},
		{"a parent segment between escaped slashes", "a%2F..%2F..%2F..%2Fetc%2Fpasswd", bad, bad},
		{"a name of three dots", "...", "...", "..."},
		{"NUL", "a%00b", bad, bad},
		{"raw braces and brackets of other kinds", "{a}(b)!$&'*+,;=:@~", bad, "{a}(b)!$&'*+,;=:@~"},
		{"raw square brackets", "[a]", "[a]", bad},
		{"escaped square brackets", "%5Ba%5D", "[a]", "[a]"},
		{"a raw caret", "a^b", "a^b", bad},
		{"a raw bar", "a|b", bad, bad},
		{"an escaped bar", "a%7Cb", bad, "a|b"},
		{"an escaped colon", "a%3Ab", bad, "a:b"},
		{"an escaped star", "a%2Ab", bad, "a*b"},
		{"an escaped control character", "a%01b", bad, "a\x01b"},
		{"what looks like a scheme is not decoded", "a%20b:/c%20d", bad, "a%20b:/c d"},
		{"Unicode, raw", "Ωµ/名.txt", "Ωµ/名.txt", "Ωµ/名.txt"},
		{"Unicode, escaped", "%E5%90%8D", "名", "名"},
		{"bytes that are no Unicode", "a%FFb", "400 FABRIC_E_INVALID_NAME_URI", bad},
		{"a device's name", "NUL", "NUL", "NUL"},
		{"a device's name with an extension", "com1.txt", "com1.txt", "com1.txt"},
		{"a dot at the end", "a.", "a.", "a."},
		{"an equals sign", "a=b", "a=b", "a=b"},
		{"a name of 255 bytes", long[:255], long[:255], long[:255]},
		{"a name of 256 bytes", long, "400 FABRIC_E_PATH_TOO_LONG", "400 FABRIC_E_PATH_TOO_LONG"},
		{"86 characters of three bytes each", strings.Repeat("%E5%90%8D", 86), "400 FABRIC_E_PATH_TOO_LONG", "400 FABRIC_E_PATH_TOO_LONG"},
		{"255 names", strings.Repeat("a/", 255), strings.Repeat("a/", 254) + "a", strings.Repeat("a/", 254) + "a"},
		{"256 names", strings.Repeat("a/", 256), "400 FABRIC_E_PATH_TOO_LONG", "400 FABRIC_E_PATH_TOO_LONG"},
		{"a path of 4 KiB", strings.Repeat(long[:127]+"/", 32), strings.Repeat(long[:127]+"/", 31) + long[:127], strings.Repeat(long[:127]+"/", 31) + long[:127]},
		{"a path of more than 4 KiB", strings.Repeat(long[:127]+"/", 33), "400 FABRIC_E_PATH_TOO_LONG", "400 FABRIC_E_PATH_TOO_LONG"},
		{"32 KiB of path", strings.Repeat(long[:127]+"/", 256), "400 FABRIC_E_PATH_TOO_LONG", "400 FABRIC_E_PATH_TOO_LONG"},
	}
	for _, p := range []Platform{Windows, Linux} {
		for _, row := range rows {
			t.Run(fmt.Sprint(p, "/", row.name), func(t *testing.T) {
				if row.name == "255 names" {
					testhost.NotUnderWine(t, "each folder is opened by way of all above it, 65,000 times in all, which takes minutes")
				}
				if row.name == "a path of 4 KiB" {
					testhost.NotUnderWine(t, "it puts the path of the store's folder before it, and Linux takes 4 KiB in all")
				}
				want := row.windows
				if p == Linux {
					want = row.linux
				}
				if tree.CheckNames(want) != nil {
					want = bad // of this computer
				}
				b := newBench(t, WithPlatform(p))
				separator := "?"
				if strings.Contains(row.target, "?") {
					separator = "&"
				}
				r, err := b.dial("PUT /ImageStore/" + row.target + separator + version + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx")
				if err != nil {
					t.Fatal(err)
				}
				got := r.String()
				if r.status == 200 {
					got = strings.Join(b.onDisk(), "|")
				}
				if got != want {
					t.Errorf("got %q (%s), want %q", got, r.body, want)
				}
			})
		}
	}
}

// onDisk lists the files below content/ as they are on the disk.
func (b *bench) onDisk() (paths []string) {
	b.t.Helper()
	root := filepath.Join(b.store.folder, "content")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(root, path)
			paths = append(paths, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return paths
}

func TestRefusalsOfTheDiskSayWhy(t *testing.T) {
	b := newBench(t)
	b.put("a", "x")
	b.put("f/g", "x")
	for path, want := range map[string]string{
		"a/b":                    `there is a file at a`,
		"A/b/c":                  `there is a file at A`,
		"f":                      `there is a folder at f`,
		"F":                      `there is a folder at F`,
		"a%3Ab":                  `a Windows file name cannot contain control characters or any of <>:"|?*`,
		strings.Repeat("x", 300): `Path is too long`,
	} {
		r := b.do("PUT", "/ImageStore/"+path+"?"+version, "x")
		if r.status != 400 || r.text != want {
			t.Errorf("PUT %.20s: %q %q, want 400 %q", path, r, r.text, want)
		}
	}
}

func TestCaseOfNames(t *testing.T) {
	runScenarios(t, []scenario{
		{"a file is one under any case, and the first writer's is shown", []step{
			{put("App/Code.zip", "1"), "200"},
			{put("app/CODE.zip", "22"), "200"},
			{ls(""), "App/ 1"},
			{ls("APP"), `App\Code.zip 2`},
			{stored("App/Code.Zip"), "22"},
			{func(b *bench) string { return strings.Join(b.onDisk(), "|") }, "App/Code.zip"},
			{remove("APP/code.ZIP"), "200"},
			{put("app/CODE.zip", "333"), "200"},
			{ls("APP"), `app\CODE.zip 3`},
		}},
		{"a folder of two spellings is shown twice and is one", []step{
			{put("App/a", "1"), "200"},
			{put("app/b", "1"), "200"},
			{ls(""), "App/ 1, app/ 1"},
			{ls("aPP"), `App\a 1, app\b 1`},
			{remove("APP"), "200"},
			{ls(""), "404 FABRIC_E_NAME_DOES_NOT_EXIST"},
			{func(b *bench) string { return strings.Join(b.onDisk(), "|") }, ""},
		}},
	})
	if testhost.IgnoresCase(t, t.TempDir()) {
		return // the store refuses the second name there
	}
	runScenarios(t, []scenario{
		{"Linux has a file for each case and lists one of them", []step{
			{put("App/Code.zip", "1"), "200"},
			{put("App/CODE.zip", "22"), "200"},
			{ls("App"), "App/CODE.zip 2"},
			{ls("App/Code.zip"), "App/Code.zip 1"},
			{ls(""), "App/ 2"},
			{ls("app"), "404"},
			{remove("App/CODE.zip"), "200"},
			{ls("App"), "App/Code.zip 1"},
		}},
	}, WithPlatform(Linux))
}

func FuzzDecodePath(f *testing.F) {
	for _, seed := range []string{"a", "a/b", "a%2Fb", "a%5C..%5Cb", "%252E%252E", "%20", "%00", "a//b", "c:/%41", "%ff", "100%25", "$/a", `\`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		segments := dropEmpty(strings.Split(raw, "/"))
		if len(segments) == 0 {
			return
		}
		for _, p := range []Platform{Windows, Linux} {
			got, err := p.decodePath(segments)
			if err != nil {
				if e, ok := errors.AsType[*serverError](err); !ok || e.status != 400 {
					t.Fatalf("%q: %v", raw, err)
				}
				continue
			}
			for name := range strings.SplitSeq(got.store, "/") {
				if name == "." || name == ".." || strings.ContainsAny(name, "\\\x00") || !utf8.ValidString(name) {
					t.Fatalf("%v: %q is stored as %q", p, raw, got.store)
				}
			}
			if !p.spellable(got.store) {
				t.Fatalf("%v: %q is stored as %q, which nothing spells", p, raw, got.store)
			}
		}
	})
}

// A path that is escaped once, byte by byte, is stored unchanged on Linux.
func TestAnEscapedPathIsStoredAsItIs(t *testing.T) {
	for _, name := range []string{"a b", "a#b", "a?b", "100%", "a%41", "$", "名", "a+b", "[x]", "a=b&c"} {
		got, err := Linux.decodePath([]string{url.PathEscape(name)})
		if err != nil || got.store != name || got.sent != name {
			t.Errorf("%q: %+v %v", name, got, err)
		}
	}
	if !slices.Equal(dropEmpty(strings.Split("//a//", "/")), []string{"a"}) {
		t.Error("empty segments stay")
	}
}
