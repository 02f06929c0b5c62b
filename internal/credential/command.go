package credential

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// commandLimit is how long a command may take to print a token. Signing in by a browser
	// takes a person a while.
	commandLimit = 2 * time.Minute
	// waitDelay is what is waited for the output of a command that has ended, when a child of
	// it still holds it.
	waitDelay = 2 * time.Second
	// maxToken bounds what a command prints, in bytes. Tokens of users in many groups have
	// some 10 KiB; servers take no larger headers.
	maxToken = 64 << 10
	// beforeExpiry is how long before its end a token is no longer used, so that it is still
	// good when it arrives.
	beforeExpiry = time.Minute
	// shortly is how long a token is used that does not say when it expires.
	shortly = time.Minute
)

// TokenCommand is a token that a command prints. Make it with [NewTokenCommand].
type TokenCommand struct {
	line   string
	stderr io.Writer
	now    func() time.Time

	mu    sync.Mutex
	token string
	until time.Time
	run   *run // that is under way; nil for none
}

// run is a run of the command, for all who wait for a token at the time.
type run struct {
	waiting int // how many still do
	cancel  context.CancelFunc
	ended   chan struct{} // closed when the fields below are set
	token   string
	err     error
}

// NewTokenCommand is a source of tokens that the command line prints. The system's shell runs
// it (sh -c, on Windows cmd /C), so that quotes, pipes and variables are what they are in a
// terminal. It has no standard input, and none of SFSTORE_TOKEN and SFSTORE_CERT_PASSWORD in its
// environment; its standard error goes to stderr. What it starts ends with it when it is
// interrupted, except on Windows: elsewhere it runs in a process group of its own, and so cannot
// read from the terminal.
func NewTokenCommand(line string, stderr io.Writer) (*TokenCommand, error) {
	if strings.TrimSpace(line) == "" {
		return nil, errors.New("is empty")
	}
	return &TokenCommand{line: line, stderr: stderr, now: time.Now}, nil
}

// Token returns a token, from a run of the command or kept from an earlier one: until a minute
// before it expires, or for a minute when it does not say. It may be called from several
// goroutines, which share a run: it goes on when one of them gives up, and is ended when all
// did, or after two minutes. A failure is a [*TokenError].
func (c *TokenCommand) Token(ctx context.Context) (string, error) {
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	c.mu.Lock()
	if c.token != "" && c.now().Before(c.until) {
		defer c.mu.Unlock()
		return c.token, nil
	}
	r := c.run
	if r == nil {
		r = c.start(ctx)
	}
	r.waiting++
	c.mu.Unlock()
	select {
	case <-r.ended:
		return r.token, r.err
	case <-ctx.Done():
		c.leave(r)
		return "", ctx.Err()
	}
}

// start begins a run. It has the values of the context of who asked first, and not its end.
func (c *TokenCommand) start(ctx context.Context) *run {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandLimit)
	r := &run{cancel: cancel, ended: make(chan struct{})}
	c.run = r
	go func() {
		defer cancel()
		token, err := c.print(ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.run == r { // else all had left
			c.run = nil
			if err == nil {
				c.keep(token)
			}
		}
		r.token, r.err = token, err
		close(r.ended)
	}()
	return r
}

// leave is called by who waits no longer. The last one ends the run and sees to it that nothing
// of it is left, because the program may end next.
func (c *TokenCommand) leave(r *run) {
	c.mu.Lock()
	r.waiting--
	last := r.waiting == 0
	if last && c.run == r {
		c.run = nil
	}
	c.mu.Unlock()
	if last {
		r.cancel()
		<-r.ended
	}
}

func (c *TokenCommand) keep(token string) {
	c.token, c.until = token, c.now().Add(shortly)
	if claims, ok := ReadClaims(token); ok && !claims.Expires.IsZero() {
		c.until = claims.Expires.Add(-beforeExpiry)
	}
}

// print runs the command and returns what it prints.
func (c *TokenCommand) print(ctx context.Context) (string, error) {
	cmd := shell(ctx, c.line)
	output := &bounded{left: maxToken}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = output, c.stderr, waitDelay
	cmd.Env = slices.DeleteFunc(os.Environ(), isSecret)
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) { // it ended well, and left a child behind
		err = nil
	}
	switch {
	case ctx.Err() != nil:
		return "", tokenError("the token command printed none within %s", commandLimit)
	case output.full:
		return "", tokenError("the token command printed more than %d bytes", maxToken)
	case err != nil:
		if ended, ok := errors.AsType[*exec.ExitError](err); ok {
			return "", tokenError("the token command failed: %s", ended.ProcessState) // such as exit status 1
		}
		return "", tokenError("the token command could not be run: %w", err)
	}
	token, err := checkToken(output.text.String())
	if err != nil {
		return "", tokenError("what the token command printed %w", err)
	}
	return token, nil
}

// isSecret says whether a variable is for this program alone.
func isSecret(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return strings.EqualFold(name, "SFSTORE_TOKEN") || strings.EqualFold(name, "SFSTORE_CERT_PASSWORD")
}

// bounded keeps what is written to it, up to its bound.
type bounded struct {
	text strings.Builder
	left int
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) > b.left {
		b.full = true
		return 0, io.ErrShortWrite
	}
	b.left -= len(p)
	return b.text.Write(p)
}
