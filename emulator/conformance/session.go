package conformance

import "context"

const zero = "00000000-0000-0000-0000-000000000000"

func sessionCreation() topic {
	return topic{name: "Upload sessions", source: "NIS:3105-3321; ISH:569-590", facts: []fact{
		{says: "The first chunk creates the session, whichever part it is.", on: withSessions, do: []step{
			session("<1>").is("204"),
			chunk("{}/a", "<1>", "bytes 3-5/10", "abc").is("200").hasBody(""),
			session("<1>").expects("0-2 6-9"),
		}},
		{says: "A session is not a file before its commit.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/1", "x").is("200"),
			list("{}/a").is("404"),
		}},
		{says: "An id is the same in either case.", source: "Common/Guid.cpp:161-176", on: withSessions, do: []step{
			chunk("{}/a", "<1!>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<1>", "bytes 1-1/2", "x").is("200"),
			session("<1!>").expects(""),
		}},
		{says: "A chunk without an id, or with the id of zeros, is refused with a code of its own.", on: withSessions, do: []step{
			request("PUT", "/ImageStore/{}/a/$/UploadChunk", "x", "Content-Range: bytes 0-0/1").is(invalidID),
			chunk("{}/a", zero, "bytes 0-0/1", "x").is(invalidID),
		}},
		{says: "An id has 36 characters with hyphens in their places, and no braces.", source: "Common/Guid.cpp:161-176", on: withSessions, do: []step{
			chunk("{}/a", "x", "bytes 0-0/1", "x").is(invalidID),
			chunk("{}/a", "{11111111-2222-3333-4444-555555555555}", "bytes 0-0/1", "x").is(invalidID),
			chunk("{}/a", "11111111222233334444555555555555", "bytes 0-0/1", "x").is(invalidID),
			chunk("{}/a", "11111111-2222-3333-44445-55555555555", "bytes 0-0/1", "x").is(invalidID),
			chunk("{}/a", "1111111g-2222-3333-4444-555555555555", "bytes 0-0/1", "x").is(invalidID),
		}},
		{says: "A commit and a deletion without an id are bad arguments.", source: "GW/UriArgumentParser.cpp:805-815; FSS/processdelete:104-112", on: withSessions, do: []step{
			request("POST", "/ImageStore/$/CommitUploadSession", "").is(invalid),
			request("DELETE", "/ImageStore/$/DeleteUploadSession", "").is(invalid),
			commit(zero).is(invalid),
			deletionOf(zero).is(invalid),
			commit("x").is(invalid),
			deletionOf("x").is(invalid),
		}},
		{says: "The id of a deleted session may be used for another path.", source: "FSS/uploadsessionmap.cpp:92-113", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-4/5", "hello").is("200"),
			deletionOf("<1>").is("200"),
			chunk("{}/b", "<1>", "bytes 0-0/2", "x").is("200"),
			session("<1>").expects("1-1"),
		}},
		{says: "A late chunk creates a deleted session again, and it expects all the rest.", source: "NIS:3187", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-1/5", "he").is("200"),
			deletionOf("<1>").is("200"),
			chunk("{}/a", "<1>", "bytes 2-4/5", "llo").is("200"),
			session("<1>").expects("0-1"),
		}},
		{says: "A session is deleted once, and then unknown.", source: "FSS/uploadsessionmap.cpp:92-113", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-4/5", "hello").is("200"),
			deletionOf("<1>").is("200").hasBody("").saysJSON(),
			deletionOf("<1>").is(unknown),
			session("<1>").is("204"),
			sessionsOf("{}/a").is("204"),
		}},
	}}
}

func sessionQueries() topic {
	const byPath = "FSS/processlistuploadsession:176,198-215; FSS/uploadsessionmap.cpp:59-69"
	return topic{name: "Queries of sessions", source: byPath, facts: []fact{
		{says: "A query without an id is refused with the same code.", source: "ISH:309-325", on: withSessions, do: []step{
			get("/ImageStore/$/GetUploadSession").is(invalidID),
			session(zero).is(invalidID),
			session("x").is(invalidID),
		}},
		{says: "A path may have several sessions, and a query by path returns all.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<2>", "bytes 0-0/3", "x").is("200"),
			session("<1>").expects("1-1"),
			session("<2>").expects("1-2"),
			sessionsOf("{}/a").want(func(t *trial, r reply) {
				if n := len(t.sessions(r)); n != 2 {
					t.problem("got %d sessions, expected 2", n)
				}
			}),
		}},
		{says: "Sessions of a path come in the order of the bytes of their ids in memory.", source: "Common/Guid.h:92; FSS/uploadsessionmap.cpp:59-69", on: withSessions, do: []step{
			turn(func(_ context.Context, t *trial) {
				// By text the order is 3, 2, 1; the first three groups lie in memory backwards.
				for key, head := range map[string]string{"1": "0000ff01-0000", "2": "00000a02-ff00", "3": "00000002-00ff"} {
					t.ids[key] = head + randomID()[13:]
				}
			}),
			chunk("{}/a", "<3>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<2>", "bytes 0-0/2", "x").is("200"),
			sessionsOf("{}/a").lists("<1>", "<3>", "<2>"),
		}},
		{says: "The second and the third group of an id count backwards too.", source: "Common/Guid.h:92", on: withSessions, do: []step{
			turn(func(_ context.Context, t *trial) {
				rest := randomID()
				t.ids["1"] = rest[:9] + "ff01-0000-8888-" + rest[24:]
				t.ids["2"] = rest[:9] + "0002-ff01-8888-" + rest[24:]
				t.ids["3"] = rest[:9] + "0002-0002-8888-" + rest[24:]
			}),
			chunk("{}/a", "<3>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<2>", "bytes 0-0/2", "x").is("200"),
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			sessionsOf("{}/a").lists("<1>", "<2>", "<3>"),
		}},
		{says: "A query by path compares the path as it was sent.", on: withSessions, do: []step{
			chunk("{}/a%5Cb", "<1>", "bytes 0-0/2", "x").is("200"),
			sessionsOf("{}/a%5Cb").expects("1-1"),
			sessionsOf("{}/a/b").is("204"),
			sessionsOf("{}/A%5Cb").is("204"),
		}},
		{says: "A query by path ignores an id.", on: withSessions, do: []step{
			chunk("{}/a", "<1>", "bytes 0-0/2", "x").is("200"),
			get("/ImageStore/{}/a/$/GetUploadSession?session-id=<2>").oddly().expects("1-1"),
		}},
		{says: "A PUT in progress is a session of its path.", source: "FSS/FileUploadAsyncOperation.cpp; FSS/uploadsessionmap.cpp:59-69", on: withSessions, local: wantsMoment},
		{says: "After a PUT its path has no session.", on: withSessions, do: []step{
			stored("{}/a", "hello"),
			sessionsOf("{}/a").is("204"),
		}},
	}}
}

func lifetimes() topic {
	return topic{name: "Lifetime of sessions", source: "FSS/uploadsessionmap.cpp:131-202; FSS/FileStoreServiceConfig.h", facts: []fact{
		{says: "A session lives for 30 minutes after its last new chunk.", on: withSessions, local: wantsClock},
		{says: "A new chunk prolongs it, up to the next sweep of 5 minutes.", on: withSessions, local: wantsClock},
		{says: "A query and a refused chunk do not prolong it.", on: withSessions, local: wantsClock},
		{says: "A young session passes the first sweep, and the next is 5 minutes later.", on: withSessions, local: wantsClock},
		{says: "A failover loses the sessions and no file, and the next chunk begins anew.", on: withSessions, local: wantsFailover},
	}}
}
