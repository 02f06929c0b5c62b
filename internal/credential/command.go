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
	// waitDelay is how long to wait for the output of a command that has ended, if a child process
	// still has it open.
	waitDelay = 2 * time.Second
	// maxToken bounds the output of a command, in bytes. Tokens of users in many groups have
	// some 10 KiB; servers accept no larger headers.
	maxToken = 64 << 10
	// beforeExpiry is how long before its expiry a token is no longer used, so that it is still
	// valid when it arrives.
	beforeExpiry = time.Minute
	// shortly is how long a token with an unknown expiry is used.
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
	run   *run // the current one; nil if there is none
}

// run is a run of the command, shared by all callers that wait for a token.
type run struct {
	waiting int // number of callers that still wait
	cancel  context.CancelFunc
	ended   chan struct{} // closed when the fields below are set
	token   string
	err     error
}

// NewTokenCommand returns a source of tokens that the command line prints. The system's shell runs
// it (sh -c, on Windows cmd /C), so that quotes, pipes and variables work as in a terminal. It has
// no standard input, and neither SFSTORE_TOKEN nor SFSTORE_CERT_PASSWORD in its environment; its
// standard error goes to stderr. Processes that it starts end with it if it is interrupted, on
// Windows always: it runs in a job, elsewhere in its own process group, and so cannot read from the
// terminal there.
func NewTokenCommand(line string, stderr io.Writer) (*TokenCommand, error) {
	if strings.TrimSpace(line) == "" {
		return nil, errors.New("is empty")
	}
	return &TokenCommand{line: line, stderr: stderr, now: time.Now}, nil
}

// Token returns a token, from a run of the command or kept from an earlier one: until a minute
// before it expires, or for a minute if its expiry is not known. Several goroutines may call it.
// They share a run, which ends when all of them are cancelled, or after two minutes. A failure is a
// [*TokenError].
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

// start begins a run. It keeps the values, but not the cancellation, of the first caller's context.
func (c *TokenCommand) start(ctx context.Context) *run {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandLimit)
	r := &run{cancel: cancel, ended: make(chan struct{})}
	c.run = r
	go func() {
		defer cancel()
		token, err := c.print(ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.run == r { // otherwise all callers were cancelled
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

// leave is called by each caller that stops waiting. The last one ends the run, and waits until
// all of its processes have ended, because the program may end next.
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
	err := runShell(cmd)
	if errors.Is(err, exec.ErrWaitDelay) { // it succeeded, and a child process is left
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
		return "", tokenError("the output of the token command %w", err)
	}
	return token, nil
}

// isSecret reports whether a variable must not be passed to other programs.
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
