package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unknownCommand is the error of a verb that does not exist.
func unknownCommand(c *cobra.Command, name string) error {
	var verbs []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			verbs = append(verbs, sub.Name())
		}
	}
	err := fmt.Errorf("unknown command %q for %q", name, c.CommandPath())
	if like := nearest(name, verbs); like != "" {
		err = fmt.Errorf("%w; did you mean %s?", err, like)
	}
	return usageError{c.CommandPath(), err}
}

// flagError suggests a flag for one that does not exist. The flags after the error are not parsed,
// so it looks for -o json itself.
func (a *app) flagError(c *cobra.Command, err error) error {
	if asksForJSON(a.args) {
		a.flags.output = outputJSON
	}
	if missing, ok := errors.AsType[*pflag.NotExistError](err); ok {
		var flags []string
		c.Flags().VisitAll(func(f *pflag.Flag) { flags = append(flags, f.Name) })
		name := missing.GetSpecifiedName()
		if letters := missing.GetSpecifiedShortnames(); letters != "" {
			name = letters // such as endpoint of -endpoint
		}
		if like := nearest(name, flags); like != "" {
			err = fmt.Errorf("%w; did you mean --%s?", err, like)
		}
	}
	return usageError{c.CommandPath(), withoutFunction(err)}
}

// asksForJSON reports whether a command line has -o json.
func asksForJSON(args []string) bool {
	for i, arg := range args {
		switch arg {
		case "--":
			return false
		case "-o=json", "-ojson", "--output=json":
			return true
		case "-o", "--output":
			if i+1 < len(args) && args[i+1] == string(outputJSON) {
				return true
			}
		}
	}
	return false
}

// withoutFunction removes the name of a Go function from the error of a number or a truth value.
func withoutFunction(err error) error {
	number, ok := errors.AsType[*strconv.NumError](err)
	if !ok {
		return err
	}
	reason := "not a number"
	switch {
	case number.Func == "ParseBool":
		reason = "must be true or false"
	case errors.Is(number, strconv.ErrRange):
		reason = "out of range"
	}
	return errors.New(strings.Replace(err.Error(), number.Error(), reason, 1))
}

// nearest returns the name that a mistyped one most probably means, or an empty text.
func nearest(typed string, names []string) string {
	typed = strings.ToLower(typed)
	best, like := min(len(typed)/2, 2)+1, ""
	for _, name := range names {
		d := distance(typed, strings.ToLower(name))
		if len(typed) > 1 && strings.HasPrefix(name, typed) {
			d = min(d, 1)
		}
		if d < best {
			best, like = d, name
		}
	}
	return like
}

// distance is how many characters must be inserted, deleted, replaced or swapped with the next one
// to turn one text into the other.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = 1 + min(rows[i-1][j-1], rows[i-1][j], rows[i][j-1])
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
				}
			}
		}
	}
	return rows[len(a)][len(b)]
}
