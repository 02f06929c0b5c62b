package pack

import (
	"errors"
	"fmt"

	"github.com/sfstore/sfstore/internal/exclude"
)

// Option changes what goes into the result. An option with an invalid value makes [Compress] and
// [Write] return an [*ArgumentError].
type Option func(*config) error

// ArgumentError is an argument or an option with an invalid value. Nothing was read or written.
type ArgumentError struct {
	Argument string // what the value is for, such as "pattern"
	Value    string // as given; empty if there is nothing to show
	Reason   string // what is wrong with it, and the cure if there is one
}

func (e *ArgumentError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s %s", e.Argument, e.Reason)
	}
	return fmt.Sprintf("%s %q %s", e.Argument, e.Value, e.Reason)
}

type config struct {
	patterns []string
	exclude  *exclude.Patterns
	progress func(done, total int64)
}

// WithProgress calls a function with the bytes read from the source and the bytes to read, after
// each read. It must return quickly, because packing waits for it. Files that [Compress] does not
// pack do not count.
func WithProgress(report func(done, total int64)) Option {
	return func(c *config) error {
		if report == nil {
			return &ArgumentError{Argument: "progress", Reason: "is nil"}
		}
		c.progress = report
		return nil
	}
}

// WithExclude leaves out the files and folders that match one of the patterns, in archives and
// outside of them. Patterns are those of an upload: * and ? stay within a name, **
// spans folders, {a,b} is one of two. A pattern without a slash matches a name at any depth, one
// with a slash matches from the root of the source, and one that ends in a slash matches a folder
// with everything below it. A pattern that no path can match is an [*ArgumentError]; the patterns
// that matched nothing are in [Report].Unmatched. Several options are combined.
func WithExclude(patterns ...string) Option {
	return func(c *config) error {
		for _, pattern := range patterns {
			if err := exclude.Check(pattern); err != nil {
				return patternError(err)
			}
		}
		c.patterns = append(c.patterns, patterns...)
		return nil
	}
}

func patternError(err error) error {
	wrong, ok := errors.AsType[*exclude.Error](err)
	if !ok {
		return err
	}
	return &ArgumentError{Argument: "pattern", Value: wrong.Pattern, Reason: wrong.Reason}
}

func newConfig(options []Option) (*config, error) {
	c := &config{}
	for _, option := range options {
		if option == nil {
			return nil, &ArgumentError{Argument: "option", Reason: "is nil"}
		}
		if err := option(c); err != nil {
			return nil, err
		}
	}
	var err error
	c.exclude, err = exclude.Compile(c.patterns...)
	return c, patternError(err)
}
