package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/pack"
	"github.com/sfstore/sfstore/upload"
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

// errNotFound reports something missing for which the contract has no error.
var errNotFound = errors.New("not found")

// errDiffers reports that a comparison found differences.
var errDiffers = errors.New("the store differs")

// errIncomplete is an upload that the same command resumes.
type errIncomplete struct{ error }

func (e errIncomplete) Unwrap() error { return e.error }

func incomplete(err error) error {
	if file, ok := errors.AsType[*upload.Error](err); ok && file.Resumable() {
		return errIncomplete{err}
	}
	return err
}

// failedRecording is a recording that could not be made, whatever was found in it and however
// it ended.
type failedRecording struct{ error }

func (e failedRecording) Unwrap() error { return e.error }

// untrustedUpstream is an empty recording, because the upstream's certificate is not trusted.
type untrustedUpstream struct{ error }

func (e untrustedUpstream) Unwrap() error { return e.error }

func exitCode(ctx context.Context, err error) int {
	var argument *imagestore.ArgumentError
	var toPack *pack.ArgumentError
	if problems, ok := errors.AsType[problemsError](err); ok {
		return problems.code
	}
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &failedRecording{}):
		return exitFailed
	case errors.As(err, &untrustedUpstream{}):
		return exitRefused
	// An interrupt is the regular end of a recording; what it found counts.
	case errors.Is(err, errDiffers), errors.Is(err, recording.ErrDifferent):
		return exitDiffers
	case ctx.Err() != nil, errors.As(err, &errIncomplete{}):
		return exitInterrupted
	case errors.As(err, &usageError{}), errors.As(err, &argument), errors.As(err, &toPack), strings.HasPrefix(err.Error(), "unknown command"):
		return exitUsage
	case isRefusal(err):
		return exitRefused
	case errors.Is(err, imagestore.ErrNotFound), errors.Is(err, errNotFound):
		return exitNotFound
	}
	return exitFailed
}
