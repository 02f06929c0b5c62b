package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// serverError is a failure as the gateway reports it: an HTTP status, a code
// and a message.
type serverError struct {
	status  int
	code    string
	message string
}

func (e *serverError) Error() string {
	return fmt.Sprintf("%d %s: %s", e.status, e.code, e.message)
}

// because returns the same failure with its own message. The real store has
// no such message. It names a local reason, such as the disk, so that nobody
// looks for the cause in the protocol.
func (e *serverError) because(format string, args ...any) *serverError {
	return &serverError{e.status, e.code, fmt.Sprintf(format, args...)}
}

// messages are the gateway's texts for codes. Any other code is sent with the
// literal text "Null".
var messages = map[string]string{
	"E_INVALIDARG":                       "Invalid argument",
	"E_ABORT":                            "Operation canceled.",
	"E_ACCESSDENIED":                     "Access denied.",
	"FABRIC_E_TIMEOUT":                   "Operation timed out.",
	"FABRIC_E_FILE_NOT_FOUND":            "File not found",
	"FABRIC_E_NAME_DOES_NOT_EXIST":       "Name does not exist.",
	"FABRIC_E_IMAGESTORE_IOERROR":        "There was an IOException when using the Image Store.",
	"FABRIC_E_MESSAGE_TOO_LARGE":         "Fabric Message is too large",
	"FABRIC_E_GATEWAY_NOT_REACHABLE":     "A communication error caused the operation to fail.",
	"FABRIC_E_COMMUNICATION_ERROR":       "A communication error caused the operation to fail.",
	"FABRIC_E_INVALID_UPLOAD_SESSION_ID": "The upload session identity is invalid.",
	"FABRIC_E_VALUE_TOO_LARGE":           "Invalid argument",
	"FABRIC_E_INVALID_NAME_URI":          "Invalid name URI.",
	"FABRIC_E_PATH_TOO_LONG":             "Path is too long",
	"FABRIC_E_OBJECT_CLOSED":             "The object is closed.",
	"0x80070070":                         "There is not enough space on the disk.",
}

func newError(status int, code string) *serverError {
	return &serverError{status, code, cmp.Or(messages[code], "Null")}
}

var (
	errInvalidArgument   = newError(http.StatusBadRequest, "E_INVALIDARG")
	errTimeoutZero       = errInvalidArgument.because("The timeout specified for client APIs must be greater than zero")
	errTimeout           = newError(http.StatusGatewayTimeout, "FABRIC_E_TIMEOUT")
	errInvalidNameURI    = newError(http.StatusBadRequest, "FABRIC_E_INVALID_NAME_URI")
	errPathTooLong       = newError(http.StatusBadRequest, "FABRIC_E_PATH_TOO_LONG")
	errReservedName      = newError(http.StatusBadRequest, "FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR")
	errRange             = newError(http.StatusBadRequest, "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE")
	errSessionID         = newError(http.StatusBadRequest, "FABRIC_E_INVALID_UPLOAD_SESSION_ID")
	errSessionConflict   = newError(http.StatusConflict, "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT")
	errSessionUnknown    = newError(http.StatusNotFound, "NotFound")
	errFileNotFound      = newError(http.StatusNotFound, "FABRIC_E_FILE_NOT_FOUND")
	errNameDoesNotExist  = newError(http.StatusNotFound, "FABRIC_E_NAME_DOES_NOT_EXIST")
	errMessageTooLarge   = newError(http.StatusRequestEntityTooLarge, "FABRIC_E_MESSAGE_TOO_LARGE")
	errValueTooLarge     = newError(http.StatusRequestEntityTooLarge, "FABRIC_E_VALUE_TOO_LARGE")
	errOperationsPending = newError(http.StatusInternalServerError, "OperationsPending")
	errIO                = newError(http.StatusInternalServerError, "FABRIC_E_IMAGESTORE_IOERROR")
	errClosed            = newError(http.StatusServiceUnavailable, "FABRIC_E_OBJECT_CLOSED")

	// Windows error numbers are sent to the client in hexadecimal.
	errDiskFull   = newError(http.StatusInternalServerError, "0x80070070")
	errBodyBroken = newError(http.StatusInternalServerError, "0x80070040")
)

// errLost is not a response either: a message inside the runtime was lost, so
// the gateway waits for a response until the request's time is over.
var errLost = errors.New("message lost on purpose")

// errDropped is not a response: it closes the connection without one.
var errDropped = errors.New("connection dropped on purpose")

// serverErrorFrom translates errors of the tree and its disk.
//
// inferred: the runtime stores files under its own names, so there a file
// and a folder may have one name; a plain tree cannot contain both.
func (s *Store) serverErrorFrom(err error) *serverError {
	if e, ok := errors.AsType[*serverError](err); ok {
		return e
	}
	if blocked, ok := errors.AsType[*tree.BlockedError](err); ok {
		blocked = &tree.BlockedError{By: blocked.By, Path: s.platform.display(blocked.Path)}
		if blocked.By == tree.AStranger {
			return errIO.because("%v", blocked)
		}
		return errInvalidArgument.because("%v", blocked)
	}
	switch {
	case isDiskFull(err):
		return errDiskFull
	case isNameTooLong(err):
		return errPathTooLong.because("the disk cannot store this name: %v", err)
	case errors.Is(err, fs.ErrClosed):
		return errClosed
	}
	return errIO.because("the disk reported an error: %v", err)
}
