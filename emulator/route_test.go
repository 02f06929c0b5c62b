package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestRouting(t *testing.T) {
	const bad = "400 E_INVALIDARG"
	rows := []struct {
		name           string
		verb, target   string
		windows, linux string
	}{
		{"the root can be listed", "GET", "/ImageStore", "404 FABRIC_E_NAME_DOES_NOT_EXIST", "404 FABRIC_E_NAME_DOES_NOT_EXIST"},
		{"slashes at either end and doubled ones do not count", "GET", "//ImageStore//", "404 FABRIC_E_NAME_DOES_NOT_EXIST", "404 FABRIC_E_NAME_DOES_NOT_EXIST"},
		{"the template is case-sensitive", "GET", "/imagestore", bad, bad},
		{"the template is decoded on Windows", "GET", "/Image%53tore", "404 FABRIC_E_NAME_DOES_NOT_EXIST", bad},
		{"another path is a bad request and not 404", "GET", "/Nodes", bad, bad},
		{"a longer name is another path", "GET", "/ImageStore2", bad, bad},
		{"HEAD is no verb of the store", "HEAD", "/ImageStore", "400", "400"},
		{"PATCH is no verb of the store", "PATCH", "/ImageStore/a", bad, bad},
		{"the root cannot be written", "PUT", "/ImageStore", bad, bad},
		{"the root cannot be deleted", "DELETE", "/ImageStore/", bad, bad},
		{"a path cannot be posted to", "POST", "/ImageStore/a", bad, bad},
		{"a missing path has no body", "GET", "/ImageStore/a", "404", "404"},
		{"a path may have any number of segments", "GET", "/ImageStore/a/b/c", "404", "404"},
		{"a name may begin with a dollar", "GET", "/ImageStore/$a/$$", "404", "404"},
		{"a dollar alone is no name", "GET", "/ImageStore/a/$", bad, bad},
		{"a dollar alone is no name in the middle", "GET", "/ImageStore/a/$/b", bad, bad},
		{"an escaped dollar alone is one, on Windows", "GET", "/ImageStore/a/%24", bad, "404"},
		{"an escaped dollar leads to an operation on Windows", "GET", "/ImageStore/a/%24/GetUploadSession", "204", "404"},
		{"a dollar escaped twice is a name", "GET", "/ImageStore/a/%2524", "404", "404"},
		{"escaped slashes make an operation on Windows", "GET", "/ImageStore/a%2F$%2FGetUploadSession", "204", "404"},
		{"the session query by path", "GET", "/ImageStore/a/$/GetUploadSession", "204", bad},
		{"the session query by path with escaped slashes", "GET", "/ImageStore/a%2Fb/$/GetUploadSession", "204", bad},
		{"the session query by id", "GET", "/ImageStore/$/GetUploadSession?session-id=" + id1, "204", bad},
		{"the session query by id needs an id", "GET", "/ImageStore/$/GetUploadSession", "400 FABRIC_E_INVALID_UPLOAD_SESSION_ID", bad},
		{"an operation is case-sensitive", "GET", "/ImageStore/a/$/getuploadsession", bad, bad},
		{"an operation wants its verb", "POST", "/ImageStore/a/$/GetUploadSession", bad, bad},
		{"nothing may follow an operation", "GET", "/ImageStore/a/$/GetUploadSession/b", bad, bad},
		{"an operation may end in a slash", "GET", "/ImageStore/a/$/GetUploadSession/", "204", bad},
		{"two dollars lead nowhere", "GET", "/ImageStore/a/$/b/$/GetUploadSession", bad, bad},
		{"a chunk needs a path", "PUT", "/ImageStore/$/UploadChunk?session-id=" + id1, bad, bad},
		{"a commit has no path", "POST", "/ImageStore/a/$/CommitUploadSession?session-id=" + id1, bad, bad},
		{"a commit of an unknown session", "POST", "/ImageStore/$/CommitUploadSession?session-id=" + id1, bad, bad},
		{"a deletion of an unknown session", "DELETE", "/ImageStore/$/DeleteUploadSession?session-id=" + id1, "404 NotFound", bad},
		{"a copy without a body", "POST", "/ImageStore/$/Copy", bad, bad},
		{"the size of an empty store", "GET", "/ImageStore/$/FolderSize", "200", "200"},
		{"the size of what is not there", "GET", "/ImageStore/a/$/FolderSize", "404 FABRIC_E_FILE_NOT_FOUND", "404 FABRIC_E_FILE_NOT_FOUND"},
		{"the figures of the store", "GET", "/ImageStore/$/Info", "200", "200"},
		{"the figures of a path", "GET", "/ImageStore/a/$/Info", bad, bad},
		{"a fragment takes the query with it", "GET", "/ImageStore#x", bad, bad},
	}
	for _, p := range []Platform{Windows, Linux} {
		b := newBench(t, WithPlatform(p))
		for _, row := range rows {
			t.Run(fmt.Sprint(p, "/", row.name), func(t *testing.T) {
				want := row.windows
				if p == Linux {
					want = row.linux
				}
				separator := "?"
				if strings.Contains(row.target, "?") {
					separator = "&"
				}
				// The bytes are written directly, because a client would clean the target.
				got, err := b.dial(row.verb + " " + row.target + separator + version + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
				if err != nil || got.String() != want {
					t.Errorf("got %q (%s) %v, want %q", got, got.body, err, want)
				}
			})
		}
	}
}

func TestAPIVersions(t *testing.T) {
	rows := []struct{ name, query, target, want string }{
		{"is required", "", "", "400 E_INVALIDARG"},
		{"must be a number", "api-version=new", "", "400 E_INVALIDARG"},
		{"begins at 1.0", "api-version=1.0", "", "200"},
		{"must not be below 1.0", "api-version=0.9", "", "400 E_INVALIDARG"},
		{"reaches the runtime's own", "api-version=11.3", "", "200"},
		{"must not be above the runtime's own", "api-version=11.4", "", "400 E_INVALIDARG"},
		{"is a decimal fraction", "api-version=11.10", "", "200"},
		{"may lie between the published ones", "api-version=2.5", "", "200"},
		{"may be a preview", "api-version=6.0-preview", "", "200"},
		{"may have anything behind the number", "api-version=6.0abc", "", "200"},
		{"may be a whole number", "api-version=6", "", "200"},
		{"must not be negative", "api-version=-6.0", "", "400 E_INVALIDARG"},
		{"is named in lower case", "Api-Version=6.0", "", "400 E_INVALIDARG"},
		{"counts where it stands first", "api-version=6.0&api-version=99", "", "200"},
		{"does not count where it stands second", "api-version=99&api-version=6.0", "", "400 E_INVALIDARG"},
		{"is ignored with two signs of equality", "api-version=6.0=x", "", "400 E_INVALIDARG"},
		{"is ignored when empty, and the next one counts", "api-version=&api-version=6.0", "", "200"},
		{"is not decoded", "api-version=6%2E0", "", "200"}, // 6, followed by junk
		{"may follow empty pairs", "&&x&=y&api-version=6.0", "", "200"},
		{"must be 6.5 for the size of a folder", "api-version=6.4", "/$/FolderSize", "400 E_INVALIDARG"},
		{"of 6.5 has the size of a folder", "api-version=6.5", "/$/FolderSize", "200"},
		{"must be 6.5 for the figures", "api-version=6.4", "/$/Info", "400 E_INVALIDARG"},
	}
	b := newBench(t)
	b.put("a", "x")
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := b.do("GET", "/ImageStore"+row.target+"?"+row.query, ""); got.String() != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestAnOlderRuntimeHasFewerVersions(t *testing.T) {
	b := newBench(t, WithRuntimeVersion("6.4.187.9494"))
	b.putWith("a", "x", "api-version=6.4")
	b.want(b.do("GET", "/ImageStore?api-version=6.5", ""), "400 E_INVALIDARG")
	b.want(b.do("GET", "/ImageStore/$/Info?api-version=6.5", ""), "400 E_INVALIDARG")
}

func TestTimeouts(t *testing.T) {
	rows := []struct{ name, value, want string }{
		{"zero is refused", "0", "400 E_INVALIDARG"},
		{"zero with a sign is refused", "+0", "400 E_INVALIDARG"},
		{"several zeros are refused", "00", "400 E_INVALIDARG"},
		{"one second is taken", "1", "200"},
		{"the largest number of 32 bits is taken", "4294967295", "200"},
		{"a larger number is the default", "4294967296", "200"},
		{"a negative number is the default", "-0", "200"},
		{"a word is the default", "soon", "200"},
		{"a fraction is the default", "0.0", "200"},
	}
	b := newBench(t)
	b.put("a", "x")
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := b.do("GET", "/ImageStore?"+version+"&timeout="+row.value, "")
			if got.String() != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
	got := b.do("PUT", "/ImageStore/b?timeout=0&"+version, "x")
	if got.text != "The timeout specified for client APIs must be greater than zero" || b.store.tree.File("b") != nil {
		t.Errorf("a PUT with timeout=0: %q, stored %v", got.text, b.store.tree.File("b"))
	}
}

func TestErrorsSayWhatTheGatewaySays(t *testing.T) {
	b := newBench(t)
	b.want(b.chunk("a", id1, "bytes 0-4/10", "hello"), "200")
	rows := []struct {
		name string
		got  reply
		want string
	}{
		{"a mapped message", b.do("GET", "/Nodes", ""), `{"Error":{"Code":"E_INVALIDARG","Message":"Invalid argument"}}`},
		{"no message", b.drop(id2), `{"Error":{"Code":"NotFound","Message":"Null"}}`},
		{"no message for a conflict", b.chunk("b", id1, "bytes 5-9/10", "world"), `{"Error":{"Code":"FABRIC_E_UPLOAD_SESSION_ID_CONFLICT","Message":"Null"}}`},
		{"an explicit message", b.chunk("b", "x", "bytes 5-9/10", "world"), `{"Error":{"Code":"FABRIC_E_INVALID_UPLOAD_SESSION_ID","Message":"The upload session identity is invalid."}}`},
		{"an empty store", b.do("GET", "/ImageStore?"+version, ""), `{"Error":{"Code":"FABRIC_E_NAME_DOES_NOT_EXIST","Message":"Name does not exist."}}`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if string(row.got.body) != row.want {
				t.Errorf("got %s, want %s", row.got.body, row.want)
			}
			if h := row.got.header; h.Get("Content-Type") != "application/json; charset=utf-8" || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers %v", h)
			}
		})
	}
}

func TestSuccessWithoutABodyHasTheHeadersOfJSON(t *testing.T) {
	b := newBench(t)
	for name, r := range map[string]reply{
		"PUT":           b.do("PUT", "/ImageStore/a?"+version, "x"),
		"PUT, empty":    b.do("PUT", "/ImageStore/b?"+version, ""),
		"session query": b.do("GET", "/ImageStore/a/$/GetUploadSession?"+version, ""),
		"DELETE":        b.do("DELETE", "/ImageStore/a?"+version, ""),
	} {
		if len(r.body) != 0 || r.header.Get("Content-Type") != "application/json; charset=utf-8" || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %q %v", name, r.status, r.body, r.header)
		}
	}
}
