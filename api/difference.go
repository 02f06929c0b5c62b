package api

import (
	"fmt"
	"strings"
)

// Side says which message of an exchange a difference is in.
type Side string

// The two messages of an exchange.
const (
	InRequest  Side = "request"
	InResponse Side = "response"
)

// Difference is one way in which a message differs from the contract.
type Difference struct {
	Operation string // operationId
	Side      Side
	// Place is `path "contentPath"`, `query "timeout"`, `header "Content-Range"`, `status`,
	// `content type`, `body` for a body as a whole, or else a JSON pointer into the body, such
	// as /UploadSessions/0/FileSize.
	Place  string
	Reason string // one line
}

// Error returns text such as "GetImageStoreInfo: response /DiskInfo/Capacity: value must be a string,
// got 5".
func (d Difference) Error() string {
	return fmt.Sprintf("%s: %s %s: %s", d.Operation, d.Side, d.Place, d.Reason)
}

// Differences are all differences of one message, but only the first in a body of more than 256 KiB.
// As an error it is never empty, and [errors.As] finds the first [Difference] in it.
type Differences []Difference

// Error joins the differences into one line.
func (ds Differences) Error() string {
	texts := make([]string, len(ds))
	for i, d := range ds {
		texts[i] = d.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns the differences one by one.
func (ds Differences) Unwrap() []error {
	errs := make([]error, len(ds))
	for i, d := range ds {
		errs[i] = d
	}
	return errs
}

// findings collects the differences of one message.
type findings struct {
	operation string
	side      Side
	found     Differences
}

func (f *findings) add(place, reason string, args ...any) {
	f.found = append(f.found, Difference{f.operation, f.side, place, fmt.Sprintf(reason, args...)})
}

// err is nil when nothing was found: an empty Differences would not be.
func (f *findings) err() error {
	if len(f.found) == 0 {
		return nil
	}
	return f.found
}
