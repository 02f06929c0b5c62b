package conformance

import (
	"slices"
	"strings"
)

func listings() topic {
	const order = "FSS/ProcessListRequestAsyncOperation.cpp:344-372; Store/EseLocalStore.cpp:366-389"
	return topic{name: "Listings", source: "FSS/ProcessListRequestAsyncOperation.cpp:283-391", facts: []fact{
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
		{says: "Files are sorted without regard to case.", source: "FSS/InternalFileStoreClient.cpp:1431-1434", do: []step{
			stored("{}/b", "x"), stored("{}/A", "x"), stored("{}/C", "x"), stored("{}/_.dir", ""),
			list("{}").shows("_.dir 0", "A 1", "b 1", "C 1"),
		}},
		{says: "Folders come in the order of their files' keys, where the separator counts as a backslash on Windows.", source: order, on: windows, do: []step{
			stored("{}/a_/x", "1"), stored("{}/a/x", "1"), stored("{}/a1/x", "1"), stored("{}/a.b/x", "1"), stored("{}/a-/x", "1"),
			list("{}").showsFolders("a-/ 1", "a.b/ 1", "a1/ 1", "a/ 1", "a_/ 1"),
		}},
		{says: "Folders come in the order of their files' keys, where the separator counts as a slash on Linux.", source: order, on: linux, do: []step{
			stored("{}/a_/x", "1"), stored("{}/a/x", "1"), stored("{}/a1/x", "1"), stored("{}/a.b/x", "1"), stored("{}/a-/x", "1"),
			list("{}").showsFolders("a-/ 1", "a.b/ 1", "a/ 1", "a1/ 1", "a_/ 1"),
		}},
		{says: "A folder is listed anew whenever its spelling changes along the keys on Windows.", source: order, on: windows, do: []step{
			stored("{}/App/a", "1"), stored("{}/app/b", "1"), stored("{}/App/c", "1"), stored("{}/App/d", "1"),
			list("{}").showsFolders("App/ 1", "app/ 1", "App/ 2"),
		}},
		{says: "The count of files in a folder has 16 bits.", source: "ServiceModel/management/FileStoreService/StoreFolderInfo.h:51-54", local: wantsMuch},
		{says: "A file whose bytes are gone makes the listing of its folder 404.", source: "FSS/ProcessListRequestAsyncOperation.cpp", local: wantsFault},
		{says: "A name that only begins like the path is not below it.", do: []step{
			stored("{}/ab/1", "x"),
			list("{}/a").is("404"),
		}},
		{says: "A missing path is 404 without a body.", source: "GW/imagestorehandler.h:159-184", do: []step{list("{}/no").is("404").hasBody("")}},
	}}
}

func pages() topic {
	const token = "FSS/ProcessListRequestAsyncOperation.cpp:187-197,228,286-349,436-452"
	three := []step{stored("{}/a/1", "1"), stored("{}/a/2", "1"), stored("{}/a/3", "1"), stored("{}/b", "1")}
	with := func(steps ...step) []step { return slices.Concat(three, steps) }
	return topic{name: "Pages", source: token, facts: []fact{
		{says: "A token is the path of the first item of its page.", do: []step{
			stored("{}/a", "1"), stored("{}/b", "1"), stored("{}/c", "1"),
			list("{}").from("b").shows("b 1", "c 1"),
		}},
		{says: "A token need not be a path that exists.", do: []step{
			stored("{}/a", "1"), stored("{}/c", "1"),
			list("{}").from("b").shows("c 1"),
		}},
		{says: "A token inside a folder lists that folder with the rest of its count.", do: with(
			list("{}").from("a/2").shows("b 1", "a/ 2"),
			list("{}").from("a/3").shows("b 1", "a/ 1"),
			list("{}").from("a/4").shows("b 1"),
		)},
		{says: "A token ignores case on Windows.", on: windows, do: with(
			list("{}").from("A/2").shows("b 1", "a/ 2"),
			list("{}").from("B").shows("b 1"),
		)},
		{says: "Separators at the ends of a token do not count on Windows.", on: windows, do: with(
			list("{}").from("b/").shows("b 1"),
			list("{}").from("a/2/").shows("b 1", "a/ 2"),
		)},
		{says: "The listing of a file ignores the token.", do: []step{
			stored("{}/a", "hello"),
			list("{}/a").from("zzz").shows("a 5"),
		}},
		{says: "An empty token counts as missing.", do: []step{
			stored("{}/a", "1"),
			list("{}?ContinuationToken=").oddly().shows("a 1"),
		}},
		{says: "A token past the end of a folder with a mark is 204.", source: "GW/imagestorehandler.h:185-194", do: []step{
			stored("{}/a/_.dir", ""),
			list("{}/a").from("a/zzz").is("204").hasBody(""),
		}},
		{says: "A token past the end of a folder without a mark is 404.", source: "FSS/processcheckexistence:42-56; GW/imagestorehandler.h:159-184", do: []step{
			stored("{}/a/b", "x"),
			list("{}/a").from("a/zzz").is("404").hasBody(""),
		}},
		{says: "A token past the end of the root is 404 with a code.", source: "GW/imagestorehandler.h:148-157,185-194", do: []step{
			stored("{}/a", "x"),
			get("/ImageStore?ContinuationToken=" + strings.Repeat("%EF%BF%BD", 8)).hidden().is(emptyStore).saysJSON(),
		}},
		{says: "A token with an equals sign inside is dropped, and the first page comes again.", source: "GU:458-475", do: []step{
			stored("{}/a", "1"), stored("{}/b=c", "1"),
			list("{}").oddly().from("b=c").shows("a 1", "b=c 1"),
		}},
		{says: "An equals sign at the end of a token is dropped alone.", source: "SU.h:437; GU:458-474", do: []step{
			stored("{}/a", "1"), stored("{}/b=", "1"),
			list("{}").oddly().from("b=").shows("b= 1"),
		}},
		{says: "A token may have 4096 characters and no more.", do: []step{
			stored("{}/_.dir", ""),
			list("{}?ContinuationToken=" + strings.Repeat("~", 4096)).is("204"),
			list("{}?ContinuationToken=" + strings.Repeat("~", 4097)).hasStatus(413),
		}},
		{says: "Listings without pages ignore the token.", source: "ISH:258-305", do: []step{
			stored("{}/a", "x"),
			list("{}?ContinuationToken=" + strings.Repeat("~", 4097)).at("3.0").oddly().is("200").shows("a 1"),
			list("{}?ContinuationToken=~").at("1.0").oddly().is("200"),
			list("{}?ContinuationToken=~").at("2.0").oddly().is("200"),
		}},
		{says: "A page has 3 MiB, and the pages together contain each file once.", local: wantsMuch},
		{says: "A listing without pages is refused above 3 MiB.", source: "ISH:258-305; HT/HttpUtil.cpp:206-461", local: wantsMuch},
	}}
}
