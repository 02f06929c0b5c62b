package conformance

import "testing"

func TestRouting(t *testing.T) {
	holds(t, []fact{
		{says: "Another path than /ImageStore is a bad request, not 404.", do: []step{get("/ImageStores").is(invalid)}},
		{says: "The template is case-sensitive.", do: []step{get("/imagestore/{}").is(invalid)}},
		{says: "The root of a store without a file is 404 with a code.", local: wantsEmptyStore, do: []step{
			get("/ImageStore").is(emptyStore).saysJSON(),
			get("//ImageStore//").is(emptyStore),
		}},
		{says: "The root of a store with a file is a listing.", do: []step{stored("{}/a", "x"), get("/ImageStore").is("200")}},
		{says: "HEAD is no verb of the store.", do: []step{request("HEAD", "/ImageStore/{}", "").is("400")}},
		{says: "PATCH is no verb of the store.", do: []step{request("PATCH", "/ImageStore/{}/a", "x").is(invalid)}},
		{says: "A path cannot be posted to.", do: []step{request("POST", "/ImageStore/{}/a", "x").is(invalid)}},
		{says: "The root cannot be written.", do: []step{request("PUT", "/ImageStore", "x").is(invalid)}},
		{says: "The root cannot be deleted.", local: wouldHarm, do: []step{
			stored("{}/a", "x"),
			request("DELETE", "/ImageStore", "").is(invalid),
			request("DELETE", "/ImageStore//", "").is(invalid),
			list("{}").shows("a 1"),
		}},
		{says: "A $ segment without an operation is a bad request.", do: []step{
			list("{}/$").is(invalid),
			list("{}/$/b").is(invalid),
			list("{}/$/Copy").is(invalid),
		}},
		{says: "A segment that only begins with $ is a name.", do: []step{stored("{}/$a/$$", "x"), list("{}/$a").shows("$a/$$ 1")}},
		{says: "Nothing may follow an operation.", do: []step{
			list("{}/a/$/GetUploadSession/b").is(invalid),
			chunk("{}/a/$/UploadChunk", "<1>", "bytes 0-0/1", "x").is(invalid),
		}},
		{says: "An operation may end in a slash.", on: windows, do: []step{list("{}/a/$/GetUploadSession/").is("204").oddly()}},
		{says: "An operation is case-sensitive.", do: []step{list("{}/a/$/getuploadsession").is(invalid)}},
		{says: "An operation with another verb is a bad request, not 405.", do: []step{
			request("POST", "/ImageStore/{}/a/$/GetUploadSession", "x").is(invalid),
			request("PUT", "/ImageStore/$/Copy", "x").is(invalid),
			request("GET", "/ImageStore/$/CommitUploadSession?session-id=<1>", "").is(invalid),
		}},
		{says: "A chunk needs a path.", do: []step{request("PUT", "/ImageStore/$/UploadChunk?session-id=<1>", "x").is(invalid)}},
		{says: "A commit has no path.", do: []step{request("POST", "/ImageStore/{}/a/$/CommitUploadSession?session-id=<1>", "").is(invalid)}},
		{says: "On Linux every session URL matches nothing.", on: linux, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/1", "x").is(invalid),
			session("<1>").is(invalid),
			sessionsOf("{}/a").is(invalid),
			commit("<1>").is(invalid),
			deletionOf("<1>").is(invalid),
		}},
	})
}

func TestVersions(t *testing.T) {
	at := func(says, query, want string) fact {
		x := bare("GET", "/ImageStore/{}?"+query).is(want).oddly()
		return fact{says: says, do: []step{stored("{}/a", "x"), x}}
	}
	newest := func(says, query, want string) fact {
		f := at(says, query, want)
		f.local = wantsVersion
		return f
	}
	holds(t, []fact{
		at("The api-version is required.", "", invalid),
		at("The api-version must be a number.", "api-version=new", invalid),
		at("The api-version begins at 1.0.", "api-version=1.0", "200"),
		at("The api-version must not be below 1.0.", "api-version=0.9", invalid),
		at("An api-version between the published ones passes.", "api-version=2.5", "200"),
		at("A preview is what it is a preview of.", "api-version=6.0-preview", "200"),
		at("What follows the number is ignored.", "api-version=6.0abc", "200"),
		at("The api-version is named in lower case.", "Api-Version=6.0", invalid),
		newest("The runtime's own version passes.", "api-version=11.3", "200"),
		newest("A version above the runtime's is refused.", "api-version=11.4", invalid),
		newest("The version is a decimal fraction: 11.10 is 11.1.", "api-version=11.10", "200"),
		at("A version far above every runtime's is refused.", "api-version=9999.0", invalid),
		{says: "Before 3.0 a date is a number of 100 ns.", do: []step{
			stored("{}/a", "x"),
			list("{}").at("2.0").is("200").looksLike(`.*"ModifiedDate":"\d{18}".*`),
		}},
		{says: "From 3.0 on a date is ISO 8601 in UTC with milliseconds.", do: []step{
			stored("{}/a", "x"),
			list("{}").at("3.0").is("200").looksLike(`.*"ModifiedDate":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z".*`),
		}},
		{says: "Listings of 1.0, 2.0 and 3.0 have no ContinuationToken.", do: []step{
			stored("{}/a", "x"),
			list("{}").at("1.0").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\]\}`),
			list("{}").at("2.0").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\]\}`),
			list("{}").at("3.0").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\]\}`),
			list("{}").at("2.5").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\],"ContinuationToken":""\}`),
			list("{}").at("6.0").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\],"ContinuationToken":""\}`),
		}},
		{says: "A missing path has JSON's headers before 6.2 and none from there on.", do: []step{
			list("{}/no").at("6.1").is("404").saysJSON().hasBody(""),
			list("{}/no").at("6.2").is("404").hasHeader("Content-Type", "").hasHeader("X-Content-Type-Options", "").hasBody(""),
		}},
	})
}

func TestQueries(t *testing.T) {
	asks := func(says, query, want string) fact {
		x := bare("GET", "/ImageStore/{}?"+query).is(want).oddly()
		return fact{says: says, do: []step{stored("{}/a", "x"), x}}
	}
	holds(t, []fact{
		asks("Of two values of a name the first counts.", "api-version=6.0&api-version=9999", "200"),
		asks("Of two values of a name the second does not count.", "api-version=9999&api-version=6.0", invalid),
		asks("A pair with two signs of equality is ignored.", "api-version=6.0=x", invalid),
		asks("A pair without a value is ignored, and the next one counts.", "api-version=&api-version=6.0", "200"),
		asks("Values are not decoded.", "api-version=%36.0", invalid),
		asks("Empty pairs do no harm.", "&&x&=y&api-version=6.0", "200"),
		asks("A timeout of 0 is refused.", "api-version=6.0&timeout=0", invalid),
		asks("A timeout of +0 is refused.", "api-version=6.0&timeout=+0", invalid),
		asks("A timeout of one second passes.", "api-version=6.0&timeout=1", "200"),
		asks("The largest timeout is one of 32 bits.", "api-version=6.0&timeout=4294967295", "200"),
		asks("A timeout of more than 32 bits is the default.", "api-version=6.0&timeout=4294967296", "200"),
		asks("A timeout that is no number is the default.", "api-version=6.0&timeout=soon", "200"),
		asks("A negative timeout is the default.", "api-version=6.0&timeout=-1", "200"),
		{says: "The refusal of a timeout of 0 says why, and nothing is done.", do: []step{
			stored("{}/a", "x"),
			put("{}/b?timeout=0", "x").is(invalid).hasBody(`{"Error":{"Code":"E_INVALIDARG","Message":"The timeout specified for client APIs must be greater than zero"}}`),
			list("{}").shows("a 1"),
		}},
		{says: "A fragment takes the query with it.", do: []step{list("{}#x").is(invalid)}},
	})
}
