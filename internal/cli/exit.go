package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/internal/credential"
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
	if sick, ok := errors.AsType[unwell](err); ok {
		return sick.code
	}
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &failedRecording{}):
		return exitFailed
	// A recording ends by an interrupt, and tells then what it found.
	case errors.Is(err, errDiffers), errors.Is(err, recording.ErrDifferent):
		return exitDiffers
	case ctx.Err() != nil, errors.As(err, &errIncomplete{}):
		return exitInterrupted
	case errors.As(err, &usageError{}), errors.As(err, &argument), strings.HasPrefix(err.Error(), "unknown command"):
		return exitUsage
	case isRefusal(err):
		return exitRefused
	case errors.Is(err, imagestore.ErrNotFound), errors.Is(err, errNotFound):
		return exitNotFound
	}
	return exitFailed
}

// hintFor says what may help, where that is known.
func (a *app) hintFor(err error) string {
	var misused usageError
	if signIn, ok := errors.AsType[needsToken](err); ok {
		return signIn.hint()
	}
	switch {
	case errors.Is(err, errNoEndpoint):
		return "try it without a cluster: sfstore demo, or sfstore serve"
	case errors.Is(err, credential.ErrPasswordMissing):
		return "give --cert-password-file FILE, or set SFSTORE_CERT_PASSWORD"
	case errors.As(err, &misused):
		return "see " + misused.command + " --help"
	case isRefusal(err):
		return a.refusalHint(err)
	case imagestore.HasCode(err, imagestore.CodeServiceDoesNotExist):
		return "the cluster has no image store service: development clusters may keep their store in a folder (file:), which no gateway gives access to; see sfstore doctor"
	case imagestore.HasCode(err, imagestore.CodeInvalidArgument):
		return "gateways answer so to an api-version or an operation that they do not know, and when a session to commit is unknown or incomplete; see sfstore doctor"
	case errors.Is(err, imagestore.ErrNoAnswer) && !errors.Is(err, context.Canceled):
		return "is the endpoint the cluster's HTTP gateway, port 19080 unless configured otherwise? see sfstore doctor"
	}
	return ""
}
