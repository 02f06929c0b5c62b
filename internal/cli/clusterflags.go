package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// clusterFlags are the settings of a cluster. Each is a flag, a variable of the environment and
// a key of the configuration file.
type clusterFlags struct {
	cluster    optionalString
	endpoints  []string
	security   securityFlags
	timeout    seconds
	apiVersion optionalString
}

func (f *clusterFlags) register(flags *pflag.FlagSet) {
	f.timeout = seconds(imagestore.DefaultServerTimeout)
	flags.Var(&f.cluster, "cluster", "`name` of a cluster in the configuration file (else its default)")
	flags.StringArrayVar(&f.endpoints, "endpoint", nil, "`URL` of the cluster's HTTP gateway, repeatable")
	f.security.register(flags)
	flags.Var(&f.timeout, "timeout", "time that the server may spend on an operation, in whole seconds")
	flags.Var(&f.apiVersion, "api-version", "api-version to send instead of each operation's own")
}

// The flags that belong together. A source that gives one of a group gives the whole group: a
// certificate and a key are never taken from different sources.
var (
	identityFlags = []string{"cert", "key", "cert-password-file", "cert-thumbprint", "cert-store"}
	trustFlags    = []string{"ca", "server-thumbprint", "server-common-name", "insecure"}
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
	for _, name := range flags {
		if s.flagSet.Lookup(name).Changed {
			return true
		}
	}
	return false
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
	switch f.Name {
	case "endpoint", "server-thumbprint", "server-common-name":
		return true
	}
	return false
}

// relativeTo makes file names that are not absolute relative to a folder.
func (s *source) relativeTo(folder string) {
	security := &s.security
	for _, name := range []*fileName{&security.cert, &security.key, &security.passwordFile, &security.ca} {
		if *name != "" && !filepath.IsAbs(string(*name)) {
			*name = fileName(filepath.Join(folder, string(*name)))
		}
	}
}
