package conformance

import (
	"strings"
	"testing"
	"time"
)

func TestCommits(t *testing.T) {
	complete := func(path, id, body string) step { return chunk(path, id, "bytes 0-4/5", body).is("200") }
	holds(t, []fact{
		{says: "A commit makes a file, over another if there is one.", on: windows, do: []step{
			stored("{}/a", "x"),
			chunk("{}/a", "<1>", "bytes 2-4/5", "llo").is("200"),
			chunk("{}/a", "<1>", "bytes 0-1/5", "he").is("200"),
			commit("<1>").is("200").hasBody("").saysJSON(),
			list("{}").shows("a 5"),
		}},
		{says: "A commit of an unknown session is a bad argument.", on: windows, do: []step{commit("<1>").is(invalid)}},
		{says: "A commit of an incomplete session is a bad argument, and the session stays.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-1/5", "he").is("200"),
			commit("<1>").is(invalid).hasBody(`{"Error":{"Code":"E_INVALIDARG","Message":"Invalid argument"}}`),
			session("<1>").expects("2-4"),
		}},
		{says: "A commit does not end the session.", on: windows, do: []step{
			complete("{}/a", "<1>", "hello"),
			commit("<1>").is("200"),
			session("<1>").expects(""),
		}},
		{says: "A second commit succeeds and writes nothing.", on: windows, do: []step{
			complete("{}/a", "<1>", "hello"),
			commit("<1>").is("200"), remember("first"),
			commit("<1>").is("200"), remember("second"),
			turn(func(g *gateway) {
				if g.versions["first"] != g.versions["second"] {
					g.problem("the version changed")
				}
			}),
		}},
		{says: "A second commit after another write publishes the old content again.", on: windows, do: []step{
			complete("{}/a", "<1>", "hello"),
			commit("<1>").is("200"),
			stored("{}/a", "x"),
			commit("<1>").is("200"),
			list("{}").shows("a 5"),
		}},
		{says: "A commit after the session's deletion is a bad argument, and the file stays.", on: windows, do: []step{
			complete("{}/a", "<1>", "hello"),
			commit("<1>").is("200"),
			deletionOf("<1>").is("200"),
			commit("<1>").is(invalid),
			list("{}").shows("a 5"),
		}},
		{says: "A session is deleted once, and then unknown.", on: windows, do: []step{
			complete("{}/a", "<1>", "hello"),
			deletionOf("<1>").is("200").hasBody("").saysJSON(),
			deletionOf("<1>").is(unknown),
			session("<1>").is("204"),
			sessionsOf("{}/a").is("204"),
		}},
		{says: "The id of a deleted session may be used for another path.", on: windows, do: []step{
			complete("{}/a", "<1>", "hello"),
			deletionOf("<1>").is("200"),
			chunk("{}/b", "<1>", "bytes 0-0/2", "x").is("200"),
			session("<1>").expects("1-1"),
		}},
		{says: "A large chunk passes.", on: windows, do: []step{
			chunk("{}/a", "<1>", "bytes 0-4194304/4194305", strings.Repeat("x", 4194305)).is("200"),
			commit("<1>").is("200"),
			list("{}").shows("a 4194305"),
		}},
	})
}

func TestLifetimes(t *testing.T) {
	begin := chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200")
	holds(t, []fact{
		{says: "A session lives for 30 minutes after its last new chunk.", on: windows, local: wantsClock, do: []step{
			begin,
			forward(30*time.Minute - 1),
			session("<1>").expects("1-1"),
			forward(1),
			session("<1>").is("204"),
			commit("<1>").is(invalid),
		}},
		{says: "A new chunk prolongs it, up to the next sweep of 5 minutes.", on: windows, local: wantsClock, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/3", "x").is("200"),
			forward(20 * time.Minute),
			chunk("{}/a", "<1>", "bytes 1-1/3", "x").is("200"),
			forward(29*time.Minute + 59*time.Second),
			session("<1>").expects("2-2"),
			forward(time.Second),
			session("<1>").is("204"),
		}},
		{says: "A query and a refused chunk do not prolong it.", on: windows, local: wantsClock, do: []step{
			begin,
			forward(29 * time.Minute),
			session("<1>").expects("1-1"),
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is(refusedRange),
			forward(time.Minute),
			session("<1>").is("204"),
		}},
		{says: "A young session passes the first sweep, and the next is 5 minutes later.", on: windows, local: wantsClock, do: []step{
			begin,
			forward(time.Minute),
			chunk("{}/b", "<2>", "bytes 0-0/2", "x").is("200"),
			forward(29 * time.Minute),
			session("<1>").is("204"),
			forward(5*time.Minute - 1),
			session("<2>").expects("1-1"),
			forward(1),
			session("<2>").is("204"),
		}},
		{says: "A failover loses the sessions and no file, and the next chunk begins anew.", on: windows, local: wantsFailover, do: []step{
			stored("{}/b", "x"),
			chunk("{}/a", "<1>", "bytes 0-0/3", "x").is("200"),
			failover,
			session("<1>").is("204"),
			chunk("{}/a", "<1>", "bytes 1-1/3", "x").is("200"),
			session("<1>").expects("0-0 2-2"),
			list("{}").shows("b 1"),
		}},
	})
}
