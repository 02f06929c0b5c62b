package conformance

import "testing"

func TestSessionCreation(t *testing.T) {
	const zero = "00000000-0000-0000-0000-000000000000"
	holds(t, []fact{
		{says: "The first chunk creates the session, whichever part it is.", on: windows, do: []step{
			session("<1>").is("204"),
			chunk("{}/a", "<1>", "bytes 3-5/10", "abc").is("200").hasBody(""),
			session("<1>").expects("0-2 6-9"),
		}},
		{says: "A session is no file before its commit.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/1", "x").is("200"),
			list("{}/a").is("404"),
		}},
		{says: "An id is the same in either case.", on: windows, do: []step{
			chunk("{}/a", "<1!>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<1>", "bytes 1-1/2", "x").is("200"),
			session("<1!>").expects(""),
		}},
		{says: "A chunk without an id, or with the id of zeros, is refused with a code of its own.", on: windows, do: []step{
			request("PUT", "/ImageStore/{}/a/$/UploadChunk", "x", "Content-Range: bytes 0-0/1").is(invalidID),
			chunk("{}/a", zero, "bytes 0-0/1", "x").is(invalidID),
		}},
		{says: "An id has 36 characters with hyphens in their places, and no braces.", on: windows, do: []step{
			chunk("{}/a", "x", "bytes 0-0/1", "x").is(invalidID),
			chunk("{}/a", "{11111111-2222-3333-4444-555555555555}", "bytes 0-0/1", "x").is(invalidID),
			chunk("{}/a", "11111111222233334444555555555555", "bytes 0-0/1", "x").is(invalidID),
			chunk("{}/a", "11111111-2222-3333-44445-55555555555", "bytes 0-0/1", "x").is(invalidID),
			chunk("{}/a", "1111111g-2222-3333-4444-555555555555", "bytes 0-0/1", "x").is(invalidID),
		}},
		{says: "A query without an id is refused with the same code.", on: windows, do: []step{
			get("/ImageStore/$/GetUploadSession").is(invalidID),
			session(zero).is(invalidID),
			session("x").is(invalidID),
		}},
		{says: "A commit and a deletion without an id are bad arguments.", on: windows, do: []step{
			request("POST", "/ImageStore/$/CommitUploadSession", "").is(invalid),
			request("DELETE", "/ImageStore/$/DeleteUploadSession", "").is(invalid),
			commit(zero).is(invalid),
			deletionOf(zero).is(invalid),
			commit("x").is(invalid),
			deletionOf("x").is(invalid),
		}},
		{says: "A path may have several sessions, and a query by path answers with all.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<2>", "bytes 0-0/3", "x").is("200"),
			session("<1>").expects("1-1"),
			session("<2>").expects("1-2"),
			sessionsOf("{}/a").looksLike(`\{"UploadSessions":\[\{[^{]*\{[^{]*\{[^{]*\{[^{]*\}\]\}`),
		}},
		{says: "A query by path compares the path as it was sent.", on: windows, do: []step{
			chunk("{}/a%5Cb", "<1>", "bytes 0-0/2", "x").is("200"),
			sessionsOf("{}/a%5Cb").expects("1-1"),
			sessionsOf("{}/a/b").is("204"),
			sessionsOf("{}/A%5Cb").is("204"),
		}},
		{says: "A query by path does not look at an id.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			get("/ImageStore/{}/a/$/GetUploadSession?session-id=<2>").expects("1-1").oddly(),
		}},
	})
}

func TestRanges(t *testing.T) {
	holds(t, []fact{
		{says: "Chunks may come in any order.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 8-9/10", "ij").is("200"),
			chunk("{}/a", "<1>", "bytes 0-1/10", "ab").is("200"),
			chunk("{}/a", "<1>", "bytes 4-5/10", "ef").is("200"),
			session("<1>").expects("2-3 6-7"),
			chunk("{}/a", "<1>", "bytes 6-7/10", "gh").is("200"),
			session("<1>").expects("2-3"),
		}},
		{says: "A chunk that came before is refused, and so is a part of it.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-4/10", "hello").is("200"),
			chunk("{}/a", "<1>", "bytes 0-4/10", "hello").is(refusedRange),
			chunk("{}/a", "<1>", "bytes 1-2/10", "el").is(refusedRange),
			session("<1>").expects("5-9"),
		}},
		{says: "A chunk that overlaps one is refused and changes nothing.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 3-5/10", "abc").is("200"),
			chunk("{}/a", "<1>", "bytes 0-3/10", "0123").is(refusedRange),
			chunk("{}/a", "<1>", "bytes 5-9/10", "56789").is(refusedRange),
			chunk("{}/a", "<1>", "bytes 0-9/10", "0123456789").is(refusedRange),
			session("<1>").expects("0-2 6-9"),
		}},
		{says: "A session belongs to the path that it was created with, to the letter.", on: windows, do: []step{
			chunk("{}/a/b", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a/c", "<1>", "bytes 1-1/2", "x").is(conflict).hasBody(`{"Error":{"Code":"FABRIC_E_UPLOAD_SESSION_ID_CONFLICT","Message":"Null"}}`),
			chunk("{}/A/b", "<1>", "bytes 1-1/2", "x").is(conflict),
			chunk("{}/a%5Cb", "<1>", "bytes 1-1/2", "x").is(conflict),
			session("<1>").expects("1-1"),
		}},
		{says: "A session has the size that it was created with.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<1>", "bytes 1-1/3", "x").is(invalid),
			session("<1>").expects("1-1"),
		}},
		{says: "The path is compared before the size, and the size before the range.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/b", "<1>", "bytes 0-0/3", "x").is(conflict),
			chunk("{}/a", "<1>", "bytes 0-0/3", "x").is(invalid),
		}},
		{says: "A body that is shorter or longer than its range is not noticed until the commit.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-1/4", "abc").oddly().is("200"),
			chunk("{}/a", "<1>", "bytes 2-3/4", "").oddly().is("200"),
			session("<1>").expects(""),
			commit("<1>").is(invalid).looksLike(`.*"Upload failed due to an internal error\. Image store file .* has .*Please retry\."\}\}`),
		}},
		{says: "The first chunk may end one byte past the file, and then nothing is expected and no commit succeeds.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-5/5", "hello").oddly().is("200"),
			session("<1>").expects(""),
			commit("<1>").is(invalid),
		}},
		{says: "A later chunk may not end one byte past the file.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-1/5", "he").is("200"),
			chunk("{}/a", "<1>", "bytes 2-5/5", "llo").is(refusedRange),
		}},
		{says: "A session of 0 bytes expects 0-0 for ever and cannot be committed.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/0", "").oddly().is("200"),
			session("<1>").expects("0-0"),
			commit("<1>").is(invalid),
			list("{}/a").is("404"),
		}},
	})
}

func TestContentRanges(t *testing.T) {
	// ranged begins a session of 10 bytes and sees what is expected after.
	ranged := func(says, header, expected string) fact {
		return fact{says: says, on: windows, do: []step{
			chunk("{}/a", "<1>", header, "x").is("200").oddly(),
			session("<1>").expects(expected),
		}}
	}
	refused := func(says, header string) fact {
		return fact{says: says, on: windows, do: []step{
			chunk("{}/a", "<1>", header, "x").is(refusedRange),
			session("<1>").is("204"),
		}}
	}
	holds(t, []fact{
		ranged("bytes first-last/total is the usual one.", "bytes 2-3/10", "0-1 4-9"),
		ranged("The word bytes may be absent.", "2-3/10", "0-1 4-9"),
		ranged("Any letters of the word bytes may lead.", "setyb 2-3/10", "0-1 4-9"),
		ranged("No header means 0-0 of 0.", "", "0-0"),
		ranged("A star for the positions means 0-0.", "bytes */10", "1-9"),
		ranged("One position alone means 0-0.", "bytes 5/10", "1-9"),
		ranged("The total may be hexadecimal.", "bytes 0-1/0xa", "2-9"),
		refused("An equals sign after bytes is refused.", "bytes=0-9/10"),
		refused("Bytes with a capital is refused.", "Bytes 0-9/10"),
		refused("A star for the total is refused.", "bytes 0-9/*"),
		refused("A first position after the last is refused.", "bytes 3-2/10"),
		refused("A last position beyond the total is refused.", "bytes 0-11/10"),
		refused("No slash is refused.", "bytes 0-9"),
		refused("Two slashes are refused.", "bytes 0-9/10/10"),
		refused("A negative total is refused.", "bytes 0-0/-1"),
		refused("A total of more than 64 bits is refused.", "bytes 0-0/18446744073709551616"),
		{says: "The largest total is one of 64 bits.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 18446744073709551613-18446744073709551614/18446744073709551615", "xx").is("200"),
			session("<1>").expects("0-18446744073709551612"),
		}},
		{says: "The range is looked at before the id.", on: windows, do: []step{chunk("{}/a", "x", "bytes 3-2/10", "x").is(refusedRange)}},
	})
}
