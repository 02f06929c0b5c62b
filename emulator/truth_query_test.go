package emulator

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// listRoot returns a step that lists the root.
func listRoot(query, want string) step { return step{raw("GET /ImageStore?"+query, ""), want} }

func TestQueriesByTheSource(t *testing.T) {
	queries := func(rows ...string) (steps []step) {
		steps = []step{{put("a", "x"), "200"}}
		for i := 0; i < len(rows); i += 2 {
			steps = append(steps, listRoot(rows[i], rows[i+1]))
		}
		return steps
	}
	runTruths(t, []truth{
		{"Parse.cpp:258", "api-version is a double", queries(
			"api-version=6.0abc", "200", "api-version=6.0.0", invalid, "api-version=6.4.658.9590", invalid,
			"api-version=6.0e", invalid, "api-version=6e", invalid, "api-version=6E", invalid,
			"api-version=+6.0", "200", "api-version=.6e1", "200", "api-version=60e-1", "200", "api-version=6e0", "200",
			"api-version=0.06e+2", "200", "api-version=6e0x", invalid, "api-version=6.", "200", "api-version=.", invalid,
			"api-version=-6", invalid, "api-version=+", invalid, "api-version=1e1", "200", "api-version=1e2", invalid,
			"api-version=6e99999", invalid, "api-version=6e-99999", invalid, "api-version=000006.0", "200",
			"api-version=6-preview", "200", "api-version=6.0-pre", "200", "api-version=6e-preview", "200",
		), nil},
		{"GatewayUri.cpp:458", "empty parts around the sign of equality do not count", queries(
			"api-version==6.0", "200", "=api-version=6.0", "200", "api-version=6.0=", "200", "==api-version===6.0==", "200",
			"api-version=6.0=1", invalid, "api-version=", invalid, "=6.0", invalid,
			"api-version==&api-version=6.0", "200", "api-version=6.0=1&=api-version=6.0", "200",
			"api-version==99&api-version=6.0", invalid,
		), nil},
		{"GatewayUri.cpp:47", "Linux parses path and query as one URI", queries(
			"api-version=6.0&x=%zz", "200", "api-version=6.0&x=100%", "200", "api-version=6.0&^=1", "200", "api-version=6.0&x=[1]", "200",
		), queries(
			"api-version=6.0&x=%zz", invalid, "api-version=6.0&x=100%", invalid, "api-version=6.0&x=%4", invalid,
			"api-version=6.0&^", invalid, "api-version=6.0&x=[1]", invalid, `api-version=6.0&x="1"`, invalid, "api-version=6.0&x=a|b", invalid,
			"api-version=6.0&x=<1>", invalid, "api-version=6.0&x=`", invalid, `api-version=6.0&x=\`, invalid,
			"api-version=6.0&x=%41{}!$'()*+,;:@/?~", "200", "api-version=6.0&x=é", "200",
		)},
		{"ImageStoreHandler.cpp:511", "what the gateway looks at itself comes before a timeout of 0", []step{
			{said("GET /ImageStore?timeout=0&"+version, ""), zeroTimeout},
			{said("PUT /ImageStore/a?timeout=0&"+version, "x"), zeroTimeout},
			{said("DELETE /ImageStore/Store?timeout=0&"+version, ""), zeroTimeout},
			{said("GET /ImageStore/a/$/GetUploadSession?timeout=0&"+version, ""), zeroTimeout},
			{raw("PUT /ImageStore/a?timeout=0&"+version, "x", "Content-Range", "bytes 9-0/1"), refusedRange},
			{raw("PUT /ImageStore/a/$/UploadChunk?timeout=0&"+version, "x", "Content-Range", "bytes 9-0/1"), refusedRange},
			{raw("PUT /ImageStore/a/$/UploadChunk?timeout=0&"+version, "x"), invalidID},
			{raw("PUT /ImageStore/a/$/UploadChunk?timeout=0&session-id=x&"+version, "x"), invalidID},
			{said("PUT /ImageStore/a/$/UploadChunk?timeout=0&session-id="+id1+"&"+version, "x"), zeroTimeout},
			{raw("GET /ImageStore/$/GetUploadSession?timeout=0&"+version, ""), invalidID},
			{said("POST /ImageStore/$/CommitUploadSession?timeout=0&session-id=x&"+version, ""), "Invalid argument"},
			{said("POST /ImageStore/$/CommitUploadSession?timeout=0&"+version, ""), zeroTimeout},
			{said("DELETE /ImageStore/$/DeleteUploadSession?timeout=0&session-id=x&"+version, ""), "Invalid argument"},
			{said("DELETE /ImageStore/$/DeleteUploadSession?timeout=0&"+version, ""), zeroTimeout},
			{said("POST /ImageStore/$/Copy?timeout=0&"+version, "{"), "Invalid argument"},
			{said("POST /ImageStore/$/Copy?timeout=0&"+version, "{}"), zeroTimeout},
			{said("GET /ImageStore?timeout=0&ContinuationToken="+strings.Repeat("x", 4097)+"&"+version, ""), "Invalid argument"},
			{raw("GET /ImageStore?"+version, ""), emptyRoot},
		}, []step{
			{said("PUT /ImageStore/a?timeout=0&"+version, "x", "Content-Range", "bytes 9-0/1"), zeroTimeout},
			{said("POST /ImageStore/$/Copy?timeout=0&"+version, "{"), "Invalid argument"},
			{said("POST /ImageStore/$/Copy?timeout=0&"+version, "{}"), zeroTimeout},
		}},
		{"inc/resourceids.h", "texts of errors", []step{
			{func(b *bench) string { b.store.maxPage = 1; return "" }, ""},
			{put("a", "x"), "200"},
			{put("b", "x"), "200"},
			{said("GET /ImageStore?api-version=3.0", ""), "Invalid argument"},
			{said("PUT /ImageStore/%FF?"+version, "x"), "Invalid name URI."},
			{func(b *bench) string { return fmt.Sprint(b.store.Close()) }, "<nil>"},
			{said("GET /ImageStore?"+version, ""), "The object is closed."},
		}, []step{
			{func(b *bench) string { return fmt.Sprint(b.store.Close()) }, "<nil>"},
			{said("GET /ImageStore?"+version, ""), "The object is closed."},
		}},
	})
}

func TestListingsByTheSource(t *testing.T) {
	from := func(path, token string) func(*bench) string {
		return func(b *bench) string {
			r := b.do("GET", "/ImageStore"+path+"?"+version+"&ContinuationToken="+token, "")
			if r.status != 200 {
				return r.String()
			}
			var got storeContent
			b.decode(r, &got)
			var lines []string
			for _, f := range got.StoreFiles {
				lines = append(lines, f.StoreRelativePath)
			}
			for _, f := range got.StoreFolders {
				lines = append(lines, f.StoreRelativePath+"/ "+f.FileCount)
			}
			return strings.Join(lines, ", ")
		}
	}
	token := func(b *bench) string { // of the root's second page
		b.store.maxPage = 400
		var got storeContent
		b.decode(b.do("GET", "/ImageStore?"+version, ""), &got)
		return *got.ContinuationToken
	}
	files := func(steps ...step) []step {
		return slices.Concat([]step{
			{put("App/a", "1"), "200"},
			{put("App/b", "1"), "200"},
			{put("App/c/d", "1"), "200"},
			{put("App/x", "1"), "200"},
			{put("App/y/z", "1"), "200"},
			{put("b", "1"), "200"},
		}, steps)
	}
	runTruths(t, []truth{
		{"ProcessListRequestAsyncOperation.cpp:63", "a token inside a folder lists that with the rest of its count", files(
			step{from("", "App%5Cc"), "b, App/ 3"},
			step{from("", "App%5Cc%5Cd"), "b, App/ 3"},
			step{from("", "App%5Cc%5Ce"), "b, App/ 2"},
			step{from("", "App"), "b, App/ 5"},
			step{from("/App", "App%5Cc%5Ca"), `App\x, App\c/ 1, App\y/ 1`},
		), files(
			step{from("", "App%2Fc"), "b, App/ 3"},
			step{from("", "App%5Cc"), "b, App/ 3"},
			step{from("", "app%2Fc"), "b"},
		)},
		{"ProcessListRequestAsyncOperation.cpp:436", "a token is normalised", files(
			step{from("", "%5CAPP%5CC%5C"), "b, App/ 3"},
			step{from("", "%20app%2Fc%20"), "b, App/ 3"},
			step{from("", "B"), "b"},
			step{from("", ""), "b, App/ 5"},
		), files(
			step{from("", "%2FApp%2Fc%2F"), "b, App/ 3"},
			step{from("", "B"), "b"},
			step{from("", "c"), emptyRoot},
		)},
		{"ProcessListRequestAsyncOperation.cpp:228", "the listing of a file does not look at the token", files(
			step{from("/b", "zzz"), "b"},
			step{from("/App/a", "App%5Cb"), `App\a`},
		), files(
			step{from("/b", "zzz"), "b"},
		)},
		{"ProcessListRequestAsyncOperation.cpp:344", "a folder is listed anew whenever its spelling changes", []step{
			{put("App/a", "1"), "200"},
			{put("app/b", "1"), "200"},
			{put("App/c", "1"), "200"},
			{ls(""), "App/ 1, app/ 1, App/ 1"},
		}, []step{
			{put("App/a", "1"), "200"},
			{put("app/b", "1"), "200"},
			{put("App/c", "1"), "200"},
			{ls(""), "App/ 2, app/ 1"},
		}},
		{"EseLocalStore.cpp:366", "folders come in the binary order of the keys of their files", []step{
			{put("a/x", "1"), "200"},
			{put("a.b/x", "1"), "200"},
			{put("a1/x", "1"), "200"},
			{put("a_/x", "1"), "200"},
			{put("B/x", "1"), "200"},
			{ls(""), "a.b/ 1, a1/ 1, a/ 1, a_/ 1, B/ 1"},
		}, []step{
			{put("a/x", "1"), "200"},
			{put("a.b/x", "1"), "200"},
			{put("a1/x", "1"), "200"},
			{put("a_/x", "1"), "200"},
			{put("B/x", "1"), "200"},
			{ls(""), "B/ 1, a.b/ 1, a/ 1, a1/ 1, a_/ 1"},
		}},
		{"imagestorehandler.h:148", "an empty page of the root is JSON, one of a marked folder is not", files(
			step{put("App/_.dir", ""), "200"},
			step{from("", "zz"), emptyRoot},
			step{from("/App", "zz"), "204"},
			step{remove("App/_.dir"), "200"},
			step{from("/App", "zz"), "404"},
		), nil},
		{"Constants.cpp", "a token has at most 4096 characters, and some versions do not look", files(
			step{from("", strings.Repeat("z", 4096)), emptyRoot},
			step{from("", strings.Repeat("z", 4097)), "413 FABRIC_E_VALUE_TOO_LARGE"},
			step{raw("GET /ImageStore?api-version=3.0&ContinuationToken="+strings.Repeat("z", 4097), ""), "200"},
		), nil},
		{"NamingUri.cpp:456", "a token is escaped, on Linux a few characters of it", []step{
			{put("a", "1"), "200"},
			{put("b%20%C3%A9&%5Bx%5D", "1"), "200"},
			{token, "b%20%C3%A9&%5Bx%5D"},
		}, []step{
			{put("a", "1"), "200"},
			{put("b%20%C3%A9&%5Bx%5D", "1"), "200"},
			{token, "b%20é%26%5Bx%5D"},
			{from("", "b%20é%26%5Bx%5D"), "b é&[x]"},
		}},
		{"ProcessListRequestAsyncOperation.cpp:128", "one file without bytes spoils its folder's listing", files(
			step{func(b *bench) string { return fmt.Sprint(os.Remove(b.content("App/x"))) }, "<nil>"},
			step{raw("GET /ImageStore/App?"+version, ""), fileMissing},
			step{raw("GET /ImageStore/App/x?"+version, ""), fileMissing},
			step{ls("App/c"), `App\c\d 1`},
			step{raw("GET /ImageStore?"+version, ""), "200"},
		), files(
			step{func(b *bench) string { return fmt.Sprint(os.Remove(b.content("App/x"))) }, "<nil>"},
			step{raw("GET /ImageStore/App?"+version, ""), fileMissing},
			step{raw("GET /ImageStore?"+version, ""), "200"},
		)},
	})
}
