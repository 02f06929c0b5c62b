package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// The exit codes. They are part of the command's contract with scripts.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2 // wrong usage; nothing was sent
	exitInterrupted = 3 // interrupted or incomplete
	exitRefused     = 4 // authentication, authorization, certificate
	exitNotFound    = 5
	exitDiffers     = 6 // verification or validation found a difference
)

// usageError is a command line that cannot be carried out.
type usageError struct {
	command string // as typed, such as "sfstore session list"
	err     error
}

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// errNotFound is a thing that the store answered it does not have, where the contract knows
// no error for it.
var errNotFound = errors.New("not found")

func exitCode(ctx context.Context, err error) int {
	var argument *imagestore.ArgumentError
	switch {
	case err == nil:
		return exitDone
	// A recording ends by an interrupt, and tells then what it found.
	case errors.Is(err, errDiffers), errors.Is(err, recording.ErrDifferent):
		return exitDiffers
	case ctx.Err() != nil, errors.As(err, &errIncomplete{}):
		return exitInterrupted
	case errors.As(err, &usageError{}), errors.As(err, &argument), strings.HasPrefix(err.Error(), "unknown command"):
		return exitUsage
	case errors.Is(err, imagestore.ErrRefused):
		return exitRefused
	case errors.Is(err, imagestore.ErrNotFound), errors.Is(err, errNotFound):
		return exitNotFound
	}
	return exitFailed
}

// hintFor says what may help, where that is known.
func hintFor(err error) string {
	var misused usageError
	switch {
	case errors.Is(err, errNoEndpoint):
		return "try it without a cluster: sfstore demo, or sfstore serve"
	case errors.As(err, &misused):
		return "see " + misused.command + " --help"
	case errors.Is(err, imagestore.ErrNoAnswer) && !errors.Is(err, context.Canceled):
		return "is the endpoint the cluster's HTTP gateway, port 19080 unless configured otherwise?"
	case errors.Is(err, imagestore.ErrRefused):
		return "the cluster accepted neither a certificate nor a token for this"
	}
	return ""
}
