package credential

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
)

func TestTokenCommandUsesCmd(t *testing.T) {
	t.Setenv("CREDENTIAL_TEST", canaryToken)
	t.Setenv("SFSTORE_TOKEN", "")
	var stderr bytes.Buffer
	c, err := NewTokenCommand(`(echo sign in, "please" 1>&2) & echo %CREDENTIAL_TEST%`, &stderr)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Token(t.Context()); err != nil || got != canaryToken {
		t.Errorf("got %q, %v", got, err)
	}
	if got := strings.TrimSpace(stderr.String()); got != `sign in, "please"` {
		t.Errorf("standard error has %q", got)
	}
	c, err = NewTokenCommand("echo canary & exit 3", os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Token(t.Context()); err == nil || err.Error() != "the token command failed: exit status 3" {
		t.Errorf("got %v", err)
	}
}

// TestMain is the grandchild process of the next test if a variable says so.
func TestMain(m *testing.M) {
	address := os.Getenv("CREDENTIAL_TEST_CHILD")
	if address == "" {
		os.Exit(m.Run())
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		os.Exit(1)
	}
	_, _ = conn.Read(make([]byte, 1)) // which ends with this process
}

// A command that is interrupted takes its child processes with it: the end of a connection that a child
// holds open shows that the child has ended.
func TestTokenCommandLeavesNobodyBehindOnWindows(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("CREDENTIAL_TEST_CHILD", listener.Addr().String())
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewTokenCommand(`"`+program+`" & echo token`, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := c.Token(ctx)
		ended <- err
	}()
	child, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	_, _ = io.ReadAll(child) // which ends when the child has
}
