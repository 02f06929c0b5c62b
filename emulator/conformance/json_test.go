package conformance

import (
	"strconv"
	"testing"
	"time"
)

func TestJSON(t *testing.T) {
	const date = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
	const version = `\{"EpochDataLossNumber":"-?\d+","VersionNumber":"\d+","EpochConfigurationNumber":"-?\d+"\}`
	holds(t, []fact{
		{says: "A listing has all its members, and integers of 64 bits are strings.", do: []step{
			stored("{}/a", "hello"),
			stored("{}/b/c", "x"),
			list("{}").looksLike(`\{"StoreFiles":\[\{"StoreRelativePath":"[^"]*a","FileVersion":` + version +
				`,"FileSize":"5","ModifiedDate":"` + date + `"\}\],"StoreFolders":\[\{"StoreRelativePath":"[^"]*b","FileCount":"1"\}\],"ContinuationToken":""\}`),
		}},
		{says: "Paths in listings have backslashes on Windows.", on: windows, do: []step{
			stored("{}/b/c", "x"),
			list("{}/b").looksLike(`.*"StoreRelativePath":"` + base + `\\\\r\d+\\\\b\\\\c".*`),
		}},
		{says: "Paths in listings have slashes on Linux.", on: linux, do: []step{
			stored("{}/b/c", "x"),
			list("{}/b").looksLike(`.*"StoreRelativePath":"{}/b/c".*`),
		}},
		{says: "A session has all its members, with its path as it was sent.", on: windows, do: []step{
			chunk("{}/a%5Cb", "<1>", "bytes 2-3/10", "xx").is("200"),
			session("<1>").looksLike(`\{"UploadSessions":\[\{"StoreRelativePath":"{}/a\\\\b","SessionId":"<1>","FileSize":"10","ModifiedDate":"` + date +
				`","ExpectedRanges":\[\{"StartPosition":"0","EndPosition":"1"\},\{"StartPosition":"4","EndPosition":"9"\}\]\}\]\}`),
		}},
		{says: "A session whose bytes are all there expects an empty array.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/1", "x").is("200"),
			session("<1>").looksLike(`.*"ExpectedRanges":\[\]\}\]\}`),
		}},
		{says: "A session's id is in lower case, however it was sent.", on: windows, do: []step{
			chunk("{}/a", "<1!>", "bytes 0-0/2", "x").is("200"),
			session("<1!>").looksLike(`.*"SessionId":"<1>".*`),
		}},
		{says: "An error with a text of its own has it.", do: []step{
			get("/ImageStores").hasBody(`{"Error":{"Code":"E_INVALIDARG","Message":"Invalid argument"}}`).saysJSON(),
			copied("{}/no", "{}/b", ``).hasBody(`{"Error":{"Code":"FABRIC_E_FILE_NOT_FOUND","Message":"File not found"}}`),
		}},
		{says: "A missing session id has a text of its own.", on: windows, do: []step{
			get("/ImageStore/$/GetUploadSession").hasBody(`{"Error":{"Code":"FABRIC_E_INVALID_UPLOAD_SESSION_ID","Message":"The upload session identity is invalid."}}`),
		}},
		{says: `An error without a text says "Null".`, on: windows, do: []step{
			deletionOf("<1>").is(unknown).hasBody(`{"Error":{"Code":"NotFound","Message":"Null"}}`).saysJSON(),
			chunk("{}/a", "<1>", "bytes 2-1/10", "x").hasBody(`{"Error":{"Code":"FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE","Message":"Null"}}`),
		}},
		{says: "A success without a payload is 200 with an empty body and JSON's headers.", do: []step{
			put("{}/a", "x").is("200").hasBody("").saysJSON(),
			put("{}/_.dir", "").is("200").hasBody("").saysJSON(),
			copied("{}/a", "{}/b", ``).is("200").hasBody("").saysJSON(),
			remove("{}/a").is("200").hasBody("").saysJSON(),
		}},
		{says: "204 has JSON's headers for a query of sessions.", on: windows, do: []step{
			session("<1>").is("204").hasBody("").saysJSON(),
			sessionsOf("{}/a").is("204").hasBody("").saysJSON(),
		}},
		{says: "A version grows with each write.", do: []step{
			stored("{}/a", "x"), remember("first"),
			stored("{}/a", "x"), remember("second"),
			stored("{}/b", "x"),
			list("{}/b").want(grewFrom("second")),
			list("{}/a").want(grewFrom("first")),
		}},
		{says: "A version grows although the clock goes back.", local: wantsClock, do: []step{
			stored("{}/a", "x"), remember("first"),
			forward(-time.Hour),
			stored("{}/a", "x"),
			list("{}/a").want(grewFrom("first")),
		}},
		{says: "A file's date is that of its write.", local: wantsClock, do: []step{
			forward(time.Hour),
			stored("{}/a", "x"),
			list("{}/a").looksLike(`.*"ModifiedDate":"2026-01-02T04:04:05.678Z".*`),
		}},
	})
}

// remember keeps the version of the file "a".
func remember(name string) step {
	return turn(func(g *gateway) {
		list("{}/a").want(func(g *gateway, r reply) { g.versions[name] = g.version(r) }).run(g)
	})
}

func grewFrom(name string) func(*gateway, reply) {
	return func(g *gateway, r reply) {
		if got := g.version(r); got <= g.versions[name] {
			g.problem("the version is %d after %d", got, g.versions[name])
		}
	}
}

// version is that of the one file in a listing.
func (g *gateway) version(r reply) (v uint64) {
	l := g.listing(r)
	if len(l.StoreFiles) != 1 {
		g.problem("%d files are listed, want 1", len(l.StoreFiles))
		return 0
	}
	v, err := strconv.ParseUint(l.StoreFiles[0].FileVersion.VersionNumber, 10, 64)
	if err != nil {
		g.problem("%v", err)
	}
	return v
}
