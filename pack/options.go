package pack

import "slices"

// Option changes what goes into the result.
type Option func(*config)

type config struct {
	exclude []func(path string) bool
}

// Exclude leaves out the files and folders for which the function returns true, inside of
// archives and outside. It is asked for slash-separated paths from the root of the source.
// Several exclusions add up.
func Exclude(excluded func(path string) bool) Option {
	return func(c *config) { c.exclude = append(c.exclude, excluded) }
}

func newConfig(options []Option) *config {
	c := &config{}
	for _, option := range options {
		option(c)
	}
	return c
}

func (c *config) excluded(path string) bool {
	return slices.ContainsFunc(c.exclude, func(excluded func(string) bool) bool { return excluded(path) })
}
