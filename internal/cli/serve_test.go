package cli_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sfstore/sfstore/api"
)

// served is a running `sfstore serve`, or another command that prints its URL.
type served struct {
	url string
	cmd *exec.Cmd
	log *bufio.Scanner // lines of standard error
}

// serve starts a local store on a free port.
func serve(t *testing.T, args ...string) *served {
	t.Helper()
	return start(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
}

// start starts the command and waits for its URL, as a program in any language would.
func start(t *testing.T, args ...string) *served {
	t.Helper()
	return startWith(t, func(*exec.Cmd) {}, args...)
}

// startWith starts the command with a change to how it is started.
func startWith(t *testing.T, change func(*exec.Cmd), args ...string) *served {
	t.Helper()
	s, _ := launch(t, change, args...)
	return s
}

// launch starts the command, reads its first line, the URL, and returns the rest of its output too.
func launch(t *testing.T, change func(*exec.Cmd), args ...string) (*served, *bufio.Reader) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sfstore", args...)
	if err := interruptible(cmd); err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	change(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	rest := bufio.NewReader(stdout)
	url, err := rest.ReadString('\n')
	if err != nil {
		t.Fatalf("no first line: %v", err)
	}
	return &served{url: strings.TrimSuffix(url, "\n"), cmd: cmd, log: bufio.NewScanner(stderr)}, rest
}

// stop interrupts the server and expects it to end without an error.
func (s *served) stop(t *testing.T) {
	t.Helper()
	if err := interrupt(s.cmd, os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for s.log.Scan() { // to the end, so that Wait may close the pipe
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
}

// logged reads the log up to a line that contains the text.
func (s *served) logged(t *testing.T, text string) {
	t.Helper()
	for s.log.Scan() {
		if strings.Contains(s.log.Text(), text) {
			return
		}
	}
	t.Fatalf("the log ended without %q: %v", text, s.log.Err())
}

// do sends a request of the contract, and returns the status of the response.
func do(t *testing.T, method, url, body string, header ...string) int {
	t.Helper()
	rsp := respond(t, method, url, body, header...)
	defer rsp.Body.Close()
	_ = readAnswer(t, rsp)
	return rsp.StatusCode
}

// respond sends a request, and returns the response, which the caller closes.
func respond(t *testing.T, method, url, body string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rsp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return rsp
}

// readAnswer reads a response and validates it against the contract. A URL that the platform does not
// have is not an operation there, but its response is still that of the operation.
func readAnswer(t *testing.T, rsp *http.Response) []byte {
	t.Helper()
	body, err := io.ReadAll(rsp.Body)
	if err != nil {
		t.Fatal(err)
	}
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := contract.Response(rsp.Request, rsp.StatusCode, rsp.Header, body); err != nil {
		t.Errorf("against the contract: %v", err)
	}
	return body
}

const sessionURL = "/ImageStore/App/Code.zip/$/UploadChunk?api-version=6.0&session-id=0b6ac6b8-6c2e-5a4e-9d55-3d2b6f1c7a01"

func TestServeKeepsFilesAndLosesSessions(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new", "store")
	s := serve(t, "--data", folder)
	if status := do(t, "PUT", s.url+"/ImageStore/App/a.txt?api-version=6.0", "hello"); status != http.StatusOK {
		t.Fatalf("PUT: %d", status)
	}
	s.logged(t, "PUT    /ImageStore/App/a.txt?api-version=6.0  200  5 B in, 0 B out")
	if status := do(t, "PUT", s.url+sessionURL, "0123456789", "Content-Range", "bytes 0-9/20"); status != http.StatusOK {
		t.Fatalf("chunk: %d", status)
	}
	ask := s.url + "/ImageStore/App/Code.zip/$/GetUploadSession?api-version=6.0"
	if status := do(t, "GET", ask, ""); status != http.StatusOK {
		t.Fatalf("session: %d", status)
	}
	if status := control(t, http.MethodPost, s.url+"/$sfstore/failover", "X-Sfstore-Control", "1"); status != http.StatusNoContent {
		t.Fatalf("failover: %d", status)
	}
	s.logged(t, "failover: all upload sessions are lost")
	if status := do(t, "GET", ask, ""); status != http.StatusNoContent {
		t.Errorf("session after a failover: %d", status)
	}
	s.stop(t)

	again := serve(t, "--data", folder, "--platform", "linux", "--verbose")
	if status := do(t, "GET", again.url+"/ImageStore/App/a.txt?api-version=6.2", "", "Authorization", "Bearer canary"); status != http.StatusOK {
		t.Errorf("the file after a restart: %d", status)
	}
	again.logged(t, "> Authorization: REDACTED")
	if status := do(t, "GET", again.url+"/ImageStore/App/Code.zip/$/GetUploadSession?api-version=6.0", ""); status != http.StatusBadRequest {
		t.Errorf("a session on Linux: %d", status)
	}
	again.stop(t)
	if _, err := os.Stat(filepath.Join(folder, "content", "App", "a.txt")); err != nil {
		t.Error(err)
	}
}

func TestServeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := serve(t)
	defer s.stop(t)
	dir := t.TempDir()
	selfSigned(t, dir)
	pem := filepath.Join(dir, "cert.pem")
	rows := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"the port is taken", []string{"--listen", strings.TrimPrefix(s.url, "http://")}, 1, "(--listen 127.0.0.1:0 takes a free port)"},
		{"no such platform", []string{"--platform", "solaris"}, 2, "solaris"},
		{"a lifetime that is none", []string{"--session-timeout", "0s"}, 2, "--session-timeout 0s: must be positive"},
		{"a fault that is none", []string{"--fault", "UploadFile:2=explode"}, 2, "--fault: fault \"UploadFile:2=explode\":"},
		{"a key without a certificate", []string{"--tls-key", "key.pem"}, 2, "--tls-key and --client-ca need --tls-cert"},
		{"a certificate that is not there", []string{"--tls-cert", "none.pem"}, 2, "--tls-cert none.pem: open none.pem: "},
		{"an authority that is none", []string{"--tls-cert", pem, "--client-ca", "serve_test.go"}, 2, "--client-ca serve_test.go: has no certificate in PEM"},
		{"the folder is a file", []string{"--listen", "127.0.0.1:0", "--data", "serve_test.go"}, 1, "serve_test.go"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), "sfstore", append([]string{"serve"}, row.args...)...).CombinedOutput()
			if err == nil {
				t.Fatalf("no failure: %s", out)
			}
			failed, ok := errors.AsType[*exec.ExitError](err)
			if !ok || failed.ExitCode() != row.code || !strings.Contains(string(out), row.want) {
				t.Errorf("%v, want exit code %d\n%s", err, row.code, out)
			}
		})
	}
}

func TestServeInjectsFaults(t *testing.T) {
	t.Parallel()
	s := serve(t, "--fault", "UploadFile:2=503/E_ABORT, UploadFile:3=drop-reply")
	url := s.url + "/ImageStore/a.txt?api-version=6.0"
	if first, second := do(t, "PUT", url, "1"), do(t, "PUT", url, "2"); first != 200 || second != 503 {
		t.Errorf("the first two uploads got %d and %d", first, second)
	}
	s.logged(t, "503 E_ABORT")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, strings.NewReader("3"))
	if err != nil {
		t.Fatal(err)
	}
	if rsp, err := http.DefaultClient.Do(r); err == nil {
		rsp.Body.Close()
		t.Errorf("the third upload got a response: %s", rsp.Status)
	}
	s.logged(t, "no response")
	s.stop(t)
}

// TestServeSpeaksTLS uses a client with a certificate of the right authority, and one without a
// certificate.
func TestServeSpeaksTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certificate := selfSigned(t, dir)
	pem := filepath.Join(dir, "cert.pem")
	s := serve(t, "--tls-cert", pem, "--client-ca", pem)
	if !strings.HasPrefix(s.url, "https://127.0.0.1:") {
		t.Fatalf("the URL is %s", s.url)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate.Leaf)
	for name, row := range map[string]struct {
		certificates []tls.Certificate
		want         int
	}{
		"with a certificate":    {[]tls.Certificate{certificate}, http.StatusNotFound},
		"without a certificate": {nil, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: row.certificates}}}
			defer client.CloseIdleConnections()
			rsp, err := client.Get(s.url + "/ImageStore/a?api-version=6.2")
			if err != nil {
				t.Fatal(err)
			}
			defer rsp.Body.Close()
			if body := readAnswer(t, rsp); rsp.StatusCode != row.want || len(body) > 0 || rsp.Proto != "HTTP/1.1" {
				t.Errorf("got %s %s %q, want %d", rsp.Proto, rsp.Status, body, row.want)
			}
		})
	}
	s.stop(t)
}

// selfSigned writes cert.pem, with certificate and key, and returns both.
func selfSigned(t *testing.T, dir string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	if err := os.WriteFile(filepath.Join(dir, "cert.pem"), append(chain, secret...), 0o600); err != nil {
		t.Fatal(err)
	}
	certificate, err := tls.X509KeyPair(chain, secret)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}
