package conformance

import "slices"

func commits() topic {
	const (
		again = "NIS:3385-3497; FSS/processcommit"
		kept  = "FSS/FileCopyAsyncOperation.cpp:222-228"
	)
	complete := func(path, id, body string) step { return chunk(path, id, "bytes 0-4/5", body).is("200") }
	committed := func(more ...step) []step {
		return slices.Concat([]step{complete("{}/a", "<1>", "hello"), commit("<1>").is("200")}, more)
	}
	return topic{name: "Commits", source: again, facts: []fact{
		{says: "A commit makes a file, over another if there is one.", on: withSessions, do: []step{
			stored("{}/a", "x"),
			chunk("{}/a", "<1>", "bytes 2-4/5", "llo").is("200"),
			chunk("{}/a", "<1>", "bytes 0-1/5", "he").is("200"),
			commit("<1>").is("200").hasBody("").saysJSON(),
			list("{}").shows("a 5"),
		}},
		{says: "A commit of an unknown session is a bad argument.", on: withSessions, do: []step{commit("<1>").is(invalid).hasMessage("Invalid argument")}},
		{says: "A commit of an incomplete session is a bad argument, and the session stays.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-1/5", "he").is("200"),
			commit("<1>").is(invalid).hasBody(`{"Error":{"Code":"E_INVALIDARG","Message":"Invalid argument"}}`),
			session("<1>").expects("2-4"),
		}},
		{says: "A commit does not end the session.", on: withSessions, do: committed(session("<1>").expects(""))},
		{says: "A second commit succeeds and writes nothing.", on: withSessions, do: committed(
			remember("first"), commit("<1>").is("200"), list("{}/a").keeps("first"),
		)},
		{says: "A second commit after another write publishes the old content again.", on: withSessions, do: committed(
			stored("{}/a", "x"),
			commit("<1>").is("200"),
			list("{}").shows("a 5"),
		)},
		{says: "A second commit after a copy over the path succeeds, and the copied content stays.", source: kept, on: withSessions, do: committed(
			stored("{}/c", "x"),
			copied("{}/c", "{}/a", ``).is("200"),
			remember("copied"),
			commit("<1>").is("200"),
			list("{}/a").shows("a 1").keeps("copied"),
		)},
		{says: "A new session under the id that the file carries already succeeds and writes nothing.", on: withSessions, do: committed(
			remember("first"),
			deletionOf("<1>").is("200"),
			chunk("{}/a", "<1>", "bytes 0-2/3", "new").is("200"),
			commit("<1>").is("200"),
			list("{}/a").shows("a 5").keeps("first"),
		)},
		{says: "A new session under the id that the file carries writes nothing after a copy over the path either.", source: kept, on: withSessions, do: committed(
			deletionOf("<1>").is("200"),
			stored("{}/c", "x"),
			copied("{}/c", "{}/a", ``).is("200"),
			chunk("{}/a", "<1>", "bytes 0-4/5", "hello").is("200"),
			commit("<1>").is("200"),
			list("{}/a").shows("a 1"),
		)},
		{says: "A new session under an earlier id writes after another write.", on: withSessions, do: committed(
			deletionOf("<1>").is("200"),
			stored("{}/a", "x"),
			chunk("{}/a", "<1>", "bytes 0-2/3", "new").is("200"),
			commit("<1>").is("200"),
			list("{}").shows("a 3"),
		)},
		{says: "A commit that fails while it overwrites leaves its id on the old file.", source: "FSS/FileUploadAsyncOperation.cpp:384-391", on: withSessions, local: wantsFault},
		{says: "A commit after the session's deletion is a bad argument, and the file stays.", on: withSessions, do: committed(
			deletionOf("<1>").is("200"),
			commit("<1>").is(invalid),
			list("{}").shows("a 5"),
		)},
		{says: "The path of a session is normalized when it is committed.", source: "FSS/ProcessRequestAsyncOperation.cpp:193-208", on: withSessions, do: []step{
			complete("{}/f%5Ca", "<1>", "hello"),
			commit("<1>").is("200"),
			list("{}/f").shows("f/a 5"),
		}},
	}}
}
