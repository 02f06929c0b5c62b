package cli_test

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/testcert"
)

// TestRefusalsInTheHandshake connects to servers that end the handshake, as gateways on Linux do, where
// other gateways respond with 403.
func TestRefusalsInTheHandshake(t *testing.T) {
	t.Parallel()
	authority, clients := testcert.NewAuthority(), testcert.NewAuthority()
	dir := t.TempDir()
	save := func(name string, content ...[]byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, bytes.Join(content, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	chain, key := testcert.PEM(clients.Issue())
	client := save("client.pem", chain, key)
	ca := save("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Certificate.Raw}))
	rows := []struct {
		name   string
		config *tls.Config
		args   []string
		hint   string
	}{
		{"no certificate, TLS 1.2", &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients.Pool(), MaxVersion: tls.VersionTLS12}, nil, "hint: neither a client certificate (--cert) nor a token"},
		{"no certificate, TLS 1.3", &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients.Pool()}, nil, "hint: neither a client certificate (--cert) nor a token"},
		{"another certificate", &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority.Pool()}, []string{"--cert", client}, "hint: the cluster did not accept the client certificate"},
		{"TLS 1.3 alone", &tls.Config{MinVersion: tls.VersionTLS13}, []string{"--cert", client}, "unless --allow-tls13 is given"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			row.config.Certificates = []tls.Certificate{authority.Issue()}
			server.TLS = row.config
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
			server.StartTLS()
			defer server.Close()
			args := append([]string{"ls", "--endpoint", server.URL, "--ca", ca}, row.args...)
			out, err := exec.CommandContext(t.Context(), "sfstore", args...).CombinedOutput()
			failed, ok := errors.AsType[*exec.ExitError](err)
			if !ok || failed.ExitCode() != 4 || !strings.Contains(string(out), row.hint) {
				t.Errorf("%v, want exit code 4 and %q\n%s", err, row.hint, out)
			}
		})
	}
}

// TestTheSecurityPageNamesRealFlags checks that every flag on the page is in the help.
func TestTheSecurityPageNamesRealFlags(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	help, err := exec.CommandContext(t.Context(), "sfstore", "doctor", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	others := map[string]bool{"--resource": true, "--query": true, "--no-verify": true, "--aad": true, "--help": true} // of az and of sfctl
	for _, flag := range regexp.MustCompile(`--[a-z0-9-]*[a-z0-9]`).FindAllString(string(page), -1) {
		if !others[flag] && !strings.Contains(string(help), flag+" ") {
			t.Errorf("there is no %s", flag)
		}
	}
}
