package cli

import (
	"errors"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// globalFlags are the flags of every command.
type globalFlags struct {
	endpoints  []string
	security   securityFlags
	timeout    seconds
	apiVersion given
	output     outputFormat
	quiet      bool
	verbose    bool
}

func (f *globalFlags) register(root *cobra.Command) {
	f.timeout, f.output = seconds(imagestore.DefaultServerTimeout), outputTable
	flags := root.PersistentFlags()
	flags.StringArrayVar(&f.endpoints, "endpoint", nil, "`URL` of the cluster's HTTP gateway, repeatable (else $SFSTORE_ENDPOINT, else the cluster that sfctl has selected)")
	f.security.register(root)
	flags.Var(&f.timeout, "timeout", "what the server may spend on an operation, whole seconds")
	flags.Var(&f.apiVersion, "api-version", "api-version to send instead of each operation's own")
	flags.VarP(&f.output, "output", "o", "table or json")
	flags.BoolVar(&f.quiet, "quiet", false, "no notices on standard error")
	flags.BoolVar(&f.verbose, "verbose", false, "log each request on standard error")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json"}, cobra.ShellCompDirectiveNoFileComp))
}

// client makes the client that the global flags ask for. It sends nothing.
func (a *app) client() (*imagestore.Client, error) {
	target, err := a.target()
	if err != nil {
		return nil, err
	}
	a.used = target
	return a.clientOf(target)
}

// clientOf makes a client of a cluster.
func (a *app) clientOf(t target) (*imagestore.Client, error) {
	options := []imagestore.Option{
		imagestore.WithServerTimeout(time.Duration(a.flags.timeout)),
		imagestore.WithUserAgent("sfstore/" + version()),
		imagestore.WithSecurity(t.security),
		imagestore.WithEndpoints(t.endpoints[1:]...),
	}
	if t.token != nil {
		options = append(options, imagestore.WithToken(t.token))
	}
	if a.flags.apiVersion.given {
		options = append(options, imagestore.WithAPIVersion(a.flags.apiVersion.text))
	}
	if a.flags.verbose {
		handler := slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelDebug})
		options = append(options, imagestore.WithLogger(slog.New(handler)))
	}
	return imagestore.New(t.endpoints[0], options...)
}

// version is the version of the module that the command was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return strings.Trim(info.Main.Version, "()")
	}
	return "devel"
}

// given is a text flag that tells an empty text from none: a script whose variable is empty
// must not end up at another cluster.
type given struct {
	text  string
	given bool
}

func (g *given) Set(text string) error {
	*g = given{text, true}
	return nil
}

func (g *given) String() string { return g.text }
func (g *given) Type() string   { return "string" }

// seconds is a duration flag that takes a bare number for seconds, as the contract counts.
type seconds time.Duration

func (s *seconds) Set(text string) error {
	if n, err := strconv.ParseInt(text, 10, 34); err == nil { // no product with a second overflows
		*s = seconds(time.Duration(n) * time.Second)
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return errors.New("not a duration like 60s or 5m")
	}
	*s = seconds(d)
	return nil
}

func (s *seconds) String() string { return time.Duration(*s).String() }
func (s *seconds) Type() string   { return "duration" }

// outputFormat is how a result is printed.
type outputFormat string

const (
	outputTable outputFormat = "table"
	outputJSON  outputFormat = "json"
)

func (f *outputFormat) Set(text string) error {
	switch o := outputFormat(text); o {
	case outputTable, outputJSON:
		*f = o
		return nil
	}
	return errors.New("must be table or json")
}

func (f *outputFormat) String() string { return string(*f) }
func (f *outputFormat) Type() string   { return "format" }
