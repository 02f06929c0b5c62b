package transport_test

import (
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestErrorsOfProxiesContainNoSecrets runs the test binary for each proxy, because net/http reads the environment
// only once.
func TestErrorsOfProxiesContainNoSecrets(t *testing.T) {
	if os.Getenv("TRANSPORT_TEST_PROXY") != "" {
		_, err := newTransport(t, true).RoundTrip(newRequest(t, http.MethodGet, "https://cluster.invalid/", nil, 0)) //nolint:bodyclose // there is none
		t.Log(err)
		return
	}
	refusing := serve(t, false, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })
	host := strings.TrimPrefix(refusing.URL, "http://")
	for name, row := range map[string]struct{ proxy, want string }{
		"one that speaks TLS": {"https://someone:hush@" + host, "the proxy " + host + " is reached by https"},
		"one that is not up":  {"http://someone:hush@" + strings.TrimPrefix(gone(t).url, "http://"), "proxyconnect tcp"},
		"one that refuses":    {"http://someone:hush@" + host, "the proxy " + host + " refuses to connect: 407 Proxy Authentication Required"},
	} {
		t.Run(name, func(t *testing.T) {
			again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestErrorsOfProxiesContainNoSecrets$", "-test.v")
			// If names of variables have no case, https_proxy would be HTTPS_PROXY.
			again.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
				name, _, _ := strings.Cut(v, "=")
				return strings.HasSuffix(strings.ToUpper(name), "_PROXY")
			})
			again.Env = append(again.Env, "TRANSPORT_TEST_PROXY=1", "HTTPS_PROXY="+row.proxy)
			out, err := again.CombinedOutput()
			if err != nil || !strings.Contains(string(out), row.want) {
				t.Errorf("got %v, want %q:\n%s", err, row.want, out)
			}
			if strings.Contains(string(out), "hush") || strings.Contains(string(out), "someone") {
				t.Errorf("the error contains a secret:\n%s", out)
			}
		})
	}
}
