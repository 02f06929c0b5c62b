package upload_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func TestPermanentFailuresAreNotRetried(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		code   string
		broken bool // the response ends early
		class  error
	}{
		"no certificate":                     {401, "FABRIC_E_SERVER_AUTHENTICATION_FAILED", false, imagestore.ErrRefused},
		"not allowed":                        {403, "E_ACCESSDENIED", false, imagestore.ErrRefused},
		"not allowed, in a response cut off": {403, "", true, imagestore.ErrRefused},
		"too large":                          {413, "FABRIC_E_MESSAGE_TOO_LARGE", false, imagestore.ErrTooLarge},
		"too large, in a response cut off":   {413, "", true, imagestore.ErrTooLarge},
		"a wrong path":                       {400, "FABRIC_E_PATH_TOO_LONG", false, imagestore.ErrBadRequest},
		"a redirect, which no gateway sends": {307, "", false, nil},
		"not implemented":                    {501, "E_NOTIMPL", false, nil},
	} {
		for size, what := range map[int]string{10: "a small file", 3 * someChunk: "a large file"} {
			t.Run(name+", "+what, func(t *testing.T) {
				var requests atomic.Int64
				client := responding(t, func(w http.ResponseWriter, r *http.Request) {
					if operationOf(r) == opList {
						w.WriteHeader(http.StatusNotFound)
						return
					}
					requests.Add(1)
					if row.broken {
						_, _ = io.Copy(io.Discard, r.Body)
						w.Header().Set("Content-Length", "100")
						w.WriteHeader(row.status)
						_, _ = io.WriteString(w, "{")
						return
					}
					fail(w, r, row.status, row.code)
				})
				_, err := readerAt(t, newUploader(t, client), noise(size, 1))
				if n := requests.Load(); n != 1 {
					t.Errorf("%d requests, not 1", n)
				}
				fabric, ok := errors.AsType[*imagestore.FabricError](err)
				if !ok || fabric.StatusCode != row.status || row.class != nil && !errors.Is(err, row.class) {
					t.Errorf("got %v", err)
				}
				if failed, ok := errors.AsType[*upload.Error](err); !ok || failed.Resumable() {
					t.Errorf("the error says that the same upload resumes: %v", err)
				}
			})
		}
	}
}

func TestRefusedNamesAreNotSent(t *testing.T) {
	client := responding(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, name := range []string{"", "/", " ", "a/../b", "App/$/x", "a#b", "a?b", "100%", "a\x00b"} {
		_, err := newUploader(t, client).ReaderAt(t.Context(), name, strings.NewReader("x"), 1)
		if _, ok := errors.AsType[*imagestore.ArgumentError](err); !ok {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if _, err := newUploader(t, client).ReaderAt(t.Context(), "a", strings.NewReader("x"), -1); err == nil {
		t.Error("a negative size is taken")
	}
	if _, err := newUploader(t, client).ReaderAt(t.Context(), "a", strings.NewReader("x"), 1<<62); err == nil || !strings.Contains(err.Error(), "choose larger ones") {
		t.Errorf("a size beyond all measure: %v", err)
	}
}

func TestAnUntrustedCertificateIsNotRetried(t *testing.T) {
	var hellos atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request came through") }))
	server.Config.ErrorLog = silent
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			hellos.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	client, err := imagestore.New(server.URL, imagestore.WithHTTPClient(&http.Client{Transport: &http.Transport{}}))
	must(t, err)
	_, err = readerAt(t, newUploader(t, client), noise(3*someChunk, 1))
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
	if n := hellos.Load(); n != 1 {
		t.Errorf("%d connections, not 1", n)
	}
}

// A server that requires a client certificate reports its absence after the handshake.
func TestAMissingClientCertificateIsNotRetried(t *testing.T) {
	var hellos atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request came through") }))
	server.Config.ErrorLog = silent
	server.TLS = wantsCertificate
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			hellos.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	transport := server.Client().Transport.(*http.Transport)
	transport.TLSClientConfig.MaxVersion = wantsCertificate.MaxVersion
	client, err := imagestore.New(server.URL, imagestore.WithHTTPClient(server.Client()))
	must(t, err)
	_, err = readerAt(t, newUploader(t, client), noise(3*someChunk, 1))
	if err == nil || !strings.Contains(err.Error(), "remote error: tls") {
		t.Errorf("got %v", err)
	}
	if n := hellos.Load(); n != 1 {
		t.Errorf("%d connections, not 1", n)
	}
}

// TestPermanentFailuresOfConnectionsAreNotRetried uses servers and tokens that do not change.
func TestPermanentFailuresOfConnectionsAreNotRetried(t *testing.T) {
	for name, option := range map[string]imagestore.Option{
		"an unknown authority": imagestore.WithSecurity(imagestore.Security{}),
		"another thumbprint":   imagestore.WithSecurity(imagestore.Security{ServerThumbprints: []string{strings.Repeat("00", 20)}}),
		"another common name":  imagestore.WithSecurity(imagestore.Security{ServerCommonNames: []imagestore.ServerCommonName{{Name: "cluster"}}}),
		"no token": imagestore.WithToken(func(context.Context) (string, error) {
			return "", errors.New("log in first")
		}),
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request came through") }))
			server.Config.ErrorLog = silent
			server.StartTLS()
			defer server.Close()
			client, err := imagestore.New(server.URL, option)
			must(t, err)
			var seen events
			_, err = readerAt(t, newUploader(t, client, seen.option()), noise(3*someChunk, 1))
			if !errors.Is(err, imagestore.ErrRefused) {
				t.Errorf("got %v", err)
			}
			if n := len(seen.of(upload.Retried)); n != 0 {
				t.Errorf("it was tried again %d times", n)
			}
		})
	}
}
