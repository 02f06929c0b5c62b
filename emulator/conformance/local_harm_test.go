package conformance

import (
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// harmfulFacts are checked on the local store, and on no cluster: they delete what is not the suite's,
// or would if they did not hold.
func harmfulFacts() map[string]localFact {
	begins := func(steps ...step) localFact { return localFact{do: func(*world) []step { return steps }} }
	marked := func(more ...step) localFact { return begins(packageWithMarks(more...)...) }
	gone := list("Store").is("404")
	return map[string]localFact{
		"The root cannot be deleted.": begins(
			stored("{}/a", "x"),
			request("DELETE", "/ImageStore", "").is(invalid),
			request("DELETE", "/ImageStore//", "").is(invalid),
			list("{}").shows("a 1"),
		),
		"A parent segment between escapes does not leave the store.": begins(
			put("{}/%2E%2E/%2E%2E/%2E%2E/a", "x").is(invalid),
			put("{}/a%5C..%5C..%5Cb", "x").is(invalid),
			list("{}").is("404"),
		),
		"A name with NUL is refused.": begins(put("{}/a%00b", "x").is(invalid)),
		"Store and WindowsFabricStore cannot be deleted, in any case.": begins(
			stored("Store/{}", "x"),
			remove("Store").is(reservedName).hasBody(`{"Error":{"Code":"FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR","Message":"Null"}}`),
			remove("STORE").is(reservedName),
			remove("windowsfabricstore").is(reservedName),
			remove("Store//").is(reservedName),
			remove("/Store/").is(reservedName),
			list("Store/{}").is("200"),
		),
		"A folder cannot be copied to a reserved name, not even with Echo.": marked(
			stored("Store/x", "x"),
			copied("{}/s", "Store", ``).is(reservedName),
			copied("{}/s", "sTORE", `,"CopyFlag":"Echo"`).is(reservedName),
			copied("{}/s", "WindowsFabricStore", ``).is(reservedName),
			list("Store/x").is("200"),
			list("Store/1").is("404"),
		),
		"With Echo, a folder is not copied to a reserved name that has a mark, and that is a success.": marked(
			stored("Store/x", "x"), stored("Store/_.dir", ""),
			copied("{}/s", "Store", `,"CopyFlag":"Echo"`).is("200"),
			copied("{}/s", "Store", ``).is(reservedName),
			list("Store/x").is("200"),
			list("Store/1").is("404"),
		),
		"A file can be copied into a reserved folder.": begins(
			stored("{}/a", "x"),
			copied("{}/a", "Store/b", ``).is("200"),
			list("Store/b").is("200"),
		),
		"A blank deletes the whole store, because names are checked before they are trimmed.": begins(
			stored("{}/a", "x"), stored("Store/b", "x"),
			remove("%20").is("200"),
			get("/ImageStore").is(emptyStore),
		),
		"A reserved name followed by a blank or a backslash deletes the reserved folder.": begins(
			stored("Store/a", "x"), remove("Store%20").is("200"), gone,
			stored("Store/a", "x"), remove("%20Store").is("200"), gone,
			stored("Store/a", "x"), remove("Store%5C").is("200"), gone,
		),
		"A folder copied to a reserved name with a separator or a blank deletes the reserved folder.": marked(
			stored("Store/a", "x"), copied("{}/s", "Store/", ``).is("200"), list("Store/a").is("404"),
			stored("Store/a", "x"), copied("{}/s", `Store\\`, ``).is("200"), list("Store/a").is("404"),
			stored("Store/a", "x"), copied("{}/s", " Store", ``).is("200"), list("Store/a").is("404"),
		),
		"A body without members means the root, which has no mark.": begins(
			stored("{}/a", "x"),
			copying(` `).is(noFile),
		),
		"An empty source means the root, which has no mark.": begins(
			stored("{}/a", "x"),
			copiedAs("", "{}/b", ``).is(noFile),
		),
		"A member RemoteSource in another case is unknown, so that the source is the root.": begins(
			stored("{}/a", "x"),
			copying(`"remotesource":"{\}\\a","RemoteDestination":"{}/b"`).is(noFile),
		),
		"A separator after a folder's destination is doubled in the names.": {do: doubledSeparator},
		"A blank after a folder's destination stays in the names and in that of the mark; only the deletion trims it.": marked(
			stored("{}/d/_.dir", ""),
			copied("{}/s", "{}/d ", `,"CopyFlag":"Echo"`).is("200"),
			list("{}/d%20/1").is("200"),
			list("{}").shows("d / 4", "s/ 4"),
		),
		"After the other platform's separator, the mark's path has two separators, like the others.": {do: otherSeparator},
	}
}

// doubledSeparator names a path with two escaped separators: empty segments are dropped.
func doubledSeparator(w *world) []step {
	separator, escaped := `\\`, "%5C"
	if w.platform == emulator.Linux {
		separator, escaped = "/", "%2F"
	}
	return packageWithMarks(
		copied("{}/s", "{}/d"+separator, ``).is("200"),
		list("{}/d"+escaped+escaped+"1").is("200"),
		list("{}/d/_.dir").shows("d/_.dir 0"),
		list("{}/d/1").is("404"),
	)
}

func otherSeparator(w *world) []step {
	separator, escaped := "/", "%5C"
	if w.platform == emulator.Linux {
		separator, escaped = `\\`, "%2F"
	}
	return packageWithMarks(
		copied("{}/s", "{}/d"+separator, ``).is("200"),
		list("{}/d"+escaped+escaped+"1").is("200"),
		list("{}/d"+escaped+escaped+"_.dir").is("200"),
		list("{}/d/_.dir").is("404"),
	)
}

func sessionFacts() map[string]localFact {
	begin := chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200")
	return map[string]localFact{
		"A session lives for 30 minutes after its last new chunk.": {do: func(w *world) []step {
			return []step{
				begin,
				w.forward(30*time.Minute - 1),
				session("<1>").expects("1-1"),
				w.forward(1),
				session("<1>").is("204"),
				commit("<1>").is(invalid),
			}
		}},
		"A new chunk prolongs it, up to the next sweep of 5 minutes.": {do: func(w *world) []step {
			return []step{
				chunk("{}/a", "<1>", "bytes 0-0/3", "x").is("200"),
				w.forward(20 * time.Minute),
				chunk("{}/a", "<1>", "bytes 1-1/3", "x").is("200"),
				w.forward(29*time.Minute + 59*time.Second),
				session("<1>").expects("2-2"),
				w.forward(time.Second),
				session("<1>").is("204"),
			}
		}},
		"A query and a refused chunk do not prolong it.": {do: func(w *world) []step {
			return []step{
				begin,
				w.forward(29 * time.Minute),
				session("<1>").expects("1-1"),
				chunk("{}/a", "<1>", "bytes 0-0/2", "x").is(refusedRange),
				w.forward(time.Minute),
				session("<1>").is("204"),
			}
		}},
		"A young session passes the first sweep, and the next is 5 minutes later.": {do: func(w *world) []step {
			return []step{
				begin,
				w.forward(time.Minute),
				chunk("{}/b", "<2>", "bytes 0-0/2", "x").is("200"),
				w.forward(29 * time.Minute),
				session("<1>").is("204"),
				w.forward(5*time.Minute - 1),
				session("<2>").expects("1-1"),
				w.forward(1),
				session("<2>").is("204"),
			}
		}},
		"A failover loses the sessions and no file, and the next chunk begins anew.": {do: func(w *world) []step {
			return []step{
				stored("{}/b", "x"),
				chunk("{}/a", "<1>", "bytes 0-0/3", "x").is("200"),
				w.failover(),
				session("<1>").is("204"),
				chunk("{}/a", "<1>", "bytes 1-1/3", "x").is("200"),
				session("<1>").expects("0-0 2-2"),
				list("{}").shows("b 1"),
			}
		}},
		"A commit that fails while it overwrites leaves its id on the old file.": {
			faults: "CommitImageStoreUploadSession:1=fail-commit",
			do: func(*world) []step {
				return []step{
					stored("{}/a", "x"), remember("first"),
					chunk("{}/a", "<1>", "bytes 0-4/5", "hello").is("200"),
					commit("<1>").hasStatus(500),
					list("{}/a").shows("a 1").keeps("first"),
					commit("<1>").is("200"),
					list("{}/a").shows("a 1").keeps("first"),
					chunk("{}/a", "<2>", "bytes 0-4/5", "hello").is("200"),
					commit("<2>").is("200"),
					list("{}/a").shows("a 5").grewFrom("first"),
				}
			},
		},
		"The runtime's own faults confirm the chunk at offset 30 MiB once without recording it.": {chaos: true, do: func(*world) []step {
			late := chunk("{}/a", "<1>", "bytes 31457280-31457280/31457281", "x").is("200")
			return []step{late, session("<1>").expects("0-31457280"), late, session("<1>").expects("0-31457279")}
		}},
		"The runtime's own faults drop every 9th commit: it is not cut off, but waits, and is then 504.": {chaos: true, do: func(*world) []step {
			steps := []step{chunk("{}/a", "<1>", "bytes 0-4/5", "hello").is("200")}
			for range 8 {
				steps = append(steps, commit("<1>").is("200"))
			}
			return append(steps, commit("<1>&timeout=1").is(timedOut))
		}},
		"A PUT in progress is a session of its path.": {},
	}
}
