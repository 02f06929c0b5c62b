package conformance

import "slices"

func copyPaths() topic {
	const (
		compared = "NIS:19-25,2617-2706"
		trimmed  = "NIS:2624"
		glued    = "NIS:2617,2661,2684; Common/Path.cpp:126-149"
		joined   = "NIS:2684; FSS/ProcessRequestAsyncOperation.cpp:193-208"
	)
	file := func(more ...step) []step { return slices.Concat([]step{stored("{}/f/a", "x")}, more) }
	refused := func(says, source string, on where, spelled string, folder bool) fact {
		before := file
		if folder {
			before = packageWithMarks
		}
		return fact{says: says, source: source, on: on, do: before(
			copiedAs(spelled, "{}/d", ``).oddly().is(noFile),
			list("{}/d").is("404"),
		)}
	}
	gluedNames := []step{
		list("{}").shows("d1 3", "d/ 1", "db/ 2", "s/ 4"),
		list("{}/d").shows("d/_.dir 0"),
		list("{}/db").shows("db/2 5", "db/_.dir 0"),
	}
	return topic{name: "Paths of copies", source: compared, facts: []fact{
		{says: "A source with backslashes is found.", do: packageWithMarks(
			copiedAs(`{\}\\s\\1`, "{}/x", ``).is("200"),
			copiedAs(`{\}\\s\\b`, "{}/y", ``).is("200"),
			list("{}").shows("x 3", "s/ 4", "y/ 2"),
		)},
		refused("A file with slashes in its path is not found on Windows.", compared, windows, `{}/f/a`, false),
		refused("A folder with slashes in its path is not found on Windows.", compared, windows, `{}/s`, true),
		refused("One slash among backslashes is too much on Windows.", compared, windows, `{\}/s`, true),
		{says: "A source with slashes is found on Linux.", on: linux, do: packageWithMarks(
			copiedAs(`{}/s/1`, "{}/x", ``).is("200"),
			copiedAs(`{}/s/b`, "{}/y", ``).is("200"),
			list("{}").shows("x 3", "s/ 4", "y/ 2"),
		)},
		{says: "A source ignores case on Windows.", on: windows, do: packageWithMarks(
			copiedAs(`{\}\\S\\1`, "{}/x", ``).is("200"),
			list("{}/x").shows("x 3"),
		)},
		refused("A source has a case on Linux.", compared, linux, `{}/S`, true),
		refused("A backslash before a source is not trimmed.", trimmed, windows, `\\{\}\\f\\a`, false),
		refused("A slash before a source is not trimmed.", trimmed, linux, `/{}/f/a`, false),
		refused("A blank before a source is not trimmed on Windows.", trimmed, windows, ` {\}\\f\\a`, false),
		refused("A blank before a source is not trimmed on Linux.", trimmed, linux, ` {}/f/a`, false),
		refused("A backslash before a source folder is not trimmed.", trimmed, windows, `\\{\}\\s`, true),
		refused("A slash before a source folder is not trimmed.", trimmed, linux, `/{}/s`, true),
		refused("A source file with a backslash behind it is not found.", trimmed, windows, `{\}\\f\\a\\`, false),
		refused("A source file with a slash behind it is not found.", trimmed, linux, `{}/f/a/`, false),
		{says: "After a source folder that ends in a backslash, names are appended to the destination without a separator on Windows.", source: glued, on: windows,
			do: packageWithMarks(append([]step{copiedAs(`{\}\\s\\`, "{}/d", ``).oddly().is("200")}, gluedNames...)...)},
		{says: "After a source folder that ends in a slash, names are appended to the destination without a separator on Linux.", source: glued, on: linux,
			do: packageWithMarks(append([]step{copiedAs(`{}/s/`, "{}/d", ``).oddly().is("200")}, gluedNames...)...)},
		refused("A slash behind a source folder is not found on Windows.", glued, windows, `{\}\\s/`, true),
		refused("A backslash behind a source folder is not found on Linux.", glued, linux, `{}/s\\`, true),
		refused("Two backslashes behind a source folder are not found on Windows.", glued, windows, `{\}\\s\\\\`, true),
		refused("Two slashes behind a source folder are not found on Linux.", glued, linux, `{}/s//`, true),
		refused("A blank behind a source folder is not found on Windows.", glued, windows, `{\}\\s `, true),
		refused("A blank behind a source folder is not found on Linux.", glued, linux, `{}/s `, true),
		{says: "A file's destination is trimmed at its ends.", source: joined, do: file(
			copied("{}/f/a", "{}/d/", ``).is("200"),
			copied("{}/f/a", "{}/e ", ``).is("200"),
			list("{}").shows("d 1", "e 1", "f/ 1"),
		)},
		{says: "A file's destination is trimmed of backslashes on Windows.", source: joined, on: windows, do: file(
			copied("{}/f/a", `{\}\\d\\`, ``).is("200"),
			list("{}").shows("d 1", "f/ 1"),
		)},
		{says: "A separator after a folder's destination is doubled in the names.", source: joined, local: wouldStay},
		{says: "A blank after a folder's destination stays in the names and in that of the mark; only the deletion trims it.",
			source: "NIS:2454,2684; FSS/ProcessRequestAsyncOperation.cpp:193-208", local: wouldStay},
		{says: "After the other platform's separator, the mark's path has two separators, like the others.", source: "NIS:2454,2684", local: wouldStay},
		{says: "Paths in the body are not decoded.", source: "ServiceModel/management/ImageStore/ImageStoreCopyDescription.h:51-57", do: file(
			copied("{}/f/a", "{}/b%20c", ``).is("200"),
			list("{}").shows("b%20c 1", "f/ 1"),
		)},
	}}
}
