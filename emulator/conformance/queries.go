package conformance

// ofQuery is a fact about the listing of a folder with a file, by a request with exactly this query.
func ofQuery(says, source, query, expected string) fact {
	return fact{says: says, source: source, do: []step{stored("{}/a", "x"), getAsIs("/ImageStore/{}?" + query).oddly().is(expected)}}
}

func queries() topic {
	const split = "SU.h:437; GU:458-474"
	refusedOnLinux := func(says, item string) fact {
		return fact{says: says, source: "GU:47; Common/Uri.Parser.cpp:615-676", on: linux, do: []step{
			stored("{}/a", "x"),
			getAsIs("/ImageStore/{}?api-version=6.0&x=" + item).oddly().hasStatus(400),
			getAsIs("/ImageStore/{}?x=" + item + "&api-version=6.0").oddly().hasStatus(400),
		}}
	}
	return topic{name: "Query strings", source: "GU:458-475", facts: []fact{
		ofQuery("Of two values of a name the first counts.", "", "api-version=6.0&api-version=9999", "200"),
		ofQuery("Of two values of a name the second does not count.", "", "api-version=9999&api-version=6.0", invalid),
		ofQuery("A pair of three parts is ignored.", "", "api-version=6.0=x", invalid),
		ofQuery("A pair without a value is ignored, and the next one counts.", "", "api-version=&api-version=6.0", "200"),
		ofQuery("A pair of three parts is ignored, and the next one counts.", "", "api-version=9999=x&api-version=6.0", "200"),
		ofQuery("A pair without a name is ignored.", "", "=6.0", invalid),
		ofQuery("Values are not decoded.", "", "api-version=%36.0", invalid),
		ofQuery("Empty pairs do no harm.", "", "&&x&=y&api-version=6.0", "200"),
		ofQuery("A doubled equals sign is one.", split, "api-version==6.0", "200"),
		ofQuery("An equals sign before a pair is dropped.", split, "=api-version=6.0", "200"),
		ofQuery("An equals sign after a pair is dropped.", split, "api-version=6.0=", "200"),
		ofQuery("Equals signs are dropped everywhere at once.", split, "==api-version===6.0==", "200"),
		ofQuery("A doubled equals sign is one in every item.", split, "api-version=6.0&timeout==0", invalid),
		ofQuery("Doubled and outer ampersands are dropped.", split, "&&x=1&&api-version=6.0&&", "200"),
		refusedOnLinux("A bad escape in any item refuses the URL on Linux.", "%zz"),
		refusedOnLinux("An escape that ends early in any item refuses the URL on Linux.", "%4&y=1"),
		refusedOnLinux("A raw bracket in any item refuses the URL on Linux.", "[1]"),
		refusedOnLinux("A raw bar in any item refuses the URL on Linux.", "a|b"),
		refusedOnLinux("A raw backslash in any item refuses the URL on Linux.", `a\b`),
		refusedOnLinux("A raw caret in any item refuses the URL on Linux.", "a^b"),
		refusedOnLinux("A raw quotation mark in any item refuses the URL on Linux.", `"a"`),
		refusedOnLinux("Raw angle brackets in any item refuse the URL on Linux.", "<a>"),
		refusedOnLinux("A raw backquote in any item refuses the URL on Linux.", "a`b"),
		{says: "Valid escapes, braces and punctuation in an item are accepted on Linux.", source: "Common/Uri.Parser.cpp:133-136,615-676", on: linux, do: []step{
			stored("{}/a", "x"),
			getAsIs("/ImageStore/{}?x=%41{b}!$'()*+,;:@~&api-version=6.0").oddly().is("200"),
		}},
		{says: "A write with an invalid query is refused on Linux too, and nothing is stored.", source: "GU:47", on: linux, do: []step{
			put("{}/a?x=%zz", "x").oddly().hasStatus(400),
			list("{}").is("404"),
		}},
		{says: "A fragment removes the query.", source: "GU:64-82", do: []step{list("{}#x").is(invalid)}},
	}}
}

func timeouts() topic {
	const tooShort = "The timeout specified for client APIs must be greater than zero"
	const late = "ISH:59-107,316,511,583,858; Naming/EntreeServiceProxy.cpp:416"
	asks := func(says, timeout, expected string) fact {
		return ofQuery(says, "", "api-version=6.0&timeout="+timeout, expected)
	}
	return topic{name: "Timeouts", source: "HAO:315-334; Naming/NamingUtility.cpp:217-228", facts: []fact{
		asks("A timeout of 0 is refused.", "0", invalid),
		asks("A timeout of +0 is refused.", "+0", invalid),
		asks("A timeout of one second passes.", "1", "200"),
		asks("The largest timeout has 32 bits.", "4294967295", "200"),
		asks("A timeout of more than 32 bits is the default.", "4294967296", "200"),
		asks("A timeout that is not a number is the default.", "soon", "200"),
		asks("A negative timeout is the default.", "-1", "200"),
		{says: "The refusal of a timeout of 0 says why, and nothing is done.", do: []step{
			stored("{}/a", "x"),
			put("{}/b?timeout=0", "x").is(invalid).hasMessage(tooShort),
			list("{}").shows("a 1"),
		}},
		{says: "An unknown URL is reported before a timeout of 0.", do: []step{get("/ImageStores?timeout=0").is(invalid).hasMessage("Invalid argument")}},
		{says: "An invalid Content-Range is reported before a timeout of 0.", source: late, on: withSessions, do: []step{
			chunk("{}/a", "<1>&timeout=0", "bytes 3-2/10", "x").is(refusedRange),
		}},
		{says: "An invalid Content-Range of a PUT is reported before a timeout of 0 on Windows.", source: late, on: windows, do: []step{
			put("{}/a?timeout=0", "x").with("Content-Range: bytes 3-2/10").is(refusedRange),
		}},
		{says: "An invalid Content-Range of a PUT is ignored on Linux, so a timeout of 0 is reported.", source: "ISH:45-56", on: linux, do: []step{
			put("{}/a?timeout=0", "x").with("Content-Range: bytes 3-2/10").is(invalid).hasMessage(tooShort),
		}},
		{says: "A missing session id of a chunk is reported before a timeout of 0.", source: late, on: withSessions, do: []step{
			request("PUT", "/ImageStore/{}/a/$/UploadChunk?timeout=0", "x", "Content-Range: bytes 0-0/1").is(invalidID),
		}},
		{says: "A malformed session id of a chunk is reported before a timeout of 0.", source: late, on: withSessions, do: []step{
			request("PUT", "/ImageStore/{}/a/$/UploadChunk?session-id=x&timeout=0", "x", "Content-Range: bytes 0-0/1").is(invalidID),
		}},
		{says: "A missing session id of a query is reported before a timeout of 0.", source: late, on: withSessions, do: []step{
			get("/ImageStore/$/GetUploadSession?timeout=0").is(invalidID),
		}},
		{says: "A malformed session id of a commit or a deletion is reported before a timeout of 0.", source: late, on: withSessions, do: []step{
			commit("x&timeout=0").is(invalid).hasMessage("Invalid argument"),
			deletionOf("x&timeout=0").is(invalid).hasMessage("Invalid argument"),
		}},
		{says: "A malformed body of a copy is reported before a timeout of 0.", source: late, do: []step{
			request("POST", "/ImageStore/$/Copy?timeout=0", "{").is(invalid).hasMessage("Invalid argument"),
		}},
		{says: "A timeout of 0 is reported before the state of a session.", source: late, on: withSessions, do: []step{
			commit("<1>&timeout=0").is(invalid).hasMessage(tooShort),
			deletionOf("<1>&timeout=0").is(invalid).hasMessage(tooShort),
			session("<1>&timeout=0").is(invalid).hasMessage(tooShort),
			chunk("{}/a", "<1>&timeout=0", "bytes 0-0/2", "x").is(invalid).hasMessage(tooShort),
			session("<1>").is("204"),
		}},
		{says: "A timeout of 0 is reported before a missing source of a copy.", source: late, do: []step{
			request("POST", "/ImageStore/$/Copy?timeout=0", `{"RemoteSource":"{\}\\no","RemoteDestination":"{}/b"}`).is(invalid).hasMessage(tooShort),
		}},
	}}
}
