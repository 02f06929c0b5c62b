package emulator

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/sfstore/sfstore/internal/testhost"
)

func TestCopy(t *testing.T) {
	const missing = "404 FABRIC_E_FILE_NOT_FOUND"
	to := func(source, destination, more string) func(*bench) string {
		return copying(`{"RemoteSource":"` + source + `","RemoteDestination":"` + destination + `"` + more + `}`)
	}
	folder := []step{
		{put("a/1", "one"), "200"},
		{put("a/b/2", "two"), "200"},
		{put("a/b/_.dir", ""), "200"},
		{put("a/_.dir", ""), "200"},
	}
	with := func(steps ...step) []step { return append(slices.Clip(folder), steps...) }
	runScenarios(t, []scenario{
		{"a file", []step{
			{put("a", "x"), "200"},
			{to("a", "f/b", ""), "200"},
			{stored("f/b"), "x"},
			{stored("a"), "x"},
		}},
		{"a file over another", []step{
			{put("a", "new"), "200"},
			{put("b", "old"), "200"},
			{to("a", "b", ""), "200"},
			{stored("b"), "new"},
		}},
		{"a file, unless there is one", []step{
			{put("a", "new"), "200"},
			{put("b", "old"), "200"},
			{to("a", "b", `,"CopyFlag":"Echo"`), "200"},
			{to("a", "b", `,"CopyFlag":1`), "200"},
			{to("a", "b", `,"CopyFlag":0`), "200"},
			{stored("b"), "old"},
			{to("a", "c", `,"CopyFlag":1`), "200"},
			{stored("c"), "new"},
		}},
		{"a file onto itself stays", []step{
			{put("a", "x"), "200"},
			{to("a", "a", ""), "200"},
			{stored("a"), "x"},
		}},
		{"a file that is to be skipped is copied, because nothing follows the source in its path", []step{
			{put("a", "x"), "200"},
			{to("a", "b", `,"SkipFiles":["A"]`), "200"},
			{stored("b"), "x"},
			{to("a", "c", `,"SkipFiles":[""]`), invalid},
		}},
		{"what is not there", []step{
			{to("a", "b", ""), missing},
		}},
		{"a folder without a mark is not there", []step{
			{put("a/1", "x"), "200"},
			{to("a", "b", ""), missing},
		}},
		{"a folder with everything below", with(
			step{to("a", "x/y", ""), "200"},
			step{ls("x/y"), `x\y\1 3, x\y\_.dir 0, x\y\b/ 2`},
			step{ls("x/y/b"), `x\y\b\2 3, x\y\b\_.dir 0`},
			step{stored("x/y/b/2"), "two"},
		)},
		{"a folder replaces what was there", with(
			step{put("d/old", "x"), "200"},
			step{to("a", "d", `,"CopyFlag":"Overwrite"`), "200"},
			step{ls("d"), `d\1 3, d\_.dir 0, d\b/ 2`},
		)},
		{"a folder, unless a complete one is there", with(
			step{put("d/old", "x"), "200"},
			step{put("d/_.dir", ""), "200"},
			step{to("a", "d", `,"CopyFlag":1`), "200"},
			step{ls("d"), `d\_.dir 0, d\old 1`},
		)},
		{"a folder replaces an incomplete one all the same", with(
			step{put("d/old", "x"), "200"},
			step{to("a", "d", `,"CopyFlag":1`), "200"},
			step{ls("d"), `d\1 3, d\_.dir 0, d\b/ 2`},
		)},
		{"a folder without some files, by name and at any depth", with(
			step{put("a/b/1", "deep"), "200"},
			step{to("a", "d", `,"SkipFiles":["1","2.TXT"],"CheckMarkFile":true`), "200"},
			step{ls("d"), `d\_.dir 0, d\b/ 2`},
			step{ls("d/b"), `d\b\2 3, d\b\_.dir 0`},
		)},
		{"a folder over a file", with(
			step{put("d", "x"), "200"},
			step{to("a", "d", ""), "200"},
			step{ls("d"), `d\1 3, d\_.dir 0, d\b/ 2`},
		)},
		{"a folder onto itself is lost", with(
			step{to("a", "a", ""), missing},
			step{ls("a"), "404"},
		)},
		{"a folder into itself", with(
			step{to("a", "a/c", ""), "200"},
			step{ls("a/c"), `a\c\1 3, a\c\_.dir 0, a\c\b/ 2`},
		)},
		{"a folder over the one that holds it is lost", with(
			step{put("a/b/1", "x"), "200"},
			step{to(`a\\b`, "a", ""), missing},
			step{ls(""), "404 FABRIC_E_NAME_DOES_NOT_EXIST"},
		)},
		{"a copy that fails half way is not marked as complete", with(
			step{put("a/z", "x"), "200"},
			step{func(b *bench) string { return fmt.Sprint(os.Remove(b.content("a/z"))) }, "<nil>"},
			step{to("a", "d", ""), missing},
			step{ls("d"), `d\1 3, d\b/ 2`},
		)},
		{"paths are not decoded, and a destination has either separator", []step{
			{put("f/a", "x"), "200"},
			{to(`f\\a`, `/g%20h/b\\`, ""), "200"},
			{stored("g%20h/b"), "x"},
		}},
		{"paths must stay in the store", []step{
			{put("a", "x"), "200"},
			{to("a", `..\\b`, ""), invalid},
			{to("../a", "b", ""), invalid},
			{to("a", "", ""), invalid},
			{to("a", " / ", ""), invalid},
		}},
		{"reserved files may be copied", []step{
			{put("Store/a", "x"), "200"},
			{to(`Store\\a`, "WindowsFabricStore", ""), "200"},
		}},
		{"bodies that are none", []step{
			{copying(""), invalid},
			{copying("null"), invalid},
			{copying("[]"), invalid},
			{copying("{"), invalid},
			{copying(`{"RemoteSource":true,"RemoteDestination":"b"}`), invalid},
			{copying(`{"RemoteSource":["a"],"RemoteDestination":"b"}`), invalid},
			{copying(`{"RemoteSource":"a" "RemoteDestination":"b"}`), invalid},
			{copying(`{"RemoteSource":"a","RemoteDestination":"b",}`), invalid},
		}},
		{"flags that are none", []step{
			{put("a", "x"), "200"},
			{to("a", "b", `,"CopyFlag":"overwrite"`), invalid},
			{to("a", "b", `,"CopyFlag":"2.5"`), invalid},
			{to("a", "b", `,"CopyFlag":true`), invalid},
			{to("a", "b", `,"CopyFlag":{}`), invalid},
			{to("a", "b", `,"CopyFlag":-2147483649`), invalid},
			{to("a", "b", `,"CheckMarkFile":"yes"`), invalid},
			{to("a", "b", `,"SkipFiles":"a"`), invalid},
			{to("a", "b", `,"SkipFiles":["c",null]`), invalid},
			{to("a", "b", `,"SkipFiles":[true]`), invalid},
		}},
		{"null and unknown members are ignored", []step{
			{put("a", "new"), "200"},
			{put("b", "old"), "200"},
			{to("a", "b", `,"CopyFlag":null,"SkipFiles":null,"CheckMarkFile":null,"Other":{}`), "200"},
			{stored("b"), "new"},
		}},
	})
	if testhost.IgnoresCase(t, t.TempDir()) {
		return // the store refuses the second name there
	}
	runScenarios(t, []scenario{{"a folder onto itself is not what Linux takes another case for", []step{
		{put("a/_.dir", ""), "200"},
		{to("a", "A", ""), "200"},
		{ls(""), "A/ 1, a/ 1"},
	}}}, WithPlatform(Linux))
}
