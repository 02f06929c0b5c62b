package emulator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

func TestListing(t *testing.T) {
	const empty = "404 FABRIC_E_NAME_DOES_NOT_EXIST"
	runScenarios(t, []scenario{
		{"a folder shows its files and its folders, and counts below those", []step{
			{put("a/1", "x"), "200"},
			{put("a/b/2", "xx"), "200"},
			{put("a/b/c/3", "xxx"), "200"},
			{put("a/_.dir", ""), "200"},
			{ls(""), "a/ 4"},
			{ls("a"), `a\1 1, a\_.dir 0, a\b/ 2`},
			{ls("a/b"), `a\b\2 2, a\b\c/ 1`},
		}},
		{"a file is its own listing", []step{
			{put("a/1", "x"), "200"},
			{ls("a/1"), `a\1 1`},
		}},
		{"what only begins like a name is another", []step{
			{put("ab/1", "x"), "200"},
			{ls("a"), "404"},
			{ls("ab/"), `ab\1 1`},
		}},
		{"files are in order without regard to case", []step{
			{put("b", "x"), "200"},
			{put("A", "x"), "200"},
			{put("_.dir", ""), "200"},
			{put("C", "x"), "200"},
			{ls(""), "_.dir 0, A 1, b 1, C 1"},
		}},
		{"an empty store has no root", []step{
			{ls(""), empty},
			{put("a/b", "x"), "200"},
			{remove("a/b"), "200"},
			{ls(""), empty},
		}},
	})
	runScenarios(t, []scenario{{"Linux separates with a slash", []step{
		{put("a/b/1", "x"), "200"},
		{ls("a"), "a/b/ 1"},
		{ls("a/b"), "a/b/1 1"},
	}}}, WithPlatform(Linux))
}

func TestAListingIsExact(t *testing.T) {
	b := newBench(t)
	b.put("Store/a&b.txt", "hello")
	b.put("Store/Code/c", "x")
	const at = `{"StoreRelativePath":"Store\\a&b.txt","FileVersion":{"EpochDataLossNumber":"131510242710484204","VersionNumber":"1",` +
		`"EpochConfigurationNumber":"8589934592"},"FileSize":"5","ModifiedDate":"2026-01-02T03:04:05.678Z"}`
	const folders = `"StoreFolders":[{"StoreRelativePath":"Store\\Code","FileCount":"1"}]`
	for _, row := range []struct{ version, path, want string }{
		{"6.2", "/Store", `{"StoreFiles":[` + at + `],` + folders + `,"ContinuationToken":""}`},
		{"3.0", "/Store", `{"StoreFiles":[` + at + `],` + folders + `}`},
		{"2.0", "/Store", `{"StoreFiles":[` + strings.Replace(at, "2026-01-02T03:04:05.678Z", "134117966456780000", 1) + `],` + folders + `}`},
		{"6.2", "/Store/a&b.txt", `{"StoreFiles":[` + at + `],"StoreFolders":[],"ContinuationToken":""}`},
		{"6.0", "", `{"StoreFiles":[],"StoreFolders":[{"StoreRelativePath":"Store","FileCount":"2"}],"ContinuationToken":""}`},
	} {
		r := b.do("GET", "/ImageStore"+row.path+"?api-version="+row.version, "")
		if string(r.body) != row.want {
			t.Errorf("%s %s:\n%s\nwant\n%s", row.version, row.path, r.body, row.want)
		}
		if r.header.Get("Content-Type") != "application/json; charset=utf-8" || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("headers %v", r.header)
		}
	}
}

func TestListingNothing(t *testing.T) {
	b := newBench(t)
	b.put("marked/_.dir", "")
	b.put("bare/x", "")
	for _, row := range []struct {
		name, target, want string
		headers            bool
	}{
		{"a missing path", "/ImageStore/none?api-version=6.2", "404", false},
		{"a missing path before 6.2", "/ImageStore/none?api-version=6.1", "404", true},
		{"a missing path, unpaged", "/ImageStore/none?api-version=3.0", "404", true},
		{"a marked folder behind its last page", "/ImageStore/marked?api-version=6.2&ContinuationToken=marked%5Czz", "204", false},
		{"a marked folder behind its last page before 6.2", "/ImageStore/marked?api-version=6.1&ContinuationToken=marked%5Czz", "204", true},
		{"a folder without a mark behind its last page", "/ImageStore/bare?api-version=6.2&ContinuationToken=bare%5Czz", "404", false},
		{"the root behind its last page", "/ImageStore?api-version=6.2&ContinuationToken=zz", "404 FABRIC_E_NAME_DOES_NOT_EXIST", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := b.do("GET", row.target, "")
			if r.String() != row.want {
				t.Errorf("got %q, want %q", r, row.want)
			}
			if r.code == "" && len(r.body) != 0 {
				t.Errorf("body %q", r.body)
			}
			if _, typed := r.header["Content-Type"]; typed != row.headers || (r.header.Get("X-Content-Type-Options") == "nosniff") != row.headers {
				t.Errorf("headers %v", r.header)
			}
		})
	}
}

// pages reads a folder page by page, like a client that sends each token back unchanged.
func (b *bench) pages(folder string) (pages [][]string, repeated bool) {
	b.t.Helper()
	token, seen := "", map[string]bool{}
	for {
		target := "/ImageStore/" + folder + "?" + version
		if token != "" {
			target += "&ContinuationToken=" + token
		}
		var content storeContent
		b.decode(b.do("GET", target, ""), &content)
		var page []string
		for _, f := range content.StoreFiles {
			page = append(page, f.StoreRelativePath)
		}
		for _, f := range content.StoreFolders {
			page = append(page, f.StoreRelativePath+"/")
		}
		pages = append(pages, page)
		token = *content.ContinuationToken
		if token == "" {
			return pages, false
		}
		if seen[token] {
			return pages, true
		}
		seen[token] = true
	}
}

func TestPaging(t *testing.T) {
	b := newBench(t)
	b.store.maxPage = 700 // about two files and a folder
	var want []string
	for i := range 9 {
		name := fmt.Sprintf("f/%c ñ+%%20", 'a'+i)
		if i%2 == 1 {
			name += "/x"
		}
		// The name has a literal %20, which must be escaped twice for Windows.
		b.put(strings.ReplaceAll(url.PathEscape(strings.ReplaceAll(name, "%", "%25")), "%2F", "/"), "1")
		if name, ok := strings.CutSuffix(name, "/x"); ok {
			want = append(want, strings.ReplaceAll(name, "/", `\`)+"/")
		} else {
			want = append(want, strings.ReplaceAll(name, "/", `\`))
		}
	}
	pages, repeated := b.pages("f")
	if repeated || len(pages) != 3 {
		t.Fatalf("%d pages, repeated %v: %q", len(pages), repeated, pages)
	}
	got := slices.Concat(pages...)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	b.want(b.do("GET", "/ImageStore/f?api-version=3.0", ""), "413 FABRIC_E_VALUE_TOO_LARGE")
	b.want(b.do("GET", "/ImageStore/f?"+version+"&ContinuationToken="+strings.Repeat("x", 5000), ""), "413 FABRIC_E_VALUE_TOO_LARGE")
}

func TestATokenWithAnEqualsSignGivesTheFirstPageAgain(t *testing.T) {
	b := newBench(t)
	b.store.maxPage = 600
	for _, name := range []string{"a", "b", "c=d", "e"} {
		b.put("f/"+name, "")
	}
	pages, repeated := b.pages("f")
	if !repeated || !slices.Equal(pages[0], []string{`f\a`, `f\b`}) || !slices.Equal(pages[1], pages[0]) {
		t.Errorf("pages %q, repeated %v", pages, repeated)
	}
}

func TestAPageIsThreeQuartersOfAMessage(t *testing.T) {
	b := newBench(t)
	file := &tree.File{Path: "f/" + strings.Repeat("x", 50)}
	b.put(file.Path, "")
	items := make([]tree.Item, 25_000)
	for i := range items {
		items[i] = tree.Item{Path: fmt.Sprintf("f/%050d", i), Count: 1}
		if i%2 == 0 {
			items[i] = tree.Item{Path: fmt.Sprintf("f/%050d", i), File: file}
		}
	}
	page, next, err := b.store.page(items)
	if err != nil || next != `f%5C`+fmt.Sprintf("%050d", len(page)) {
		t.Fatalf("the next page begins at %s, behind %d items: %v", next, len(page), err)
	}
	if len(page) < 5000 || len(page) > 20_000 {
		t.Errorf("%d items on a page", len(page))
	}
}

func TestTheCountOfAFolderHas16Bits(t *testing.T) {
	b := newBench(t)
	page := []tree.Item{{Path: "f", Count: 70_000}}
	if got := b.store.content(&request{}, page).StoreFolders[0].FileCount; got != "4464" {
		t.Errorf("listed %s", got)
	}
}
