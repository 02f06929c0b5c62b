package cli

import (
	"errors"
	"fmt"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// The output on standard error: lines of text, or with -o json one object per line.

// errorLine is the error of a command.
type errorLine struct {
	Error     string `json:"error"`
	ExitCode  int    `json:"exitCode"`
	Operation string `json:"operation,omitempty"` // operationId of the contract
	Status    int    `json:"status,omitempty"`    // HTTP status
	Code      string `json:"code,omitempty"`      // the server's
	RequestID string `json:"requestId,omitempty"`
	Hint      string `json:"hint,omitempty"`
}

// noticeLine is a message that is not the result.
type noticeLine struct {
	Notice string `json:"notice"`
}

func (a *app) printError(err error, code int) {
	line := errorLine{Error: err.Error(), ExitCode: code, Hint: a.hintFor(err)}
	if fabric, ok := errors.AsType[*imagestore.FabricError](err); ok {
		line.Operation, line.Status = fabric.Operation, fabric.StatusCode
		line.Code, line.RequestID = string(fabric.Code), fabric.RequestID
	}
	if a.flags.output == outputJSON {
		a.report(line, "")
		return
	}
	a.report(nil, "sfstore: "+line.Error)
	if line.Hint != "" {
		a.report(nil, "sfstore: hint: "+line.Hint)
	}
}

// notice prints a message that is not the result, unless --quiet is given.
func (a *app) notice(format string, args ...any) {
	if !a.flags.quiet {
		a.printMessage(fmt.Sprintf(format, args...))
	}
}

// verbose prints a message about a decision, with --verbose.
func (a *app) verbose(format string, args ...any) {
	if a.flags.verbose {
		a.printMessage(fmt.Sprintf(format, args...))
	}
}

// printMessage prints a message in a line, as a notice with -o json.
func (a *app) printMessage(text string) {
	a.report(noticeLine{text}, oneLine(text))
}

// warn prints a warning, even with --quiet.
func (a *app) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	a.report(struct {
		Warning string `json:"warning"`
	}{text}, "sfstore: WARNING: "+text)
}

// report writes an object with -o json, and otherwise the text.
func (a *app) report(object any, text string) {
	a.stderrMutex.Lock()
	defer a.stderrMutex.Unlock()
	if a.flags.output == outputJSON && object != nil {
		_ = writeJSON(a.stderr, object) // there is no other place to report an error
		return
	}
	fmt.Fprintln(a.stderr, printable(text))
}
