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

// codedError is an error whose exit code its command has decided.
type codedError struct {
	error
	code int
}

func (e codedError) Unwrap() error { return e.error }

// incomplete gives the error of an upload that the same command resumes its exit code.
func incomplete(err error) error {
	if file, ok := errors.AsType[*upload.Error](err); ok && file.Resumable() {
		return codedError{err, exitInterrupted}
	}
	return err
}

// isA reports whether an error, or one that it wraps, is of a type.
func isA[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

func exitCode(ctx context.Context, err error) int {
	if coded, ok := errors.AsType[codedError](err); ok {
		return coded.code
	}
	switch {
	case err == nil:
		return exitDone
	// An interrupt is the regular end of a recording; what it found counts.
	case errors.Is(err, recording.ErrDifferent):
		return exitDiffers
	case ctx.Err() != nil:
		return exitInterrupted
	case isA[usageError](err), isA[*imagestore.ArgumentError](err), isA[*pack.ArgumentError](err), strings.HasPrefix(err.Error(), "unknown command"):
		return exitUsage
	case isRefusal(err):
		return exitRefused
	case errors.Is(err, imagestore.ErrNotFound), errors.Is(err, errNotFound):
		return exitNotFound
	}
	return exitFailed
}
