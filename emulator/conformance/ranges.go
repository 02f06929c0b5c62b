package conformance

import "strings"

func ranges() topic {
	return topic{name: "Chunks", source: "NIS:3105-3321; FSS/UploadSessionMetadata.cpp:25-75", facts: []fact{
		{says: "Chunks may come in any order.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 8-9/10", "ij").is("200"),
			chunk("{}/a", "<1>", "bytes 0-1/10", "ab").is("200"),
			chunk("{}/a", "<1>", "bytes 4-5/10", "ef").is("200"),
			session("<1>").expects("2-3 6-7"),
			chunk("{}/a", "<1>", "bytes 6-7/10", "gh").is("200"),
			session("<1>").expects("2-3"),
		}},
		{says: "A chunk that has arrived is refused, and so is a part of it.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-4/10", "hello").is("200"),
			chunk("{}/a", "<1>", "bytes 0-4/10", "hello").is(refusedRange),
			chunk("{}/a", "<1>", "bytes 1-2/10", "el").is(refusedRange),
			session("<1>").expects("5-9"),
		}},
		{says: "A chunk that overlaps one is refused and changes nothing.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 3-5/10", "abc").is("200"),
			chunk("{}/a", "<1>", "bytes 0-3/10", "0123").is(refusedRange),
			chunk("{}/a", "<1>", "bytes 5-9/10", "56789").is(refusedRange),
			chunk("{}/a", "<1>", "bytes 0-9/10", "0123456789").is(refusedRange),
			session("<1>").expects("0-2 6-9"),
		}},
		{says: "A session belongs to the path that it was created with, compared byte for byte.", on: withSessions, do: []step{
			chunk("{}/a/b", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a/c", "<1>", "bytes 1-1/2", "x").is(conflict).hasBody(`{"Error":{"Code":"FABRIC_E_UPLOAD_SESSION_ID_CONFLICT","Message":"Null"}}`),
			chunk("{}/A/b", "<1>", "bytes 1-1/2", "x").is(conflict),
			chunk("{}/a%5Cb", "<1>", "bytes 1-1/2", "x").is(conflict),
			session("<1>").expects("1-1"),
		}},
		{says: "A session has the size that it was created with.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<1>", "bytes 1-1/3", "x").is(invalid),
			session("<1>").expects("1-1"),
		}},
		{says: "The path is compared before the size, and the size before the range.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/b", "<1>", "bytes 0-0/3", "x").is(conflict),
			chunk("{}/a", "<1>", "bytes 0-0/3", "x").is(invalid),
		}},
		{says: "A body that is shorter or longer than its range is not noticed until the commit.", source: "FSS/processcommit:267-293", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-1/4", "abc").oddly().is("200"),
			chunk("{}/a", "<1>", "bytes 2-3/4", "").oddly().is("200"),
			session("<1>").expects(""),
			commit("<1>").is(invalid),
			list("{}/a").is("404"),
		}},
		{says: "The first chunk may end one byte past the file, and then nothing is expected and no commit succeeds.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-5/5", "hello").oddly().is("200"),
			session("<1>").expects(""),
			commit("<1>").is(invalid),
		}},
		{says: "A later chunk may not end one byte past the file.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-1/5", "he").is("200"),
			chunk("{}/a", "<1>", "bytes 2-5/5", "llo").is(refusedRange),
		}},
		{says: "A session of 0 bytes always expects 0-0 and cannot be committed.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/0", "").oddly().is("200"),
			session("<1>").expects("0-0"),
			commit("<1>").is(invalid),
			list("{}/a").is("404"),
		}},
		{says: "A large chunk is accepted.", source: "GW/Constants.cpp:20-21", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-4194304/4194305", strings.Repeat("x", 4194305)).is("200"),
			commit("<1>").is("200"),
			list("{}").shows("a 4194305"),
		}},
	}}
}

func contentRanges() topic {
	const (
		word    = "ISH:63"
		splits  = "ISH:70-86; SU.h:437"
		numbers = "PARSE:24,35-56"
	)
	// ranged begins a session of 10 bytes and looks at what is expected then.
	ranged := func(source, says, header, expected string) fact {
		return fact{says: says, source: source, on: withSessions, do: []step{
			chunk("{}/a", "<1>", header, "x").oddly().is("200"),
			session("<1>").expects(expected),
		}}
	}
	refused := func(source, says, header string) fact {
		return fact{says: says, source: source, on: withSessions, do: []step{
			chunk("{}/a", "<1>", header, "x").is(refusedRange),
			session("<1>").is("204"),
		}}
	}
	return topic{name: "Content-Range", source: "ISH:57-113", facts: []fact{
		ranged("", "bytes first-last/total is the usual form.", "bytes 2-3/10", "0-1 4-9"),
		ranged("", "No header means 0-0 of 0.", "", "0-0"),
		ranged(word, "The word bytes may be absent.", "2-3/10", "0-1 4-9"),
		ranged(word, "No blank is needed after the word bytes.", "bytes2-3/10", "0-1 4-9"),
		ranged(word, "After the word bytes its letters are trimmed in any order.", "bytesetyb 2-3/10", "0-1 4-9"),
		refused(word, "The letters of bytes in another order are refused.", "setyb 2-3/10"),
		refused(word, "A word that is shorter than bytes is refused.", "byte 2-3/10"),
		refused(word, "Another unit is refused.", "seconds 2-3/10"),
		refused(word, "Bytes with a capital is refused.", "Bytes 0-9/10"),
		refused(word, "An equals sign after bytes is refused.", "bytes=0-9/10"),
		ranged(splits, "A star for the positions means 0-0.", "bytes */10", "1-9"),
		ranged(splits, "One position alone means 0-0.", "bytes 5/10", "1-9"),
		ranged(splits, "A missing first position means 0-0.", "bytes -5/10", "1-9"),
		ranged(splits, "A missing last position means 0-0.", "bytes 5-/10", "1-9"),
		ranged(splits, "No position at all means 0-0.", "bytes -/10", "1-9"),
		ranged(splits, "Three positions mean 0-0.", "bytes 1-2-3/10", "1-9"),
		ranged(splits, "A doubled dash counts as one.", "bytes 2--3/10", "0-1 4-9"),
		ranged(splits, "A dash before the first position is dropped.", "bytes -2-3/10", "0-1 4-9"),
		ranged(splits, "A dash after the last position is dropped.", "bytes 2-3-/10", "0-1 4-9"),
		ranged(splits, "A doubled slash counts as one.", "bytes 2-3//10", "0-1 4-9"),
		ranged(splits, "A slash before the positions is dropped.", "bytes /2-3/10", "0-1 4-9"),
		ranged(splits, "A slash after the total is dropped.", "bytes 2-3/10/", "0-1 4-9"),
		refused(splits, "No slash is refused.", "bytes 0-9"),
		refused(splits, "A total alone is refused.", "bytes /10"),
		refused(splits, "Positions without a total are refused.", "bytes 0-9/"),
		refused(splits, "Two totals are refused.", "bytes 0-9/10/10"),
		ranged(numbers, "The total may be hexadecimal.", "bytes 0-1/0xa", "2-9"),
		ranged(numbers, "A position may be hexadecimal.", "bytes 0x2-0x3/10", "0-1 4-9"),
		ranged(numbers, "A number may have a plus.", "bytes +2-+3/+10", "0-1 4-9"),
		refused(numbers, "A hexadecimal number may not have a plus.", "bytes 0-1/+0xa"),
		ranged(numbers, "Blanks around a number are ignored.", "bytes 2 - 3 / 10", "0-1 4-9"),
		ranged("SU.cpp:47-57; ISH:63", "A tab after the word bytes is trimmed.", "bytes\t2-3/10", "0-1 4-9"),
		refused(numbers, "A tab is not a blank in a position.", "bytes 2-3\t/10"),
		refused(numbers, "A tab is not a blank in the total.", "bytes 2-3/\t10"),
		refused(numbers, "A star for the total is refused.", "bytes 0-9/*"),
		refused(numbers, "A negative total is refused.", "bytes 0-0/-1"),
		refused(numbers, "A total of more than 64 bits is refused.", "bytes 0-0/18446744073709551616"),
		refused("", "A first position after the last is refused.", "bytes 3-2/10"),
		refused("", "A last position beyond the total is refused.", "bytes 0-11/10"),
		{says: "The largest total has 64 bits.", source: numbers, on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 18446744073709551613-18446744073709551614/18446744073709551615", "xx").is("200"),
			session("<1>").expects("0-18446744073709551612"),
		}},
		{says: "The range is checked before the id.", source: "ISH:57-113,569-590", on: withSessions, do: []step{chunk("{}/a", "x", "bytes 3-2/10", "x").is(refusedRange)}},
	}}
}
