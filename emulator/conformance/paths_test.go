package conformance

import (
	"strings"
	"testing"
)

func TestPaths(t *testing.T) {
	// named stores a file under a spelling and finds it in a listing.
	named := func(on platform, says, spelled, name string) fact {
		return fact{says: says, on: on, do: []step{
			put("{}/"+spelled, "x").is("200").oddly(),
			list("{}" + strings.TrimSuffix("/"+folderOf(name), "/")).shows(name + " 1"),
		}}
	}
	refused := func(on platform, says, spelled, want string) fact {
		return fact{says: says, on: on, do: []step{put("{}/"+spelled, "x").is(want), list("{}").is("404")}}
	}
	holds(t, []fact{
		named(both, "Empty segments and a slash at the end collapse.", "/a///b/", "a/b"),
		named(both, "An escaped blank is a blank.", "a%20b", "a b"),
		named(both, "Blanks at the ends of the path are trimmed.", "a%20", "a"),
		named(both, "A plus is a plus, escaped or not.", "a+b%2Bc", "a+b+c"),
		named(both, "An escaped slash separates, after the URL was split.", "a%2Fb", "a/b"),
		named(both, "An escaped backslash separates.", "a%5Cb", "a/b"),
		named(windows, "A raw backslash separates on Windows.", `a\b`, "a/b"),
		refused(linux, "A raw backslash is refused on Linux.", `a\b`, invalid),
		named(linux, "An escaped number sign is part of the name on Linux.", "a%23b", "a#b"),
		named(windows, "An escaped number sign cuts the path short on Windows.", "a%23b", "a"),
		named(linux, "An escaped question mark is part of the name on Linux.", "a%3Fb", "a?b"),
		refused(windows, "An escaped question mark takes the query on Windows.", "a%3Fb", invalid),
		named(linux, "An escaped per cent sign is one on Linux.", "100%25", "100%"),
		named(windows, "Windows decodes twice.", "a%2541", "aA"),
		named(linux, "Linux decodes once.", "a%2541", "a%41"),
		named(linux, "An escaped dollar is a name on Linux.", "a/%24", "a/$"),
		refused(windows, "An escaped dollar is the operations' mark on Windows.", "a/%24", invalid),
		refused(linux, "A raw parent segment is refused on Linux.", "a/../b", invalid),
		refused(linux, "Raw brackets are refused on Linux.", "[a]", invalid),
		refused(linux, "A raw bar is refused on Linux.", "a|b", invalid),
		named(both, "An equals sign is part of a name.", "a=b", "a=b"),
		named(both, "Raw punctuation is part of a name.", "(a)!'+,;=@~{b}", "(a)!'+,;=@~{b}"),
		named(both, "Names are Unicode.", "%E5%90%8D%CE%A9", "名Ω"),
		{says: "A per cent sign that begins no escape is refused.", do: []step{put("{}/a%zz", "x").hasStatus(400)}},
		{says: "A parent segment between escapes does not leave the store.", local: wouldHarm, do: []step{
			put("{}/%2E%2E/%2E%2E/%2E%2E/a", "x").is(invalid),
			put("{}/a%5C..%5C..%5Cb", "x").is(invalid),
			list("{}").is("404"),
		}},
		{says: "A name with NUL is refused.", local: wouldHarm, do: []step{put("{}/a%00b", "x").is(invalid)}},
		{says: "A path of many names is stored.", do: []step{
			stored("{}/"+strings.Repeat("n/", 40)+"a", "x"),
			list("{}").shows("n/ 1"),
		}},
		{says: "Names have no case on Windows, and the last writer's is shown.", on: windows, do: []step{
			stored("{}/Code.zip", "1"),
			stored("{}/CODE.zip", "22"),
			list("{}").shows("CODE.zip 2"),
			list("{}/code.ZIP").shows("CODE.zip 2"),
		}},
		{says: "Names have a case on Linux, and a listing shows one of two that differ by it.", on: linux, do: []step{
			stored("{}/Code.zip", "1"),
			stored("{}/CODE.zip", "22"),
			list("{}/Code.zip").shows("Code.zip 1"),
			list("{}/CODE.zip").shows("CODE.zip 2"),
			list("{}/code.zip").is("404"),
			list("{}").want(func(g *gateway, r reply) {
				if n := len(g.listing(r).StoreFiles); n != 1 {
					g.problem("%d files are listed, want 1", n)
				}
			}),
		}},
		{says: "A folder with two spellings may be listed twice on Windows, and is one.", on: windows, do: []step{
			stored("{}/App/a", "1"),
			stored("{}/app/b", "1"),
			list("{}").shows("App/ 1", "app/ 1"),
			list("{}/aPP").shows("App/a 1", "app/b 1"),
		}},
	})
}

func folderOf(path string) string { return path[:max(strings.LastIndexByte(path, '/'), 0)] }

func TestReservedNames(t *testing.T) {
	holds(t, []fact{
		{says: "Store and WindowsFabricStore cannot be deleted, in any case.", local: wouldHarm, do: []step{
			stored("Store/{}", "x"),
			remove("Store").is(reservedName).hasBody(`{"Error":{"Code":"FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR","Message":"Null"}}`),
			remove("STORE").is(reservedName),
			remove("windowsfabricstore").is(reservedName),
			remove("Store/{}").is("200"),
		}},
		{says: "A folder of such a name elsewhere can be deleted.", do: []step{
			stored("{}/Store/a", "x"),
			remove("{}/Store").is("200"),
			list("{}/Store").is("404"),
		}},
	})
}
