package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
)

var errDeclined = errors.New("not confirmed, nothing was changed")

// confirm asks the question at the terminal, and returns nil if the user agrees. Without a
// terminal it returns a usage error, because the command line must confirm then.
func (a *app) confirm(ctx context.Context, command, question string) error {
	if !isTerminal(a.stdin) {
		return usageError{command, fmt.Errorf("%s pass --yes to confirm", question)}
	}
	fmt.Fprintf(a.stderr, "%s [y/N] ", printable(question))
	answers := make(chan string, 1)
	go func() { // a read cannot be interrupted, but the command can
		answer, _ := bufio.NewReader(a.stdin).ReadString('\n')
		answers <- answer
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.stderr)
		return fmt.Errorf("interrupted, nothing was changed: %w", context.Cause(ctx))
	case answer := <-answers:
		if !strings.HasSuffix(answer, "\n") { // the input ended on the line of the question
			fmt.Fprintln(a.stderr)
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			return nil
		}
		return errDeclined
	}
}
