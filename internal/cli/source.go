package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// source is a place that settings come from.
type source struct {
	clusterFlags
	name    string // such as "flags", or `cluster "prod" of FILE`
	flagSet *pflag.FlagSet
}

func newSource(name string) *source {
	s := &source{name: name, flagSet: pflag.NewFlagSet(name, pflag.ContinueOnError)}
	s.register(s.flagSet)
	return s
}

// set gives a setting its value, or one more value if it is repeatable.
func (s *source) set(flag, value string) error {
	f := s.flagSet.Lookup(flag)
	f.Changed = true
	if err := f.Value.Set(value); err != nil {
		return withoutFunction(err)
	}
	return nil
}

// gives reports whether the source gives one of the flags.
func (s *source) gives(flags ...string) bool {
	return slices.ContainsFunc(flags, func(name string) bool { return s.flagSet.Lookup(name).Changed })
}

// first returns the first of the sources that gives one of the flags, or nil.
func first(sources []*source, flags ...string) *source {
	for _, s := range sources {
		if s.gives(flags...) {
			return s
		}
	}
	return nil
}

// variable is the name of a flag in the environment.
func variable(flag string) string {
	return "SFSTORE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment reads the variable of each flag. An empty one counts as missing. The variable of
// a repeatable flag may contain several values separated by white space; that of --token-command is
// used unchanged.
func fromEnvironment(getenv func(string) string) (*source, error) {
	s := newSource("the environment")
	var err error
	s.flagSet.VisitAll(func(f *pflag.Flag) {
		text := strings.TrimSpace(getenv(variable(f.Name)))
		values := []string{text}
		if isRepeatable(f) {
			values = strings.Fields(text)
		}
		for _, value := range values {
			if value == "" || err != nil {
				continue
			}
			if wrong := s.set(f.Name, value); wrong != nil {
				err = fmt.Errorf("%s: %w", variable(f.Name), wrong)
			}
		}
	})
	return s, err
}

// isRepeatable reports whether a flag collects its values.
func isRepeatable(f *pflag.Flag) bool {
	switch f.Value.(type) {
	case pflag.SliceValue, *commonNames:
		return true
	}
	return false
}

// relativeTo makes file names that are not absolute relative to a folder.
func (s *source) relativeTo(folder string) {
	s.flagSet.VisitAll(func(f *pflag.Flag) {
		if name, ok := f.Value.(*fileName); ok && *name != "" && !filepath.IsAbs(string(*name)) {
			*name = fileName(filepath.Join(folder, string(*name)))
		}
	})
}
