package interop

import (
	"bytes"
	"crypto/tls"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/sfstore/sfstore/internal/testcert"
)

// apache is Apache httpd before a store. It requests the client's certificate like a gateway on
// Windows: when it has read a request's headers, by renegotiation, in TLS 1.2.
type apache struct {
	url       string
	authority *testcert.Authority // of the server and of the clients that it accepts
}

// apacheRoot is where `make interop` unpacks Debian's packages of Apache httpd.
const apacheRoot = ".apache/root"

var apacheConfig = template.Must(template.New("httpd.conf").Parse(`
ServerRoot {{.Dir}}
DefaultRuntimeDir {{.Dir}}
PidFile {{.Dir}}/pid
ErrorLog {{.Dir}}/error.log
LogLevel warn
Mutex pthread
ServerName localhost
Listen {{.Address}}
{{range .Modules}}LoadModule {{.}}_module {{$.Root}}/usr/lib/apache2/modules/mod_{{.}}.so
{{end}}User nobody
Group nogroup
StartServers 1
ServerLimit 1
ThreadsPerChild 64
MaxRequestWorkers 64
SSLEngine on
SSLProtocol TLSv1.2
SSLSessionCache none
SSLCertificateFile {{.Dir}}/server.pem
SSLCertificateKeyFile {{.Dir}}/server.key
SSLCACertificateFile {{.Dir}}/ca.pem
AllowEncodedSlashes NoDecode
ProxyPass / {{.Store}}/ nocanon
<Location /ImageStore>
  SSLVerifyClient {{.Verify}}
  SSLVerifyDepth 3
  SSLRequire %{SSL_CLIENT_VERIFY} eq "SUCCESS"
</Location>
`))

// startApache runs Apache httpd before a store until the test ends. With the verification
// optional_no_ca it responds with 403 to a client without a valid certificate, like a gateway on
// Windows; with require it ends the handshake.
func startApache(t *testing.T, store, verify string) *apache {
	t.Helper()
	root, err := filepath.Abs(apacheRoot)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	authority := testcert.NewAuthority()
	chain, key := testcert.PEM(authority.Issue())
	ca, _ := testcert.PEM(tls.Certificate{Certificate: [][]byte{authority.Certificate.Raw}, PrivateKey: authority.Issue().PrivateKey})
	address := freeAddress(t)
	var config bytes.Buffer
	if err := apacheConfig.Execute(&config, map[string]any{
		"Dir": dir, "Root": root, "Address": address, "Store": store, "Verify": verify,
		"Modules": []string{"mpm_event", "authz_core", "ssl", "proxy", "proxy_http"},
	}); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"httpd.conf": config.Bytes(), "server.pem": chain, "server.key": key, "ca.pem": ca} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	libraries, err := filepath.Glob(root + "/usr/lib/*-linux-gnu")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(installed(t, ".apache/root/usr/sbin/apache2"), "-d", dir, "-f", dir+"/httpd.conf", "-DFOREGROUND")
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+strings.Join(libraries, ":"))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-ended
		if t.Failed() {
			text, _ := os.ReadFile(dir + "/error.log")
			t.Logf("Apache's log:\n%s", text)
		}
	})
	for deadline := time.Now().Add(10 * time.Second); ; {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return &apache{url: "https://" + address, authority: authority}
		}
		select {
		case <-ended:
			text, _ := os.ReadFile(dir + "/error.log")
			t.Fatalf("Apache httpd does not start: %v\n%s%s", cmd.ProcessState, said.Bytes(), text)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("Apache httpd does not listen")
		}
	}
}

// freeAddress returns an address at which nobody listens at this moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
