package emulator

import (
	"strings"
	"testing"
)

// withFolder returns steps after which there is a folder e with a mark, which contains another such
// folder.
func withFolder(steps ...step) []step {
	return append([]step{
		{put("e/1", "one"), "200"},
		{put("e/2/x", "two"), "200"},
		{put("e/2/_.dir", ""), "200"},
		{put("e/_.dir", ""), "200"},
	}, steps...)
}

func onDiskOf(b *bench) string { return strings.Join(b.onDisk(), " ") }

func TestCopiesByTheSource(t *testing.T) {
	const original = "e/1 e/2/_.dir e/2/x e/_.dir"
	runTruths(t, []truth{
		{"NativeImageStore.cpp:2617", "Windows compares the source with its own separator, Linux takes both", withFolder(
			step{copyTo("e/2", "d", ""), fileMissing},
			step{copyTo(`e\2`, "d", ""), "200"},
			step{copyTo("e/2/x", "f", ""), fileMissing},
			step{copyTo(`E\2\X`, "f", ""), "200"},
			step{onDiskOf, "d/_.dir d/x " + original + " f"},
		), withFolder(
			step{copyTo("e/2", "d", ""), "200"},
			step{copyTo(`e\2\x`, "f", ""), "200"},
			step{copyTo(`E\2\x`, "g", ""), fileMissing},
			step{onDiskOf, "d/_.dir d/x " + original + " f"},
		)},
		{"NativeImageStore.cpp:2624", "the source is not trimmed", withFolder(
			step{put("f", "x"), "200"},
			step{copyTo(`\e`, "d", ""), fileMissing},
			step{copyTo("/e", "d", ""), fileMissing},
			step{copyTo(" e", "d", ""), fileMissing},
			step{copyTo("e ", "d", ""), fileMissing},
			step{copyTo(`\f`, "d", ""), fileMissing},
			step{copyTo(" f", "d", ""), fileMissing},
			step{copyTo(`f\`, "d", ""), fileMissing},
			step{copyTo("f/", "d", ""), fileMissing},
			step{copyTo("f ", "d", ""), fileMissing},
			step{onDiskOf, original + " f"},
		), nil},
		{"NativeImageStore.cpp:2661", "one separator of the cluster's own behind a folder glues the names", withFolder(
			step{copyTo(`e\`, "d", ""), "200"},
			step{ls(""), "d1 3, d2/ 2, d/ 1, e/ 4"},
			step{ls("d"), `d\_.dir 0`},
			step{copyTo("e/", "g", ""), fileMissing},
			step{copyTo(`e\\`, "g", ""), fileMissing},
			step{copyTo(`e\ `, "g", ""), fileMissing},
		), withFolder(
			step{copyTo("e/", "d", ""), "200"},
			step{ls(""), "d1 3, d/ 1, d2/ 2, e/ 4"},
			step{copyTo("e//", "g", ""), fileMissing},
		)},
		{"NativeImageStore.cpp:2684", "a destination is trimmed after the names were joined", withFolder(
			step{copyTo("e", `Dst\`, ""), "200"},
			step{ls("Dst"), `Dst\_.dir 0, Dst\/ 3`},
			step{ls("Dst%5C%5C1"), `Dst\\1 3`},
			step{ls("Dst/1"), "404"},
		), withFolder(
			step{copyTo("e", `Dst/`, ""), "200"},
			step{ls("Dst"), `Dst/_.dir 0, Dst// 3`},
			step{ls("Dst%2F%2F1"), `Dst//1 3`},
			step{ls("Dst/1"), "404"},
		)},
		{"NativeImageStore.cpp:2454", "a blank behind a destination is part of a folder's name, and only the deletion goes without it", withFolder(
			step{put("Dst/_.dir", ""), "200"},
			step{copyTo("e", "Dst ", `,"CopyFlag":1`), "200"},
			step{put("Dst/new", ""), "200"},
			step{copyTo("e", "Dst ", `,"CopyFlag":1`), "200"},
			step{func(b *bench) string { return strings.Join(b.onDisk(), "|") }, "Dst/new|Dst /1|Dst /2/_.dir|Dst /2/x|Dst /_.dir|e/1|e/2/_.dir|e/2/x|e/_.dir"},
			step{copyTo("e", "Dst ", ""), "200"},
			step{func(b *bench) string { return strings.Join(b.onDisk(), "|") }, "Dst /1|Dst /2/_.dir|Dst /2/x|Dst /_.dir|e/1|e/2/_.dir|e/2/x|e/_.dir"},
		), nil},
		{"NativeImageStore.cpp:2454", "behind the other platform's separator the mark is doubled like the names", withFolder(
			step{copyTo("e", `Dst/`, ""), "200"},
			step{ls("Dst"), `Dst\/ 4`},
		), withFolder(
			step{copyTo("e", `Dst\`, ""), "200"},
			step{ls("Dst"), `Dst// 4`},
		)},
		{"NativeImageStore.cpp:2684", "a file is copied to the trimmed destination", []step{
			{put("f", "x"), "200"},
			{copyTo("f", `Dst\`, ""), "200"},
			{copyTo("f", " Dst2/", ""), "200"},
			{onDiskOf, "Dst Dst2 f"},
			{copyTo("f", " ", ""), invalid},
			{copyTo("f", "", ""), invalid},
		}, nil},
		{"NativeImageStore.cpp:2318", "a folder is not copied to a reserved name, unless that is marked and to be kept", withFolder(
			step{put("Store/a", "x"), "200"},
			step{copyTo("e", "Store", ""), reservedName},
			step{copyTo("e", "sTORE", `,"CopyFlag":1`), reservedName},
			step{copyTo("e", "WindowsFabricStore", `,"CopyFlag":"Echo"`), reservedName},
			step{put("Store/_.dir", ""), "200"},
			step{copyTo("e", "Store", `,"CopyFlag":"Echo"`), "200"},
			step{onDiskOf, "Store/_.dir Store/a " + original},
		), nil},
		{"ProcessRequestAsyncOperation.cpp:59", "spelled otherwise, the reserved folder is deleted", withFolder(
			step{put("Store/a", "x"), "200"},
			step{copyTo("e", " Store", ""), "200"},
			step{ls("Store/a"), "404"},
			step{ls("Store"), `Store\1 3, Store\_.dir 0, Store\2/ 2`},
		), withFolder(
			step{put("Store/a", "x"), "200"},
			step{copyTo("e", "Store/", ""), "200"},
			step{ls("Store/a"), "404"},
		)},
		{"NativeImageStore.cpp:2640", "the folder's own mark is not skipped, those below are", withFolder(
			step{copyTo("e", "d", `,"SkipFiles":["_.DIR"]`), "200"},
			step{onDiskOf, "d/1 d/2/x d/_.dir " + original},
		), nil},
		{"Path.cpp:235", "names to skip end at a colon too", []step{}, withFolder(
			step{put("e/a:1", "x"), "200"},
			step{copyTo("e", "d", `,"SkipFiles":["1"]`), "200"},
			step{ls("d"), "d/_.dir 0, d/2/ 2"},
		)},
		{"StoreFileInfo.h:13", "of two names that differ only in case a folder's copy has the first", []step{}, withFolder(
			step{put("e/A", "22"), "200"},
			step{put("e/a", "1"), "200"},
			step{copyTo("e", "d", ""), "200"},
			step{stored("d/A"), "22"},
			step{ls("d/a"), "404"},
		)},
		{"NativeImageStore.cpp:2661", "a root with a mark glues everything to the destination", []step{
			{put("_.dir", ""), "200"},
			{put("e/a", "x"), "200"},
			{copyTo("", "d", ""), "200"},
			{onDiskOf, "_.dir d/_.dir de/a e/a"},
		}, nil},
		{"NativeImageStore.cpp:2698", "a folder whose mark is not on the first page is not found", withFolder(
			step{func(b *bench) string { b.store.maxPage = 900; return "" }, ""},
			step{copyTo("e", "d", ""), fileMissing},
			step{func(b *bench) string { b.store.maxPage = 1500; return "" }, ""},
			step{copyTo("e", "d", ""), "200"},
		), nil},
		{"NativeImageStore.cpp:2700", "an empty source is the root, which has no mark", []step{
			{copying("{}"), fileMissing},
			{copying(`{"RemoteDestination":"d"}`), fileMissing},
			{put("e/_.dir", ""), "200"},
			{copyTo("", "d", ""), fileMissing},
			{copyTo(" ", "d", ""), fileMissing},
		}, nil},
		{"JsonReaderHelper.h:465", "flags are numbers, whole numbers in strings, and three exact names", []step{
			{put("a", "new"), "200"},
			{put("b", "old"), "200"},
			{copyTo("a", "b", `,"CopyFlag":0`), "200"},
			{copyTo("a", "b", `,"CopyFlag":-7`), "200"},
			{copyTo("a", "b", `,"CopyFlag":3`), "200"},
			{copyTo("a", "b", `,"CopyFlag":"1"`), "200"},
			{copyTo("a", "b", `,"CopyFlag":"Echo"`), "200"},
			{copyTo("a", "b", `,"CopyFlag":"Invalid"`), "200"},
			{copyTo("a", "b", `,"CopyFlag":1.9`), "200"},
			{stored("b"), "old"},
			{copyTo("a", "b", `,"CopyFlag":2.9`), "200"},
			{stored("b"), "new"},
			{put("b", "old"), "200"},
			{copyTo("a", "b", `,"CopyFlag":"0x2"`), "200"},
			{stored("b"), "new"},
			{put("b", "old"), "200"},
			{copyTo("a", "b", `,"CopyFlag":"+2"`), "200"},
			{stored("b"), "new"},
			{copyTo("a", "b", `,"CopyFlag":"echo"`), invalid},
			{copyTo("a", "b", `,"CopyFlag":"OVERWRITE"`), invalid},
			{copyTo("a", "b", `,"CopyFlag":""`), invalid},
			{copyTo("a", "b", `,"CopyFlag":2147483648`), invalid},
			{copyTo("a", "b", `,"CopyFlag":[]`), invalid},
		}, nil},
		{"JsonReaderHelper.h:1278", "the last of a member counts, null changes nothing, and what follows the object is not read", []step{
			{put("a", "x"), "200"},
			{copying(`{"RemoteSource":"no","RemoteSource":"a","RemoteSource":null,"RemoteDestination":"b"} and more`), "200"},
			{stored("b"), "x"},
			{copying(`{"RemoteSource":"a","RemoteSource":"no","RemoteDestination":"c"}`), fileMissing},
		}, nil},
		{"JsonReaderHelper.h:282", "a number is a string, and a string ends at NUL", []step{
			{put("7", "x"), "200"},
			{copying(`{"RemoteSource":7,"RemoteDestination":"b\u0000c","SkipFiles":[8]}`), "200"},
			{stored("b"), "x"},
		}, nil},
	})
}
