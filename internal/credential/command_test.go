//go:build unix

package credential

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func wantTokenError(t *testing.T, err error, want string) {
	t.Helper()
	if _, ok := errors.AsType[*TokenError](err); !ok || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestTokenCommandsThatFail(t *testing.T) {
	rows := []struct{ name, line, err string }{
		{"it fails", "echo " + canaryToken + "; exit 3", "the token command failed: exit status 3"},
		{"it is not there", "no-such-program-canary", "the token command failed: exit status 127"},
		{"it prints nothing", "true", "the output of the token command is empty"},
		{"it prints JSON", `echo '{"a":"canary"}'`, "the output of the token command is JSON"},
		{"it does not end its output", "yes canary", "the token command printed more than 65536 bytes"},
		{"it prints two", "echo canary; echo canary", "the output of the token command has an invalid character at byte 6"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var stderr bytes.Buffer
			c, err := NewTokenCommand(row.line, &stderr)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Token(t.Context())
			wantTokenError(t, err, row.err)
		})
	}
	if _, err := NewTokenCommand(" ", nil); err == nil {
		t.Error("an empty command is taken")
	}
}

func TestTokenCommandUsesTheShell(t *testing.T) {
	t.Setenv("CREDENTIAL_TEST", canaryToken)
	var stderr bytes.Buffer
	c, err := NewTokenCommand(`echo "sign in, please" >&2; cat; echo "$CREDENTIAL_TEST" | tr a-z A-Z`, &stderr)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Token(t.Context()); err != nil || got != strings.ToUpper(canaryToken) {
		t.Errorf("got %q, %v", got, err)
	}
	if stderr.String() != "sign in, please\n" {
		t.Errorf("standard error has %q", stderr.String())
	}
}

// TestTokenCommandIsKept counts how often a command ran, by the lines that it writes to a file.
func TestTokenCommandIsKept(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	expires := func(d time.Duration) string { return jwt(fmt.Sprintf(`{"exp":%d}`, start.Add(d).Unix())) }
	rows := []struct {
		name  string
		token string
		after time.Duration // before the second use
		runs  int
	}{
		{"until a minute before it expires", expires(time.Hour), 59*time.Minute - time.Second, 1},
		{"not in the last minute", expires(time.Hour), 59 * time.Minute, 2},
		{"not once it has expired", expires(-time.Hour), 0, 2},
		{"for a minute when it does not say", jwt(`{}`), time.Minute - time.Second, 1},
		{"not longer when it does not say", jwt(`{}`), time.Minute, 2},
		{"for a minute when it is no JSON Web Token", canaryToken, time.Minute - time.Second, 1},
		{"not longer when it is no JSON Web Token", canaryToken, time.Minute, 2},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			runs := filepath.Join(t.TempDir(), "runs")
			c, err := NewTokenCommand(fmt.Sprintf("echo x >> %s; echo %s", runs, row.token), os.Stderr)
			if err != nil {
				t.Fatal(err)
			}
			now := start
			c.now = func() time.Time { return now }
			var workers sync.WaitGroup
			for range 8 {
				workers.Go(func() {
					if got, err := c.Token(t.Context()); err != nil || got != row.token {
						t.Errorf("got %q, %v", got, err)
					}
				})
				if row.after == 0 { // each of them runs it
					break
				}
			}
			workers.Wait()
			now = start.Add(row.after)
			if _, err := c.Token(t.Context()); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(runs)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(content), "x"); n != row.runs {
				t.Errorf("the command ran %d times, want %d", n, row.runs)
			}
		})
	}
}

// TestTokenCommandEndsWithItsContext runs a command that never ends: the caller that started it and the
// callers that wait for it all return.
func TestTokenCommandEndsWithItsContext(t *testing.T) {
	started := filepath.Join(t.TempDir(), "started")
	if err := syscall.Mkfifo(started, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := NewTokenCommand("echo x > "+started+"; exec tail -f /dev/null", os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := c.Token(ctx)
			failed <- err
		}()
	}
	if _, err := os.ReadFile(started); err != nil { // until the command runs
		t.Fatal(err)
	}
	cancel()
	for range 2 {
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
}

// TestTokenCommandHasNoSecrets checks that the command does not get the variables that are meant for
// this program.
func TestTokenCommandHasNoSecrets(t *testing.T) {
	t.Setenv("SFSTORE_TOKEN", "canary")
	t.Setenv("SFSTORE_CERT_PASSWORD", "canary")
	t.Setenv("SFSTORE_ENDPOINT", "kept")
	c, err := NewTokenCommand(`echo "$SFSTORE_TOKEN-$SFSTORE_CERT_PASSWORD-$SFSTORE_ENDPOINT"`, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Token(t.Context()); err != nil || got != "--kept" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestTokenCommandLeavesNobodyBehind interrupts a command that has a child process. The end of a pipe
// that the child holds open shows that the child has ended.
func TestTokenCommandLeavesNobodyBehind(t *testing.T) {
	held := filepath.Join(t.TempDir(), "held")
	if err := syscall.Mkfifo(held, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := NewTokenCommand("(echo x; exec tail -f /dev/null) > "+held+" & wait", os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := c.Token(ctx)
		ended <- err
	}()
	pipe, err := os.Open(held)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if _, err := io.ReadFull(pipe, make([]byte, 2)); err != nil { // until the child runs
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := pipe.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(pipe); err != nil {
		t.Errorf("the child goes on: %v", err)
	}
}

// TestTokenCommandIsShared cancels the first caller that requests a token: the run continues for the
// second, which gets what it prints.
func TestTokenCommandIsShared(t *testing.T) {
	started, goOn := filepath.Join(t.TempDir(), "started"), filepath.Join(t.TempDir(), "goOn")
	for _, name := range []string{started, goOn} {
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	runs := filepath.Join(t.TempDir(), "runs")
	c, err := NewTokenCommand("echo x >> "+runs+"; echo x > "+started+"; cat "+goOn, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := c.Token(ctx)
		first <- err
	}()
	if _, err := os.ReadFile(started); err != nil { // until the command runs
		t.Fatal(err)
	}
	go func() {
		got, err := c.Token(t.Context())
		if err == nil && got != canaryToken {
			err = fmt.Errorf("got %q", got)
		}
		second <- err
	}()
	for waiting := 0; waiting < 2; {
		c.mu.Lock()
		waiting = c.run.waiting
		c.mu.Unlock()
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first got %v", err)
	}
	if err := os.WriteFile(goOn, []byte(canaryToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := <-second; err != nil {
		t.Errorf("the second: %v", err)
	}
	if content, err := os.ReadFile(runs); err != nil || string(content) != "x\n" {
		t.Errorf("the command ran %q, %v", content, err)
	}
}
