package conformance

import "fmt"

func jsonShapes() topic {
	const date = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
	const version = `\{"EpochDataLossNumber":"-?\d+","VersionNumber":"\d+","EpochConfigurationNumber":"-?\d+"\}`
	return topic{name: "JSON", source: "Common/JsonReaderWriter.h:18-25,58-76,171-194,236-259", facts: []fact{
		{says: "A listing has all its members, and integers of 64 bits are strings.", source: "ServiceModel/management/FileStoreService/StorePagedContentInfo.h:50-54", do: []step{
			stored("{}/a", "hello"),
			stored("{}/b/c", "x"),
			list("{}").looksLike(`\{"StoreFiles":\[\{"StoreRelativePath":"[^"]*a","FileVersion":` + version +
				`,"FileSize":"5","ModifiedDate":"` + date + `"\}\],"StoreFolders":\[\{"StoreRelativePath":"[^"]*b","FileCount":"1"\}\],"ContinuationToken":""\}`),
		}},
		{says: "Paths in listings have backslashes on Windows.", source: "FSS/ProcessListRequestAsyncOperation.cpp", on: windows, do: []step{
			stored("{}/b/c", "x"),
			list("{}/b").want(hasPath(`{\}\\b\\c`)),
		}},
		{says: "Paths in listings have slashes on Linux.", source: "FSS/ProcessListRequestAsyncOperation.cpp", on: linux, do: []step{
			stored("{}/b/c", "x"),
			list("{}/b").want(hasPath("{}/b/c")),
		}},
		{says: "A session has all its members, with its path as it was sent.", on: withSessions, source: "FSS/processcreateuploadsession:73-76,111-118", do: []step{
			chunk("{}/a%5Cb", "<1>", "bytes 2-3/10", "xx").is("200"),
			session("<1>").looksLike(`\{"UploadSessions":\[\{"StoreRelativePath":"{}/a\\\\b","SessionId":"<1>","FileSize":"10","ModifiedDate":"` + date +
				`","ExpectedRanges":\[\{"StartPosition":"0","EndPosition":"1"\},\{"StartPosition":"4","EndPosition":"9"\}\]\}\]\}`),
		}},
		{says: "A session whose bytes have all arrived has an empty array of expected ranges.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/1", "x").is("200"),
			session("<1>").looksLike(`.*"ExpectedRanges":\[\]\}\]\}`),
		}},
		{says: "A session's id is in lower case, however it was sent.", source: "Common/Guid.cpp:110-117", on: withSessions, do: []step{
			chunk("{}/a", "<1!>", "bytes 0-0/2", "x").is("200"),
			session("<1!>").looksLike(`.*"SessionId":"<1>".*`),
		}},
		{says: "A success without a payload is 200 with an empty body and JSON's headers.", source: "HAO:370-385", do: []step{
			put("{}/a", "x").is("200").hasBody("").saysJSON(),
			put("{}/_.dir", "").is("200").hasBody("").saysJSON(),
			copied("{}/a", "{}/b", ``).is("200").hasBody("").saysJSON(),
			remove("{}/a").is("200").hasBody("").saysJSON(),
		}},
		{says: "204 has JSON's headers for a query of sessions.", source: "ISH:773-787", on: withSessions, do: []step{
			session("<1>").is("204").hasBody("").saysJSON(),
			sessionsOf("{}/a").is("204").hasBody("").saysJSON(),
		}},
		{says: "A file's date is that of its write.", local: wantsClock},
	}}
}

// hasPath expects a path in a listing, spelled as in JSON.
func hasPath(path string) func(*trial, reply) {
	return func(t *trial, r reply) {
		var wire string
		for _, f := range t.listing(r).StoreFiles {
			wire = f.StoreRelativePath
		}
		if got, expected := fmt.Sprintf("%q", wire), `"`+t.expand(path)+`"`; got != expected {
			t.problem("the path is %s, expected %s", got, expected)
		}
	}
}

func errorTexts() topic {
	return topic{name: "Errors", source: "GW/ErrorBody.cpp; HT/HttpUtil.cpp:206-461", facts: []fact{
		{says: "An error with a text of its own contains that text.", do: []step{
			get("/ImageStores").hasBody(`{"Error":{"Code":"E_INVALIDARG","Message":"Invalid argument"}}`).saysJSON(),
			copied("{}/no", "{}/b", ``).hasBody(`{"Error":{"Code":"FABRIC_E_FILE_NOT_FOUND","Message":"File not found"}}`),
		}},
		{says: "A missing session id has a text of its own.", on: withSessions, do: []step{
			get("/ImageStore/$/GetUploadSession").hasBody(`{"Error":{"Code":"FABRIC_E_INVALID_UPLOAD_SESSION_ID","Message":"The upload session identity is invalid."}}`),
		}},
		{says: `An error without a text says "Null".`, on: withSessions, do: []step{
			deletionOf("<1>").is(unknown).hasBody(`{"Error":{"Code":"NotFound","Message":"Null"}}`).saysJSON(),
			chunk("{}/a", "<1>", "bytes 2-1/10", "x").hasBody(`{"Error":{"Code":"FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE","Message":"Null"}}`),
		}},
		{says: "A commit of too few bytes names the path with backslashes, the size announced and the size merged.", source: "inc/resourceids.h:599; FSS/processcommit:267-293", on: withSessions, do: []step{
			chunk("{}/f/a", "<1>", "bytes 0-1/4", "abc").oddly().is("200"),
			chunk("{}/f/a", "<1>", "bytes 2-3/4", "").oddly().is("200"),
			commit("<1>").is(invalid).hasBody(`{"Error":{"Code":"E_INVALIDARG","Message":"Upload failed due to an internal error. Image store file {\}\\f\\a has 4 bytes, which doesn't match expected value of 3 bytes. Please retry."}}`),
		}},
		{says: "A commit of too many bytes has the same text.", source: "inc/resourceids.h:599; FSS/processcommit:267-293", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-1/2", "hello world").oddly().is("200"),
			commit("<1>").is(invalid).endsIn("has 2 bytes, which doesn't match expected value of 11 bytes. Please retry."),
		}},
		{says: "FABRIC_E_VALUE_TOO_LARGE has the text of an invalid argument.", source: "HT/HttpUtil.cpp:206-461", local: wantsMuch},
		{says: "FABRIC_E_INVALID_NAME_URI, FABRIC_E_PATH_TOO_LONG and FABRIC_E_OBJECT_CLOSED have texts of their own.", local: wantsFault},
	}}
}

func fileVersions() topic {
	const counts = "FSS/RequestManager.cpp:563-567"
	return topic{name: "File versions", source: counts, facts: []fact{
		{says: "A later write has a greater version, by data loss, configuration and number.", do: []step{
			stored("{}/a", "x"), remember("first"),
			stored("{}/a", "x"), remember("second"),
			stored("{}/b", "x"),
			list("{}/b").grewFrom("second"),
			list("{}/a").grewFrom("first"),
		}},
		{says: "A version number is a count of writes, not a time.", do: []step{
			stored("{}/a", "x"),
			list("{}/a").want(func(t *trial, r reply) {
				if v := t.version(r); v.number < 1 || v.number > 1<<40 {
					t.problem("the version number is %d", v.number)
				}
			}),
		}},
		{says: "A copy is a write.", do: []step{
			stored("{}/a", "x"), remember("first"),
			copied("{}/a", "{}/b", ``).is("200"),
			list("{}/b").grewFrom("first"),
			list("{}/a").keeps("first"),
		}},
		{says: "A commit is a write.", on: withSessions, do: []step{
			stored("{}/a", "x"), remember("first"),
			chunk("{}/a", "<1>", "bytes 0-0/1", "x").is("200"),
			list("{}/a").keeps("first"),
			commit("<1>").is("200"),
			list("{}/a").grewFrom("first"),
		}},
		{says: "A refused write changes no version.", do: []step{
			stored("{}/a", "x"), remember("first"),
			put("{}/a?timeout=0", "x").is(invalid),
			copied("{}/no", "{}/a", ``).is(noFile),
			list("{}/a").keeps("first"),
		}},
		{says: "Version numbers count from 1.", local: wantsEmptyStore},
		{says: "A failover begins a new epoch: the configuration number grows by 2^32+1, and the count begins again.", source: "FSS/RequestManager.cpp:563-567,1609", local: wantsFailover},
		{says: "A version grows although the clock goes back.", local: wantsClock},
	}}
}
