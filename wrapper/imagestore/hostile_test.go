package imagestore_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestHostileServers bounds what a hostile server can cost, in time and memory, and expects a clear
// error. It is not parallel, because it measures.
func TestHostileServers(t *testing.T) {
	forever := func(begin, more string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", jsonType)
			_, err := io.WriteString(w, begin)
			for piece := []byte(strings.Repeat(more, 64<<10/len(more))); err == nil; {
				_, err = w.Write(piece)
			}
		}
	}
	var mebi bytes.Buffer
	zip := gzip.NewWriter(&mebi)
	_, _ = zip.Write(bytes.Repeat([]byte(" "), mebibyte))
	_ = zip.Close()
	bomb := bytes.Repeat(mebi.Bytes(), 256) // concatenated, they are one gzip stream of 256 MiB
	zipped := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", jsonType)
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(status)
			_, _ = w.Write(bomb)
		}
	}
	for name, row := range map[string]struct {
		handler http.HandlerFunc
		alloc   int64 // bytes at most
		want    string
	}{
		"a list without end": {forever(`{"StoreFiles":[`, `{"StoreRelativePath":"a","FileSize":"1"},`), 512 * mebibyte, "longer than 67108864 bytes"},
		"10 GiB of JSON": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "10737418240")
			forever(`{"StoreFiles":[`, " ")(w, r)
		}, 4 * mebibyte, "longer than 67108864 bytes"},
		"an error without end": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			forever("", "sorry ")(w, r)
		}, 4 * mebibyte, "500 Internal Server Error: sorry sorry"},
		"a bomb of gzip":          {zipped(http.StatusOK), 4 * mebibyte, `encoded as "gzip", which was not requested`},
		"an error that is a bomb": {zipped(http.StatusForbidden), 4 * mebibyte, `403 Forbidden: the response is encoded as "gzip"`},
		"a redirect to itself": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusPermanentRedirect)
		}, 4 * mebibyte, "redirects are not followed"},
		"a header without end": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-More", strings.Repeat("x", 10*mebibyte))
		}, 64 * mebibyte, "headers exceeded"}, // most of which the server itself takes
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, serve(t, row.handler))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := c.List(t.Context(), "App")
			runtime.ReadMemStats(&after)
			var got *imagestore.FabricError
			if !errors.As(err, &got) || !strings.Contains(err.Error(), row.want) || len(err.Error()) > 2000 {
				t.Errorf("got %v, want %q", err, row.want)
			}
			if n := int64(after.TotalAlloc - before.TotalAlloc); n > row.alloc {
				t.Errorf("%d bytes of memory were taken", n)
			}
		})
	}
}

// TestSecretsAreNowhere lets servers repeat what they were sent in every place that ends up in an
// error, and searches errors and the log.
func TestSecretsAreNowhere(t *testing.T) {
	const token = "canary-token-4711"
	mine := authority.Issue()
	repeat := func(status int, contentType string, body func(string) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if got := r.Header.Get("Authorization"); got != "Bearer "+token {
				t.Errorf("the request came with %q", got)
			}
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body(r.Header.Get("Authorization")))
		}
	}
	whole := func(text string) string { return text }
	raw := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, answer)
				_ = conn.Close()
			}
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"a page of a failure":    repeat(500, "text/html", whole),
		"a message":              repeat(400, jsonType, func(text string) string { return fabricError("E_INVALIDARG", text) }),
		"a code":                 repeat(403, jsonType, func(text string) string { return fabricError(text, "Null") }),
		"a type of a success":    repeat(200, "text/"+token, whole),
		"JSON that is wrong":     repeat(200, jsonType, func(text string) string { return `{"` + text + `": tru` }),
		"a number that is wrong": repeat(200, jsonType, func(text string) string { return `{"StoreFiles":[{"FileSize":"` + text + `"}],"StoreFolders":[]}` }),
		"a continuation that is wrong": repeat(200, jsonType, func(text string) string {
			return `{"StoreFiles":[],"StoreFolders":[],"ContinuationToken":"` + text + `"}`
		}),
		"a coding": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", token)
		},
		"no HTTP":            raw(token + "\r\n\r\n"),
		"a header":           raw("HTTP/1.1 200 OK\r\n" + token + "\r\n\r\n"),
		"a status":           raw("HTTP/1.1 " + token + "\r\n\r\n"),
		"a length":           raw("HTTP/1.1 200 OK\r\nContent-Length: " + token + "\r\n\r\n"),
		"a coding of a body": raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + token + "\r\n\r\n"),
		"a success":          func(http.ResponseWriter, *http.Request) {},
	} {
		t.Run(name, func(t *testing.T) {
			var written bytes.Buffer
			c := newClient(t, serveTLS(t, handler).URL, trusting(imagestore.Security{Certificate: &mine}),
				imagestore.WithToken(func(context.Context) (string, error) { return token, nil }),
				imagestore.WithLogger(slog.New(slog.NewTextHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			for _, id := range []string{"GetImageStoreContent", "GetImageStoreUploadSessionByPath", "GetImageStoreInfo", "UploadFile", "CommitImageStoreUploadSession"} {
				if _, err := callOf(t, id).do(t.Context(), c); err != nil {
					written.WriteString(err.Error())
				}
			}
			if strings.Contains(written.String(), token) {
				t.Errorf("a secret was written:\n%s", &written)
			}
		})
	}
}
