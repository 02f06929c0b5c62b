package doctor

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// gateway responds like gateways that differ from the local store.
type gateway struct {
	aad      string // metadata of tokens
	versions float64
	runtime  string // version that it reports, empty for none
	listing  string // status and body of a listing
	manifest string
	asked    atomic.Int64 // requests
}

const canary = "canary-3Zp8"

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.asked.Add(1)
	version, err := strconv.ParseFloat(r.URL.Query().Get("api-version"), 64)
	if err != nil || version > g.versions {
		g.answer(w, `400 {"Error":{"Code":"E_INVALIDARG","Message":"Invalid argument"}}`)
		return
	}
	switch r.URL.Path {
	case "/$/GetAadMetadata":
		g.answer(w, "200 "+g.aad)
	case "/$/GetClusterVersion":
		if g.runtime == "" {
			g.answer(w, "403 ")
			return
		}
		g.answer(w, `200 {"Version":"`+g.runtime+`"}`)
	case "/$/GetClusterManifest":
		if g.manifest == "" {
			g.answer(w, "403 ")
			return
		}
		g.answer(w, fmt.Sprintf(`200 {"Manifest":%q}`, `<ClusterManifest><FabricSettings><Section Name="Hosting"><Parameter Name="ImageStoreConnectionString" Value="no:"/></Section>`+
			`<Section Name="Management"><Parameter Name="ImageStoreConnectionString" Value="`+g.manifest+`"/></Section></FabricSettings></ClusterManifest>`))
	case "/ImageStore":
		g.answer(w, g.listing)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (g *gateway) answer(w http.ResponseWriter, text string) {
	status, body, _ := strings.Cut(text, " ")
	code, err := strconv.Atoi(status)
	if err != nil {
		panic(err)
	}
	if body != "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(code)
	_, _ = io.WriteString(w, body)
}

func failure(status int, code string) string {
	return fmt.Sprintf(`%d {"Error":{"Code":%q,"Message":"Null"}}`, status, code)
}

func jwt(payload string) string {
	return canary + "." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + "." + canary
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func find(t *testing.T, r Report, check string) Finding {
	t.Helper()
	for _, f := range r.Findings {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("no finding %s in %+v", check, r)
	return Finding{}
}

func newClient(t *testing.T, endpoint string, options ...imagestore.Option) *imagestore.Client {
	t.Helper()
	client, err := imagestore.New(endpoint, options...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func secure(t *testing.T, handler http.Handler, config *tls.Config) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.TLS = config
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// limitSteps shortens the time limit of the steps, to what is enough on a busy machine.
func limitSteps(t *testing.T) {
	before := stepLimit
	stepLimit = 2 * time.Second
	t.Cleanup(func() { stepLimit = before })
}
