package pack

import (
	"errors"
	"fmt"
	"io/fs"
)

// ErrChanged reports a file that changed while it was read. Nothing of the result remains.
var ErrChanged = errors.New("the file changed while it was read")

var (
	errFolder   = errors.New("is a folder")
	errNoFolder = errors.New("is not a folder")
	errNotEmpty = errors.New("the folder is not empty")
	errInside   = errors.New("the folder is inside of the application package")
)

// Error is a failed step, with its file or folder. [Compress] and [Write] return it, sometimes
// several joined.
type Error struct {
	Step string // such as "compress"
	Path string // in the source or the result
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s %q: %v", e.Step, e.Path, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func stepError(step, path string, err error) error { return &Error{step, path, err} }

// bare removes the file name from an error that is reported with it.
func bare(err error) error {
	if named, ok := errors.AsType[*fs.PathError](err); ok {
		return named.Err
	}
	return err
}
