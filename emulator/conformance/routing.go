package conformance

func routing() topic {
	return topic{name: "Routing", source: "ISH:193-247; GU:160-197; HAO:35-41", facts: []fact{
		{says: "Another path than /ImageStore is a bad request, not 404.", do: []step{get("/ImageStores").is(invalid)}},
		{says: "The template is case-sensitive.", do: []step{get("/imagestore/{}").is(invalid)}},
		{says: "The root of a store without a file is 404 with a code.", source: "GW/imagestorehandler.h:148-157", local: wantsEmptyStore},
		{says: "The root of a store with a file is a listing.", do: []step{stored("{}/a", "x"), get("/ImageStore").hidden().is("200")}},
		{says: "HEAD is not a verb of the store.", do: []step{request("HEAD", "/ImageStore/{}", "").is("400")}},
		{says: "PATCH is not a verb of the store.", do: []step{request("PATCH", "/ImageStore/{}/a", "x").is(invalid)}},
		{says: "A path cannot be posted to.", do: []step{request("POST", "/ImageStore/{}/a", "x").is(invalid)}},
		{says: "The root cannot be written.", do: []step{request("PUT", "/ImageStore", "x").is(invalid)}},
		{says: "The root cannot be deleted.", local: wouldEmptyStore},
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
		{says: "An operation may end in a slash.", on: withSessions, do: []step{list("{}/a/$/GetUploadSession/").is("204").oddly()}},
		{says: "An operation is case-sensitive.", do: []step{list("{}/a/$/getuploadsession").is(invalid)}},
		{says: "An operation with another verb is a bad request, not 405.", do: []step{
			request("POST", "/ImageStore/{}/a/$/GetUploadSession", "x").is(invalid),
			request("PUT", "/ImageStore/$/Copy", "x").is(invalid),
			request("GET", "/ImageStore/$/CommitUploadSession?session-id=<1>", "").is(invalid),
		}},
		{says: "A chunk needs a path.", do: []step{request("PUT", "/ImageStore/$/UploadChunk?session-id=<1>", "x").is(invalid)}},
		{says: "A commit has no path.", do: []step{request("POST", "/ImageStore/{}/a/$/CommitUploadSession?session-id=<1>", "").is(invalid)}},
		{says: "Without upload sessions each of their URLs matches nothing.", on: withoutSessions, source: "ISH:222-247", do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/1", "x").is(invalid),
			session("<1>").is(invalid),
			sessionsOf("{}/a").is(invalid),
			commit("<1>").is(invalid),
			deletionOf("<1>").is(invalid),
		}},
		{says: "An invalid URL is refused before the body of the request is read.", source: "HAO:22-73", do: []step{
			request("POST", "/ImageStore/$/Copies", "{").is(invalid),
		}},
	}}
}

func versions() topic {
	at := func(says, query, expected string) fact {
		return ofQuery(says, "", query, expected)
	}
	number := func(says, text, expected string) fact {
		return ofQuery(says, "PARSE:258-368", "api-version="+text, expected)
	}
	return topic{name: "Api-versions", source: "GU:246-273; GW/HandlerUriTemplate.cpp:12-40", facts: []fact{
		at("The api-version is required.", "", invalid),
		at("The api-version must be a number.", "api-version=new", invalid),
		at("The api-version begins at 1.0.", "api-version=1.0", "200"),
		at("The api-version must not be below 1.0.", "api-version=0.9", invalid),
		at("An api-version between the published ones passes.", "api-version=2.5", "200"),
		at("A preview is what it is a preview of.", "api-version=6.0-preview", "200"),
		at("What follows the number is ignored.", "api-version=6.0abc", "200"),
		at("The api-version is named in lower case.", "Api-Version=6.0", invalid),
		number("A version of four numbers is refused.", "6.4.658.9590", invalid),
		number("A second point is refused, whatever follows it.", "6.4.", invalid),
		number("An exponent without digits is refused.", "6.0e", invalid),
		number("An exponent without digits is refused after an integer too.", "6e", invalid),
		number("A version may have a sign.", "+6.0", "200"),
		number("A version may begin with its point.", ".6e1", "200"),
		number("A version may have an exponent.", "60e-1", "200"),
		number("A version may be an integer.", "6", "200"),
		number("An exponent may be 0.", "6.0e0", "200"),
		number("An exponent counts.", "6.0e3", invalid),
		{says: "The runtime's own version is accepted.", local: wantsVersion},
		{says: "A version above the runtime's is refused.", local: wantsVersion},
		{says: "The version is a decimal fraction: 11.10 is 11.1.", local: wantsVersion},
		at("A version far above every runtime's is refused.", "api-version=9999.0", invalid),
		{says: "Before 3.0 a date is a number of 100 ns.", source: "HAO:68-81", do: []step{
			stored("{}/a", "x"),
			list("{}").at("2.0").is("200").looksLike(`.*"ModifiedDate":"\d{18}".*`),
		}},
		{says: "From 3.0 on a date is ISO 8601 in UTC with milliseconds.", source: "HAO:68-81", do: []step{
			stored("{}/a", "x"),
			list("{}").at("3.0").is("200").looksLike(`.*"ModifiedDate":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z".*`),
		}},
		{says: "Listings of 1.0, 2.0 and 3.0 have no ContinuationToken.", source: "ISH:258-305,352-399", do: []step{
			stored("{}/a", "x"),
			list("{}").at("1.0").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\]\}`),
			list("{}").at("2.0").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\]\}`),
			list("{}").at("3.0").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\]\}`),
			list("{}").at("2.5").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\],"ContinuationToken":""\}`),
			list("{}").at("6.0").looksLike(`\{"StoreFiles":\[.*\],"StoreFolders":\[\],"ContinuationToken":""\}`),
		}},
		{says: "A missing path has JSON's headers before 6.2 and none from there on.", source: "GW/imagestorehandler.h:128-195", do: []step{
			list("{}/no").at("6.1").is("404").saysJSON().hasBody(""),
			list("{}/no").at("6.2").is("404").hasHeader("Content-Type", "").hasHeader("X-Content-Type-Options", "").hasBody(""),
		}},
	}}
}
