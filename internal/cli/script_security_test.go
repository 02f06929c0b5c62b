package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/sfstore/sfstore/internal/testcert"
)

// These texts must be in no output. The text of the keys is added to them.
const (
	canaryPassword = "canary-7Kf0-password"
	canaryToken    = "canary-9Qx1-token"
)

// guard forwards output, and keeps a copy in which to look for secrets.
type guard struct {
	io.Writer
	kept bytes.Buffer
}

func (g *guard) Write(p []byte) (int, error) {
	g.kept.Write(p)
	return g.Writer.Write(p)
}

// leaked returns the first secret of the file that is in an output, or "".
func leaked(canaries string, guards ...*guard) string {
	secrets, _ := os.ReadFile(canaries)
	for secret := range strings.FieldsSeq(string(secrets)) {
		for _, g := range guards {
			if strings.Contains(g.kept.String(), secret) {
				return secret
			}
		}
	}
	return ""
}

// certificates writes keys and certificates to the script's folder:
//
//	ca.pem, server.pem       an authority, and a server's certificate and key from it
//	clients.pem              the authority of clients
//	client.pem               a client's certificate and key; client.crt and client.key apart
//	client-encrypted.key     the key with a password, which is in the file password
//	client.pfx               certificate and key with the password
//	stranger.pem, expired.pem, servers-only.pem    clients that are wrong in one way
//
// SHA1 and SHA256 are the server's thumbprints. From here on no command may print the
// password, a token of SFSTORE_TOKEN, or a line of a key: it exits with 99 if it does.
func certificates(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: certificates")
	}
	var secrets bytes.Buffer
	fmt.Fprintln(&secrets, canaryPassword)
	fmt.Fprintln(&secrets, canaryToken)
	write := func(name string, content ...[]byte) {
		ts.Check(os.WriteFile(ts.MkAbs(name), bytes.Join(content, nil), 0o600))
		for line := range bytes.Lines(bytes.Join(content, nil)) {
			if len(line) > 40 && strings.Contains(name, "key") {
				secrets.Write(line)
			}
		}
	}
	root, clients := testcert.NewAuthority(), testcert.NewAuthority()
	server := root.Issue()
	chain, key := testcert.PEM(server)
	write("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate.Raw}))
	write("server.pem", chain, key)
	write("server.key", key)
	ts.Setenv("SHA1", testcert.SHA1(server.Leaf))
	ts.Setenv("SHA256", testcert.SHA256(server.Leaf))

	client := clients.Issue(testcert.CommonName("client"))
	chain, key = testcert.PEM(client)
	write("clients.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: clients.Certificate.Raw}))
	write("client.pem", chain, key)
	write("client.crt", chain)
	write("client.key", key)
	encrypted, err := pkcs8.MarshalPrivateKey(client.PrivateKey, []byte(canaryPassword), nil)
	ts.Check(err)
	write("client-encrypted.key", pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: encrypted}))
	bundle, err := pkcs12.Modern.WithRand(rand.Reader).Encode(client.PrivateKey, client.Leaf, []*x509.Certificate{clients.Certificate}, canaryPassword)
	ts.Check(err)
	write("client.pfx", bundle)
	write("password", []byte(canaryPassword+"\n"))

	for name, change := range map[string]struct {
		from   *testcert.Authority
		change testcert.Change
	}{
		"stranger.pem":     {testcert.NewAuthority(), testcert.CommonName("stranger")},
		"expired.pem":      {clients, testcert.Expired()},
		"servers-only.pem": {clients, testcert.Usages(x509.ExtKeyUsageServerAuth)},
	} {
		chain, key := testcert.PEM(change.from.Issue(change.change))
		write(name, chain, key)
		write(strings.TrimSuffix(name, ".pem")+".key", key)
	}
	write("canaries", secrets.Bytes())
	ts.Setenv("CANARIES", ts.MkAbs("canaries"))
}

// serves VARIABLE FLAG... starts sfstore serve and sets the variable to its URL. Its log, which has the
// headers of requests, must contain no secret either.
func serves(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: serves variable flag...")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "sfstore", append([]string{"serve", "--verbose", "--listen", "127.0.0.1:0"}, args[1:]...)...)
	cmd.Cancel = func() error { return interrupt(cmd, os.Interrupt) }
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "CANARIES="+ts.Getenv("CANARIES"))
	ts.Check(interruptible(cmd))
	cmd.WaitDelay = time.Minute
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	t := ts.Value("t").(testing.TB)
	ts.Defer(func() {
		cancel()
		if failed, ok := errors.AsType[*exec.ExitError](cmd.Wait()); ok {
			t.Errorf("serve ended with %v", failed)
		}
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	ts.Check(err)
	ts.Setenv(args[0], strings.TrimSpace(url))
}

// says VARIABLE TEXT starts a TCP server that sends a line to each client, reads to the end, and sends
// nothing more. The variable is its address.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says variable text")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.WriteString(conn, args[1]+"\r\n")
				_, _ = io.Copy(io.Discard, conn)
			}()
		}
	}()
	ts.Setenv(args[0], listener.Addr().String())
}

// selects LINE... writes the lines to the file that sfctl cluster select writes, in a folder of the
// script. Options, order and section are those of sfctl 11.2.1.
func selects(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: selects line...")
	}
	folder := ts.MkAbs("sfctl")
	ts.Check(os.MkdirAll(folder, 0o700))
	text := "[servicefabric]\n" + strings.Join(args, "\n") + "\n\n"
	ts.Check(os.WriteFile(filepath.Join(folder, "config"), []byte(text), 0o600))
	ts.Setenv("SFCTL_CONFIG_DIR", folder)
}

// marks FILE LINE... writes lines after the byte order mark that editors on Windows write.
func marks(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: marks file line...")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("\ufeff"+strings.Join(args[1:], "\r\n")), 0o600))
}

// widens FILE LINE... writes lines in UTF-16, like the shell of Windows.
func widens(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: widens file line...")
	}
	out := []byte("\xff\xfe")
	for _, b := range []byte(strings.Join(args[1:], "\r\n")) {
		out = append(out, b, 0)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out, 0o600))
}
