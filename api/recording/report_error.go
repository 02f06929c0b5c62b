package recording

import (
	"errors"
	"fmt"
	"strings"
)

// The errors of [Report.Err], for [errors.Is].
var (
	ErrDifferent  = errors.New("recordings differ from the contract")
	ErrUnreadable = errors.New("recordings cannot be read")
	ErrNothing    = errors.New("nothing in the recordings could be validated against the contract")
)

// Err returns nil if every recording was read to its end, at least one exchange passed and
// none differs. Otherwise it returns one or more of [ErrDifferent], [ErrUnreadable] and
// [ErrNothing], with a line for each reason. Exchanges that are not whole are not an error if
// others passed; see [Report.NotWhole].
func (r *Report) Err() error {
	var e reportError
	for _, file := range r.Files {
		if file.Error != "" {
			e.is(ErrUnreadable)
			e.lines = append(e.lines, file.Name+": "+file.Error)
		}
	}
	for _, found := range r.Differences {
		e.is(ErrDifferent)
		e.lines = append(e.lines, found.String())
	}
	if r.Omitted > 0 {
		e.lines = append(e.lines, fmt.Sprintf("%d more are not listed", r.Omitted))
	}
	if c := r.Exchanges; c.Passed+c.Different == 0 {
		e.is(ErrNothing)
		e.lines = append(e.lines, r.nothing())
	}
	if len(e.kinds) == 0 {
		return nil
	}
	return e
}

// nothing says why nothing could be validated.
func (r *Report) nothing() string {
	switch c := r.Exchanges; {
	case c.NotWhole > 0:
		return fmt.Sprintf("%v: of %s none is whole, the first for this: %s", ErrNothing, exchanges(c.NotWhole), r.NotWhole[0].Reason)
	case c.Foreign > 0:
		return fmt.Sprintf("%v: %s, not of the image store", ErrNothing, exchanges(c.Foreign))
	}
	return ErrNothing.Error() + ": there is no exchange"
}

// reportError is the error of a report.
type reportError struct {
	kinds []error
	lines []string
}

func (e *reportError) is(kind error) {
	if len(e.kinds) == 0 || e.kinds[len(e.kinds)-1] != kind {
		e.kinds = append(e.kinds, kind)
	}
}

func (e reportError) Error() string   { return strings.Join(e.lines, "\n") }
func (e reportError) Unwrap() []error { return e.kinds }
