package credential

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
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

	turn  chan struct{} // held while the fields below are used
	token string
	until time.Time
}

// NewTokenCommand is a source of tokens that the command line prints. The system's shell runs
// it (sh -c, on Windows cmd /C), so that quotes, pipes and variables are what they are in a
// terminal. It has no standard input; its standard error goes to stderr.
func NewTokenCommand(line string, stderr io.Writer) (*TokenCommand, error) {
	if strings.TrimSpace(line) == "" {
		return nil, errors.New("is empty")
	}
	return &TokenCommand{line: line, stderr: stderr, now: time.Now, turn: make(chan struct{}, 1)}, nil
}

// Token returns a token, from a run of the command or kept from an earlier one: until a minute
// before it expires, or for a minute when it does not say. It may be called from several
// goroutines; one of them runs the command and the others wait. A failure is a [*TokenError].
func (c *TokenCommand) Token(ctx context.Context) (string, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if c.token != "" && c.now().Before(c.until) {
		return c.token, nil
	}
	token, err := c.run(ctx)
	if err != nil {
		return "", err
	}
	c.token, c.until = token, c.now().Add(shortly)
	if claims, ok := ReadClaims(token); ok && !claims.Expires.IsZero() {
		c.until = claims.Expires.Add(-beforeExpiry)
	}
	return token, nil
}

func (c *TokenCommand) run(ctx context.Context) (string, error) {
	limited, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	cmd := shell(limited, c.line)
	output := &bounded{left: maxToken}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = output, c.stderr, waitDelay
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) { // it ended well, and left a child behind
		err = nil
	}
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
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
