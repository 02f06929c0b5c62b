package conformance

import (
	"fmt"
	"strings"
	"testing"
)

func TestListings(t *testing.T) {
	holds(t, []fact{
		{says: "A folder shows its files and its folders, and counts all files below those.", do: []step{
			stored("{}/1", "x"),
			stored("{}/b/2", "xx"),
			stored("{}/b/c/3", "xxx"),
			stored("{}/b/_.dir", ""),
			list("{}").shows("1 1", "b/ 3"),
			list("{}/b").shows("b/2 2", "b/_.dir 0", "b/c/ 1"),
		}},
		{says: "A file is its own listing, and never its bytes.", do: []step{
			stored("{}/a", "hello"),
			list("{}/a").is("200").shows("a 5"),
		}},
		{says: "A folder without a mark is listed.", do: []step{stored("{}/a/b", "x"), list("{}/a").shows("a/b 1")}},
		{says: "Files are sorted without regard to case.", do: []step{
			stored("{}/b", "x"), stored("{}/A", "x"), stored("{}/C", "x"), stored("{}/_.dir", ""),
			list("{}").shows("_.dir 0", "A 1", "b 1", "C 1"),
		}},
		{says: "A name that only begins like the path is not below it.", do: []step{
			stored("{}/ab/1", "x"),
			list("{}/a").is("404"),
		}},
		{says: "A missing path is 404 without a body.", do: []step{list("{}/no").is("404").hasBody("")}},
		{says: "A token is the path of the first item of its page.", do: []step{
			stored("{}/a", "1"), stored("{}/b", "1"), stored("{}/c", "1"),
			turn(func(g *gateway) { list("{}?ContinuationToken="+g.token("b")).shows("b 1", "c 1").run(g) }),
		}},
		{says: "A token past the end of a folder with a mark is 204.", do: []step{
			stored("{}/a/_.dir", ""),
			turn(func(g *gateway) { list("{}/a?ContinuationToken=" + g.token("a/zzz")).is("204").hasBody("").run(g) }),
		}},
		{says: "A token with an equals sign is dropped, and the first page comes again.", do: []step{
			stored("{}/a", "1"), stored("{}/b=", "1"),
			turn(func(g *gateway) { list("{}?ContinuationToken="+g.token("b=")).shows("a 1", "b= 1").oddly().run(g) }),
		}},
		{says: "Pages hold 3 MiB, and their tokens lead through all files, each once.", on: windows, local: wantsMuch, plant: manyFiles, do: []step{
			turn(allPages),
		}},
		{says: "A listing without pages is refused above 3 MiB.", on: windows, local: wantsMuch, plant: manyFiles, do: []step{
			list("{}").at("3.0").is("413 FABRIC_E_VALUE_TOO_LARGE"),
		}},
	})
}

// token is the ContinuationToken for a path below the fact's folder.
func (g *gateway) token(path string) string {
	if g.platform == windows {
		return strings.ReplaceAll(g.folder+"/"+path, "/", "%5C")
	}
	return g.folder + "/" + path
}

// manyFiles are more than one page.
var manyFiles = func() (paths []string) {
	for i := range 6500 {
		paths = append(paths, fmt.Sprintf("%s%05d", strings.Repeat("long", 58), i))
	}
	return paths
}()

func allPages(g *gateway) {
	seen, pages, token := map[string]bool{}, 0, ""
	for {
		x := list("{}")
		if token != "" {
			x = list("{}?ContinuationToken=" + token)
		}
		var l listing
		x.want(func(g *gateway, r reply) {
			if l = g.listing(r); len(r.body) > 4<<20 {
				g.problem("a page has %d bytes", len(r.body))
			}
		}).run(g)
		if len(g.problems) > 0 {
			return
		}
		for _, f := range l.StoreFiles {
			if seen[f.StoreRelativePath] {
				g.problem("%s is listed twice", f.StoreRelativePath)
				return
			}
			seen[f.StoreRelativePath] = true
		}
		pages++
		if token = *l.ContinuationToken; token == "" {
			break
		}
	}
	if pages < 2 || len(seen) != len(manyFiles) {
		g.problem("%d pages with %d of %d files", pages, len(seen), len(manyFiles))
	}
}

func TestUploads(t *testing.T) {
	holds(t, []fact{
		{says: "A PUT stores a file and makes the folders above it.", do: []step{stored("{}/a/b/c", "hello"), list("{}/a/b").shows("a/b/c 5")}},
		{says: "A PUT makes no mark.", do: []step{stored("{}/a/b", "x"), list("{}/a").shows("a/b 1")}},
		{says: "A PUT over a file replaces it.", do: []step{stored("{}/a", "hello"), stored("{}/a", "hi"), list("{}").shows("a 2")}},
		{says: "An empty PUT stores an empty file.", do: []step{stored("{}/a", ""), list("{}").shows("a 0")}},
		{says: "A Content-Range on a PUT is ignored, if it is a good one.", do: []step{
			put("{}/a", "hello").with("Content-Range: bytes 5-9/10").is("200"),
			list("{}").shows("a 5"),
		}},
		{says: "A Content-Range on a PUT is refused, if it is a bad one.", do: []step{
			put("{}/a", "hello").with("Content-Range: bytes 9-5/10").is(refusedRange),
			list("{}").is("404"),
		}},
		{says: "A PUT may have a chunked body.", do: []step{
			exchange{verb: "PUT", target: "/ImageStore/{}/a?" + apiVersion, framed: "Transfer-Encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"}.is("200"),
			list("{}").shows("a 5"),
		}},
		{says: "The media type of a PUT does not matter.", do: []step{
			put("{}/a", "x").with("Content-Type: text/plain").is("200").oddly(),
			list("{}").shows("a 1"),
		}},
	})
}

func TestDeletions(t *testing.T) {
	holds(t, []fact{
		{says: "A file is deleted, with the folders it leaves empty.", do: []step{
			stored("{}/a/b/c", "x"), stored("{}/a/d", "x"),
			remove("{}/a/b/c").is("200"),
			list("{}/a").shows("a/d 1"),
			list("{}/a/b").is("404"),
		}},
		{says: "A folder is deleted with all below.", do: []step{
			stored("{}/a/b", "x"), stored("{}/a/c/d", "x"), stored("{}/a/_.dir", ""),
			remove("{}/a").is("200"),
			list("{}/a").is("404"),
			list("{}/a/c/d").is("404"),
		}},
		{says: "A name that only begins like the path stays.", do: []step{
			stored("{}/a/b", "x"), stored("{}/ab", "x"),
			remove("{}/a").is("200"),
			list("{}").shows("ab 1"),
		}},
		{says: "What is not there is deleted already.", do: []step{
			remove("{}/no").is("200"),
			remove("{}/no/more").is("200"),
			stored("{}/a", "x"), remove("{}/a").is("200"), remove("{}/a").is("200"),
		}},
		{says: "A deletion takes the case of names for nothing on Windows.", on: windows, do: []step{
			stored("{}/A/b", "x"),
			remove("{}/a").is("200"),
			list("{}/A").is("404"),
		}},
		{says: "A deletion takes names as they are on Linux.", on: linux, do: []step{
			stored("{}/A/b", "x"),
			remove("{}/a").is("200"),
			list("{}/A").shows("A/b 1"),
		}},
		{says: "The body of a DELETE may have 4 MiB and no more on Windows.", on: windows, do: []step{
			request("DELETE", "/ImageStore/{}/no", strings.Repeat(" ", 4<<20)).is("200").oddly(),
			request("DELETE", "/ImageStore/{}/no", strings.Repeat(" ", 4<<20+1)).is("413 FABRIC_E_MESSAGE_TOO_LARGE"),
		}},
		{says: "The body of a DELETE may have more on Linux.", on: linux, do: []step{
			request("DELETE", "/ImageStore/{}/no", strings.Repeat(" ", 4<<20+1)).is("200").oddly(),
		}},
	})
}
