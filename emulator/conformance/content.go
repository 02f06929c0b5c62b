package conformance

import "strings"

func uploads() topic {
	const header = "ISH:45-56"
	return topic{name: "Uploads", source: "ISH:213; FSS/FileUploadAsyncOperation.cpp", facts: []fact{
		{says: "A PUT stores a file and makes the folders above it.", do: []step{stored("{}/a/b/c", "hello"), list("{}/a/b").shows("a/b/c 5")}},
		{says: "A PUT makes no mark.", do: []step{stored("{}/a/b", "x"), list("{}/a").shows("a/b 1")}},
		{says: "A PUT over a file replaces it.", do: []step{stored("{}/a", "hello"), stored("{}/a", "hi"), list("{}").shows("a 2")}},
		{says: "An empty PUT stores an empty file.", do: []step{stored("{}/a", ""), list("{}").shows("a 0")}},
		{says: "A valid Content-Range on a PUT is ignored.", source: header, do: []step{
			put("{}/a", "hello").with("Content-Range: bytes 5-9/10").is("200"),
			list("{}").shows("a 5"),
		}},
		{says: "An invalid Content-Range on a PUT is refused on Windows.", source: header, on: windows, do: []step{
			put("{}/a", "hello").with("Content-Range: bytes 9-5/10").is(refusedRange),
			list("{}").is("404"),
		}},
		{says: "A Content-Range on a PUT is read as that of a chunk on Windows.", source: header, on: windows, do: []step{
			put("{}/a", "hello").with("Content-Range: setyb 2-3/10").is(refusedRange),
			put("{}/a", "hello").with("Content-Range: bytes -5/10").oddly().is("200"),
			list("{}").shows("a 5"),
		}},
		{says: "An invalid Content-Range on a PUT is ignored on Linux.", source: header, on: linux, do: []step{
			put("{}/a", "hello").with("Content-Range: bytes 9-5/10").oddly().is("200"),
			put("{}/b", "hello").with("Content-Range: nonsense").oddly().is("200"),
			list("{}").shows("a 5", "b 5"),
		}},
		{says: "A PUT may have a chunked body.", source: "HT/RequestMessageContext.ReadBodyAsyncOperation.cpp:52-63", do: []step{
			exchange{verb: "PUT", target: "/ImageStore/{}/a?" + apiVersion, chunked: true, body: "hello"}.is("200"),
			list("{}").shows("a 5"),
		}},
		{says: "The media type of a PUT does not matter.", do: []step{
			put("{}/a", "x").with("Content-Type: text/plain").oddly().is("200"),
			list("{}").shows("a 1"),
		}},
	}}
}

func writers() topic {
	wins := func(x exchange) exchange { return x.is("200", timedOut) }
	first, second := wins(put("{}/a", "x")), wins(put("{}/a", "hello"))
	oneOf := func(sizes ...string) exchange {
		return list("{}").want(func(t *trial, r reply) {
			files, _ := t.listing(r).lines(t)
			for _, size := range sizes {
				if len(files) == 1 && files[0] == "a "+size {
					return
				}
			}
			t.problem("listed %q, expected one of the files written, with the sizes %q", files, sizes)
		})
	}
	return topic{name: "Concurrent writers", source: "Naming/NamingErrorCategories.cpp:39; FSS/ProcessRequestAsyncOperation.cpp:84-103", facts: []fact{
		{says: "Two PUTs of one path wait for each other.", do: []step{together{first, second}, oneOf("1", "5")}},
		{says: "Two PUTs of one path in two spellings wait for each other.", on: windows, do: []step{
			together{first, wins(put("{}/A", "hello"))},
			list("{}").showsOneFile(),
		}},
		{says: "A PUT and a deletion of one path wait for each other.", do: []step{
			stored("{}/a", "xx"),
			together{second, wins(remove("{}/a"))},
		}},
		{says: "A PUT and a copy to one path wait for each other.", do: []step{
			stored("{}/b/c", "new"),
			together{first, wins(copied("{}/b/c", "{}/a", ``))},
			list("{}/a").is("200"),
		}},
		{says: "A PUT and a deletion of the folder above wait for each other.", do: []step{
			stored("{}/f/b", "xx"),
			together{wins(put("{}/f/a", "x")), wins(remove("{}/f"))},
		}},
		{says: "Two copies to one path wait for each other.", do: []step{
			stored("{}/f/b", "new"), stored("{}/f/c", "hello"),
			together{wins(copied("{}/f/b", "{}/a", ``)), wins(copied("{}/f/c", "{}/a", ``))},
			list("{}/a").is("200"),
		}},
		{says: "Of a PUT and a commit to one path, only the commit may get OperationsPending.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-4/5", "hello").is("200"),
			together{first, commit("<1>").is("200", pending)},
			oneOf("1", "5"),
		}},
		{says: "Of two commits to one path, one may get OperationsPending, and the other succeeds.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-4/5", "hello").is("200"),
			chunk("{}/a", "<2>", "bytes 0-2/3", "new").is("200"),
			together{commit("<1>").is("200", pending), commit("<2>").is("200", pending)},
			oneOf("5", "3"),
		}},
	}}
}

func deletions() topic {
	const body = "HT/Constants.cpp:14; HT/RequestMessageContext.ReadBodyAsyncOperation.cpp:52-63"
	return topic{name: "Deletions", source: "NIS:535-616", facts: []fact{
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
		{says: "Deleting what does not exist succeeds.", source: "NIS:583-586", do: []step{
			remove("{}/no").is("200"),
			remove("{}/no/more").is("200"),
			stored("{}/a", "x"), remove("{}/a").is("200"), remove("{}/a").is("200"),
		}},
		{says: "A deletion ignores case on Windows.", on: windows, do: []step{
			stored("{}/A/b", "x"),
			remove("{}/a").is("200"),
			list("{}/A").is("404"),
		}},
		{says: "A deletion is case-sensitive on Linux.", on: linux, do: []step{
			stored("{}/A/b", "x"),
			remove("{}/a").is("200"),
			list("{}/A").shows("A/b 1"),
		}},
		{says: "The body of a DELETE may have 4 MiB and no more on Windows.", source: body, on: windows, do: []step{
			request("DELETE", "/ImageStore/{}/no", strings.Repeat(" ", 4<<20)).oddly().is("200"),
			request("DELETE", "/ImageStore/{}/no", strings.Repeat(" ", 4<<20+1)).is("413 FABRIC_E_MESSAGE_TOO_LARGE"),
		}},
		{says: "The body of a DELETE may have more on Linux.", source: body, on: linux, do: []step{
			request("DELETE", "/ImageStore/{}/no", strings.Repeat(" ", 4<<20+1)).oddly().is("200"),
		}},
	}}
}
