package conformance

import "slices"

// packageWithMarks stores a folder with a folder below it, both with their marks.
func packageWithMarks(more ...step) []step {
	return slices.Concat([]step{
		stored("{}/s/1", "one"), stored("{}/s/b/2", "two22"), stored("{}/s/b/_.dir", ""), stored("{}/s/_.dir", ""),
	}, more)
}

func copies() topic {
	const marks = "NIS:2470-2485,2640-2646"
	return topic{name: "Copies", source: "NIS:2206-2706", facts: []fact{
		{says: "A file is copied, over another if there is one.", do: []step{
			stored("{}/a", "new"), stored("{}/b", "x"),
			copied("{}/a", "{}/b", ``).is("200"),
			copied("{}/a", "{}/f/c", `,"CopyFlag":"Overwrite"`).is("200"),
			list("{}").shows("a 3", "b 3", "f/ 1"),
		}},
		{says: "A file is not copied over another with Echo, and that is a success.", do: []step{
			stored("{}/a", "new"), stored("{}/b", "x"),
			copied("{}/a", "{}/b", `,"CopyFlag":"Echo"`).is("200"),
			list("{}").shows("a 3", "b 1"),
			copied("{}/a", "{}/c", `,"CopyFlag":"Echo"`).is("200"),
			list("{}/c").shows("c 3"),
		}},
		{says: "A source that is not there is 404 with a code.", do: []step{copied("{}/no", "{}/b", ``).is(noFile)}},
		{says: "A folder without a mark is not a source.", do: []step{
			stored("{}/a/1", "x"),
			copied("{}/a", "{}/b", ``).is(noFile),
		}},
		{says: "A folder with a mark is copied with all below.", do: packageWithMarks(
			copied("{}/s", "{}/x/y", ``).is("200"),
			list("{}/x/y").shows("x/y/1 3", "x/y/_.dir 0", "x/y/b/ 2"),
			list("{}/x/y/b").shows("x/y/b/2 5", "x/y/b/_.dir 0"),
		)},
		{says: "A folder replaces what is at its destination.", do: packageWithMarks(
			stored("{}/d/old", "x"), stored("{}/d/_.dir", ""),
			copied("{}/s", "{}/d", ``).is("200"),
			list("{}/d").shows("d/1 3", "d/_.dir 0", "d/b/ 2"),
		)},
		{says: "With Echo, a folder does not change a destination that has a mark.", do: packageWithMarks(
			stored("{}/d/old", "x"), stored("{}/d/_.dir", ""),
			copied("{}/s", "{}/d", `,"CopyFlag":"Echo"`).is("200"),
			list("{}/d").shows("d/_.dir 0", "d/old 1"),
		)},
		{says: "With Echo, a folder replaces a destination without a mark.", do: packageWithMarks(
			stored("{}/d/old", "x"),
			copied("{}/s", "{}/d", `,"CopyFlag":"Echo"`).is("200"),
			list("{}/d").shows("d/1 3", "d/_.dir 0", "d/b/ 2"),
		)},
		{says: "SkipFiles are names, at any depth and without regard to case.", source: marks, do: packageWithMarks(
			stored("{}/s/b/1", "x"), stored("{}/s/Skip.Me", "x"),
			copied("{}/s", "{}/d", `,"SkipFiles":["1","sKIP.mE"]`).is("200"),
			list("{}/d").shows("d/_.dir 0", "d/b/ 2"),
			list("{}/d/b").shows("d/b/2 5", "d/b/_.dir 0"),
		)},
		{says: "SkipFiles never skips the source folder's own mark, only marks below it.", source: marks, do: packageWithMarks(
			copied("{}/s", "{}/d", `,"SkipFiles":["_.dir"]`).is("200"),
			list("{}/d").shows("d/1 3", "d/_.dir 0", "d/b/ 1"),
			list("{}/d/b").shows("d/b/2 5"),
		)},
		{says: "SkipFiles do not skip the source folder's own mark in another case either.", source: marks, do: packageWithMarks(
			copied("{}/s", "{}/d", `,"SkipFiles":["_.DIR"]`).is("200"),
			list("{}/d").shows("d/1 3", "d/_.dir 0", "d/b/ 1"),
		)},
		{says: "SkipFiles are not paths.", source: marks, do: packageWithMarks(
			copied("{}/s", "{}/d", `,"SkipFiles":["b/2","b\\2","b"]`).is("200"),
			list("{}/d/b").shows("d/b/2 5", "d/b/_.dir 0"),
		)},
		{says: "SkipFiles do not skip a source that is a file.", source: "NIS:2624,2660-2676", do: []step{
			stored("{}/a", "x"),
			copied("{}/a", "{}/b", `,"SkipFiles":["a"]`).is("200"),
			list("{}").shows("a 1", "b 1"),
		}},
		{says: "A folder copied onto itself is lost.", do: packageWithMarks(
			copied("{}/s", "{}/s", ``),
			list("{}/s").is("404"),
		)},
		{says: "CheckMarkFile is ignored.", do: packageWithMarks(
			copied("{}/s/b", "{}/d", `,"CheckMarkFile":true`).is("200"),
			list("{}/d").shows("d/2 5", "d/_.dir 0"),
		)},
		{says: "A folder whose mark is not on the first page of its listing is not a source.", source: "NIS:2698", local: wantsMuch},
		{says: "A file whose name begins like another's is copied beside it.", do: packageWithMarks(
			stored("{}/s/10", "ten"),
			copied("{}/s", "{}/d", ``).is("200"),
			list("{}/d").shows("d/1 3", "d/10 3", "d/_.dir 0", "d/b/ 2"),
		)},
	}}
}

func copyFlags() topic {
	const numbers = "JsonReaderHelper.h:465-491; NIS:2206"
	flag := func(says, spelled, size string) fact {
		return fact{says: says, do: []step{
			stored("{}/a", "new"), stored("{}/b", "x"),
			copied("{}/a", "{}/b", `,"CopyFlag":`+spelled).oddly().is("200"),
			list("{}/b").shows("b " + size),
		}}
	}
	refused := func(says, spelled string) fact {
		return fact{says: says, do: []step{
			stored("{}/a", "new"),
			copied("{}/a", "{}/b", `,"CopyFlag":`+spelled).is(invalid).hasMessage("Invalid argument"),
			list("{}").shows("a 3"),
		}}
	}
	const kept, replaced = "1", "3"
	return topic{name: "Bodies of copies", source: numbers, facts: []fact{
		flag("CopyFlag 2 overwrites.", `2`, replaced),
		flag("CopyFlag 1 keeps what is there.", `1`, kept),
		flag("CopyFlag 0 keeps what is there.", `0`, kept),
		flag("Every other number keeps what is there.", `17`, kept),
		flag("CopyFlag may be a number in a string.", `"2"`, replaced),
		flag("CopyFlag may be a number in a string with a sign.", `"+2"`, replaced),
		flag("Every other number in a string keeps what is there.", `"3"`, kept),
		flag("CopyFlag may be Overwrite.", `"Overwrite"`, replaced),
		flag("CopyFlag may be Echo.", `"Echo"`, kept),
		flag("CopyFlag may be a hexadecimal number in a string.", `"0x2"`, replaced),
		flag("CopyFlag may be Invalid, which keeps what is there.", `"Invalid"`, kept),
		flag("A fraction of CopyFlag is cut off.", `2.9`, replaced),
		flag("CopyFlag null is the default, to overwrite.", `null`, replaced),
		refused("Overwrite in another case is refused.", `"overwrite"`),
		refused("Echo in another case is refused.", `"ECHO"`),
		refused("An unknown name is refused.", `"Keep"`),
		{says: "A body without members means the root, which has no mark.", source: "NIS:2700-2706", local: wouldTouchOthers},
		{says: "An empty source means the root, which has no mark.", source: "NIS:2700-2706", local: wouldTouchOthers},
		{says: "A member RemoteSource in another case is unknown, so that the source is the root.", source: "NIS:2700-2706; Common/JsonReaderHelper.h:1313-1360", local: wouldTouchOthers},
		{says: "Names of members are case-sensitive.", source: "Common/JsonReaderHelper.h:1313-1360", do: []step{
			stored("{}/a", "new"), stored("{}/b", "x"),
			copied("{}/a", "{}/b", `,"copyflag":"Echo"`).oddly().is("200"),
			list("{}/b").shows("b 3"),
		}},
		{says: "Unknown members and null are ignored, in any order.", source: "Common/JsonReaderHelper.h:1313-1360", do: []step{
			stored("{}/a", "x"),
			copying(`"Other":[],"SkipFiles":null,"RemoteDestination":"{}/b","CheckMarkFile":null,"RemoteSource":"{\}\\a"`).oddly().is("200"),
			list("{}/b").shows("b 1"),
		}},
		{says: "The last of a member counts, and null changes nothing.", source: "Common/JsonReaderHelper.h:1278-1360", do: []step{
			stored("{}/a", "x"),
			copying(`"RemoteSource":"{\}\\no","RemoteSource":"{\}\\a","RemoteSource":null,"RemoteDestination":"{}/b"`).oddly().is("200"),
			list("{}/b").shows("b 1"),
		}},
		{says: "SkipFiles cannot contain null.", source: "Common/JsonReaderHelper.h:282-327,748-785", do: []step{
			stored("{}/a", "x"),
			copied("{}/a", "{}/b", `,"SkipFiles":[null]`).oddly().is(invalid),
			list("{}").shows("a 1"),
		}},
		{says: "A character beyond U+FFFF is refused unless it is escaped.", source: "Common/JsonReader.h:92-145,655-680", do: []step{
			stored("{}/a", "x"),
			copying(`"RemoteSource":"{\}\\a","RemoteDestination":"{}/😀"`).is(invalid),
			list("{}").shows("a 1"),
			copying(`"RemoteSource":"{\}\\a","RemoteDestination":"{}/\ud83d\ude00"`).is("200"),
		}},
		{says: "A number is accepted for a string.", source: "Common/JsonReaderHelper.h:282-327", do: []step{
			stored("{}/a", "x"),
			copied("{}/a", "{}/b", `,"SkipFiles":[7]`).oddly().is("200"),
			list("{}/b").shows("b 1"),
		}},
		{says: "A body that is not an object is refused.", source: "ImageStoreCopyDescription.cpp:80-87", do: []step{
			request("POST", "/ImageStore/$/Copy", "").is(invalid),
			request("POST", "/ImageStore/$/Copy", "{").is(invalid),
			request("POST", "/ImageStore/$/Copy", "[]").is(invalid),
		}},
	}}
}
