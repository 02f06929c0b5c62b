package conformance

import (
	"slices"
	"testing"
)

func TestCopies(t *testing.T) {
	folder := []step{stored("{}/s/1", "one"), stored("{}/s/b/2", "two22"), stored("{}/s/b/_.dir", ""), stored("{}/s/_.dir", "")}
	with := func(steps ...step) []step { return append(slices.Clip(folder), steps...) }
	holds(t, []fact{
		{says: "A file is copied, over another if there is one.", do: []step{
			stored("{}/a", "new"), stored("{}/b", "x"),
			copied("{}/a", "{}/b", ``).is("200"),
			copied("{}/a", "{}/f/c", `,"CopyFlag":"Overwrite"`).is("200"),
			list("{}").shows("a 3", "b 3", "f/ 1"),
		}},
		{says: "A file is not copied over another with Echo, and that is a success.", do: []step{
			stored("{}/a", "new"), stored("{}/b", "x"),
			copied("{}/a", "{}/b", `,"CopyFlag":"Echo"`).is("200"),
			copied("{}/a", "{}/b", `,"CopyFlag":1`).is("200").oddly(),
			list("{}").shows("a 3", "b 1"),
			copied("{}/a", "{}/c", `,"CopyFlag":"Echo"`).is("200"),
			list("{}/c").shows("c 3"),
		}},
		{says: "A source that is not there is 404 with a code.", do: []step{copied("{}/no", "{}/b", ``).is(noFile)}},
		{says: "A folder without a mark is no source.", do: []step{
			stored("{}/a/1", "x"),
			copied("{}/a", "{}/b", ``).is(noFile),
		}},
		{says: "A folder with a mark is copied with all below.", do: with(
			copied("{}/s", "{}/x/y", ``).is("200"),
			list("{}/x/y").shows("x/y/1 3", "x/y/_.dir 0", "x/y/b/ 2"),
			list("{}/x/y/b").shows("x/y/b/2 5", "x/y/b/_.dir 0"),
		)},
		{says: "A folder replaces what is at its destination.", do: with(
			stored("{}/d/old", "x"), stored("{}/d/_.dir", ""),
			copied("{}/s", "{}/d", ``).is("200"),
			list("{}/d").shows("d/1 3", "d/_.dir 0", "d/b/ 2"),
		)},
		{says: "With Echo a folder leaves a destination with a mark alone.", do: with(
			stored("{}/d/old", "x"), stored("{}/d/_.dir", ""),
			copied("{}/s", "{}/d", `,"CopyFlag":"Echo"`).is("200"),
			list("{}/d").shows("d/_.dir 0", "d/old 1"),
		)},
		{says: "With Echo a folder replaces a destination without a mark.", do: with(
			stored("{}/d/old", "x"),
			copied("{}/s", "{}/d", `,"CopyFlag":"Echo"`).is("200"),
			list("{}/d").shows("d/1 3", "d/_.dir 0", "d/b/ 2"),
		)},
		{says: "SkipFiles are names, at any depth and without regard to case.", do: with(
			stored("{}/s/b/1", "x"), stored("{}/s/Skip.Me", "x"),
			copied("{}/s", "{}/d", `,"SkipFiles":["1","sKIP.mE"]`).is("200"),
			list("{}/d").shows("d/_.dir 0", "d/b/ 2"),
			list("{}/d/b").shows("d/b/2 5", "d/b/_.dir 0"),
		)},
		{says: "A folder copied onto itself is lost.", do: with(
			copied("{}/s", "{}/s", ``).want(func(*gateway, reply) {}),
			list("{}/s").is("404"),
		)},
		{says: "Paths in the body are not decoded.", do: []step{
			stored("{}/a", "x"),
			copied("{}/a", "{}/b%20c", ``).is("200"),
			list("{}").shows("a 1", "b%20c 1"),
		}},
		{says: "CopyFlag may be a number.", do: []step{
			stored("{}/a", "x"),
			copied("{}/a", "{}/b", `,"CopyFlag":2`).is("200").oddly(),
		}},
		{says: "CheckMarkFile is not consulted.", do: with(
			copied("{}/s/b", "{}/d", `,"CheckMarkFile":true`).is("200"),
			list("{}/d").shows("d/2 5", "d/_.dir 0"),
		)},
		{says: "Unknown members and null are ignored.", do: []step{
			stored("{}/a", "x"),
			copied("{}/a", "{}/b", `,"CopyFlag":null,"SkipFiles":null,"Other":[]`).is("200").oddly(),
			list("{}/b").shows("b 1"),
		}},
		{says: "Members are known by their exact case.", do: []step{
			stored("{}/a", "x"),
			copying(`"remotesource":"{}/a","remotedestination":"{}/b"`).is(invalid),
		}},
		{says: "A body that is none is refused.", do: []step{
			request("POST", "/ImageStore/$/Copy", "").is(invalid),
			request("POST", "/ImageStore/$/Copy", "{").is(invalid),
			request("POST", "/ImageStore/$/Copy", "[]").is(invalid),
		}},
	})
}
