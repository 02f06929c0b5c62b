package conformance

import "strings"

func paths() topic {
	// named stores a file under a spelling and finds it in a listing.
	named := func(on where, says, spelled, name string) fact {
		return fact{says: says, on: on, do: []step{
			put("{}/"+spelled, "x").oddly().is("200"),
			list("{}" + strings.TrimSuffix("/"+folderOf(name), "/")).shows(name + " 1"),
		}}
	}
	refused := func(on where, says, spelled string) fact {
		return fact{says: says, on: on, do: []step{put("{}/"+spelled, "x").is(invalid), list("{}").is("404")}}
	}
	from := func(source string, f fact) fact { f.source = source; return f }
	const (
		uri  = "Common/Uri.Parser.cpp:133-136,615-676"
		trim = "SU.cpp:35-39"
	)
	return topic{name: "Paths", source: "GU:64-82,399-422; GW/UriArgumentParser.cpp:372-382; FSS/ProcessRequestAsyncOperation.cpp:193-208", facts: []fact{
		named(everywhere, "Empty segments and a slash at the end collapse.", "/a///b/", "a/b"),
		named(everywhere, "An escaped blank is a blank.", "a%20b", "a b"),
		named(everywhere, "Blanks at the ends of the path are trimmed.", "a%20", "a"),
		from(trim, named(everywhere, "A no-break space at the end is part of a name.", "a%C2%A0", "a\u00a0")),
		from(trim, named(everywhere, "An ideographic space at the end is part of a name.", "a%E3%80%80", "a\u3000")),
		{says: "A tab at the end of a path in a copy is part of the name on Linux.", source: trim, on: linux, do: []step{
			stored("{}/a", "x"),
			copied("{}/a", `{}/b\t`, ``).oddly().is("200"),
			list("{}").shows("a 1", "b\t 1"),
		}},
		{says: "A tab at the end of a path in a copy is not trimmed on Windows, where no file can have it.", source: trim, on: windows, do: []step{
			stored("{}/a", "x"),
			copied("{}/a", `{}/b\t`, ``).oddly(),
			list("{}/b").is("404"),
		}},
		named(everywhere, "A plus is a plus, escaped or not.", "a+b%2Bc", "a+b+c"),
		named(everywhere, "An escaped slash separates, after the URL was split.", "a%2Fb", "a/b"),
		named(everywhere, "An escaped backslash separates.", "a%5Cb", "a/b"),
		named(windows, "A raw backslash separates on Windows.", `a\b`, "a/b"),
		from(uri, refused(linux, "A raw backslash is refused on Linux.", `a\b`)),
		named(linux, "An escaped number sign is part of the name on Linux.", "a%23b", "a#b"),
		named(linux, "An escaped question mark is part of the name on Linux.", "a%3Fb", "a?b"),
		refused(windows, "An escaped question mark takes the query on Windows.", "a%3Fb"),
		named(linux, "An escaped per cent sign is part of the name on Linux.", "100%25", "100%"),
		named(windows, "Windows decodes twice.", "a%2541", "aA"),
		named(linux, "Linux decodes once.", "a%2541", "a%41"),
		named(linux, "An escaped dollar is a name on Linux.", "a/%24", "a/$"),
		refused(windows, "An escaped dollar is the operations' mark on Windows.", "a/%24"),
		{says: "An escaped dollar leads to an operation on Windows.", on: windows, do: []step{
			get("/ImageStore/{}/a/%24/GetUploadSession").oddly().is("204"),
		}},
		named(windows, "A dollar that is escaped twice is a name on Windows.", "a/%2524", "a/$"),
		from("Common/Uri.cpp:280-295", refused(linux, "A raw parent segment is refused on Linux.", "a/../b")),
		from("Common/Uri.cpp:280-295", refused(linux, "A raw segment of one point is refused on Linux.", "a/./b")),
		from(uri, refused(linux, "Raw brackets are refused on Linux.", "[a]")),
		from(uri, refused(linux, "A raw bar is refused on Linux.", "a|b")),
		from(uri, refused(linux, "A raw caret is refused on Linux.", "a^b")),
		from(uri, refused(linux, "A raw quotation mark is refused on Linux.", `a"b`)),
		from(uri, refused(linux, "Raw angle brackets are refused on Linux.", "<a>")),
		from(uri, refused(linux, "A raw backquote is refused on Linux.", "a`b")),
		named(everywhere, "An equals sign is part of a name.", "a=b", "a=b"),
		named(everywhere, "Raw punctuation is part of a name.", "(a)!'+,;=@~{b}", "(a)!'+,;=@~{b}"),
		named(everywhere, "Names are Unicode.", "%E5%90%8D%CE%A9", "名Ω"),
		{says: "A per cent sign that does not begin an escape is refused.", do: []step{put("{}/a%zz", "x").hasStatus(400)}},
		{says: "A parent segment between escapes does not leave the store.", local: wouldTouchOthers},
		{says: "A name with NUL is refused.", local: wouldStay},
		{says: "A path of many names is stored.", do: []step{
			stored("{}/"+strings.Repeat("n/", 40)+"a", "x"),
			list("{}").shows("n/ 1"),
		}},
	}}
}

func folderOf(path string) string { return path[:max(strings.LastIndexByte(path, '/'), 0)] }

func spellings() topic {
	const first = "FSS/FileUploadAsyncOperation.cpp:209,258-266; ReplicatedStoreWrapper.cpp:103-108; FileMetadata.h:53"
	const copies = "FSS/FileCopyAsyncOperation.cpp:193-228"
	return topic{name: "Case of names", source: "FSS/FileMetadata.cpp:57-66", facts: []fact{
		{says: "A PUT in another case keeps the first writer's spelling on Windows.", source: first, on: windows, do: []step{
			stored("{}/Code.zip", "1"),
			stored("{}/CODE.zip", "22"),
			list("{}").shows("Code.zip 2"),
			list("{}/code.ZIP").shows("Code.zip 2"),
		}},
		{says: "A commit in another case keeps the first writer's spelling on Windows.", source: first, on: windows, do: []step{
			stored("{}/Code.zip", "1"),
			chunk("{}/CODE.zip", "<1>", "bytes 0-4/5", "hello").is("200"),
			commit("<1>").is("200"),
			list("{}").shows("Code.zip 5"),
		}},
		{says: "A PUT over a committed file in another case keeps its spelling on Windows.", source: first, on: windows, do: []step{
			chunk("{}/Code.zip", "<1>", "bytes 0-4/5", "hello").is("200"),
			commit("<1>").is("200"),
			stored("{}/code.zip", "22"),
			list("{}").shows("Code.zip 2"),
		}},
		{says: "A copied file keeps the spelling of the file that it replaces on Windows.", source: copies, on: windows, do: []step{
			stored("{}/a", "new"), stored("{}/Code.zip", "1"),
			copied("{}/a", "{}/CODE.zip", ``).is("200"),
			list("{}").shows("a 3", "Code.zip 3"),
		}},
		{says: "A file that is overwritten keeps the spelling of its folders on Windows.", source: first, on: windows, do: []step{
			stored("{}/App/Code/a", "1"),
			stored("{}/app/CODE/A", "22"),
			list("{}").shows("App/ 1"),
			list("{}/app/code").shows("App/Code/a 2"),
		}},
		{says: "After a deletion the new spelling is shown on Windows.", source: first, on: windows, do: []step{
			stored("{}/Code.zip", "1"),
			remove("{}/code.zip").is("200"),
			stored("{}/CODE.zip", "22"),
			list("{}").shows("CODE.zip 2"),
		}},
		{says: "A copied folder shows the new spelling on Windows.", source: copies, on: windows, do: []step{
			stored("{}/s/One", "1"), stored("{}/s/_.dir", ""),
			stored("{}/Dest/one", "22"), stored("{}/Dest/_.dir", ""),
			copied("{}/s", "{}/dEST", ``).is("200"),
			list("{}/dest").shows("dEST/_.dir 0", "dEST/One 1"),
		}},
		{says: "A new file shows its own spelling of a folder on Windows.", on: windows, source: "FSS/ProcessListRequestAsyncOperation.cpp:344-372", do: []step{
			stored("{}/App/a", "1"),
			stored("{}/app/b", "1"),
			list("{}").showsFolders("App/ 1", "app/ 1"),
			list("{}/aPP").shows("App/a 1", "app/b 1"),
		}},
		{says: "Names are case-sensitive on Linux, and a listing shows one of two that differ only in case.", on: linux, source: "ServiceModel/management/FileStoreService/StoreFileInfo.h:13", do: []step{
			stored("{}/Code.zip", "1"),
			stored("{}/CODE.zip", "22"),
			list("{}/Code.zip").shows("Code.zip 1"),
			list("{}/CODE.zip").shows("CODE.zip 2"),
			list("{}/code.zip").is("404"),
			list("{}").showsOneFile(),
		}},
	}}
}

func reservedNames() topic {
	const late = "FSS/ProcessRequestAsyncOperation.cpp:59,72"
	return topic{name: "Reserved names", source: "NIS:535-616", facts: []fact{
		{says: "Store and WindowsFabricStore cannot be deleted, in any case.", local: wouldDelete},
		{says: "A folder cannot be copied to a reserved name, not even with Echo.", source: "NIS:2318,2362; FSS/ProcessDeleteRequestAsyncOperation.cpp:30-43", local: wouldDelete},
		{says: "With Echo, a folder is not copied to a reserved name that has a mark, and that is a success.", source: "NIS:2318,2362", local: wouldDelete},
		{says: "A file can be copied into a reserved folder.", local: wouldTouchOthers},
		{says: "A blank deletes the whole store, because names are checked before they are trimmed.", source: late, local: wouldEmptyStore},
		{says: "A reserved name followed by a blank or a backslash deletes the reserved folder.", source: late, local: wouldDelete},
		{says: "A folder copied to a reserved name with a separator or a blank deletes the reserved folder.", source: late, local: wouldDelete},
		{says: "A folder of such a name elsewhere can be deleted.", do: []step{
			stored("{}/Store/a", "x"),
			remove("{}/Store").is("200"),
			list("{}/Store").is("404"),
		}},
	}}
}
