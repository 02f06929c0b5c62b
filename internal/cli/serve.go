package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/workbench"
)

// serveFlags configure the local image store.
type serveFlags struct {
	listen         string
	data           string
	platform       string
	sessionTimeout time.Duration
	faults         string
	chaos          bool
	tls            serveTLS
	allowHosts     []string
	noCheck        bool
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run a local image store that behaves like a cluster's",
		Long: `Run a local image store that behaves like the gateway of a cluster, until it is interrupted.
The first line of standard output is its URL, printed when it is ready. The request log goes to
standard error.

Open the URL in a browser on this machine to see the store and to control it. Tests use the control API
below /$sfstore/, which /$sfstore/openapi.yaml describes: faults, failover, the clock, the stored files,
and whether each request conforms to the contract (--no-check turns that off).

The signal SIGUSR1 causes a failover, in which a cluster loses all upload sessions; so does SIGHUP if no
terminal is attached.

A request of a web page gets 403, and so does one whose Host is neither loopback nor the address that it
was sent to. --allow-host allows further names, such as that of a container.

` + faultHelp,
		Example: `  sfstore serve
  sfstore serve --listen 127.0.0.1:0 --data ./store --platform linux
  sfstore serve --fault "UploadFileChunk:3=drop-reply,*:every-7=503/E_ABORT"`,
		Annotations:       withoutCluster,
		ValidArgsFunction: nothing,
		Args:              usage(cobra.NoArgs),
		RunE:              func(c *cobra.Command, _ []string) error { return a.serve(c.Context(), f) },
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:19080", "address to listen on; port 0 takes a free one")
	c.Flags().StringVar(&f.data, "data", "", "folder that keeps the files (else a temporary one)")
	c.Flags().StringVar(&f.platform, "platform", "windows", "behave like a cluster on windows or linux")
	c.Flags().DurationVar(&f.sessionTimeout, "session-timeout", 30*time.Minute, "how long an upload session exists after its last new chunk")
	c.Flags().StringVar(&f.faults, "fault", "", "faults to inject, OPERATION:WHICH=ACTION,... as above")
	c.Flags().BoolVar(&f.chaos, "chaos", false, "inject the faults that Service Fabric's own tests use")
	c.Flags().StringArrayVar(&f.allowHosts, "allow-host", nil, "`name` of this machine that clients may use (repeatable)")
	_ = c.RegisterFlagCompletionFunc("platform", cobra.FixedCompletions([]string{"windows", "linux"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("fault", faults)
	_ = c.RegisterFlagCompletionFunc("data", localFolders)
	c.Flags().BoolVar(&f.noCheck, "no-check", false, "do not validate requests and responses against the contract")
	f.tls.register(c)
	return c
}

// workbench is the page and the control API of the store.
func (a *app) workbench(store *emulator.Store, noCheck bool) (*workbench.Workbench, error) {
	options := workbench.Options{Notice: func(line string) { a.notice("%s", line) }}
	if !noCheck {
		contract, err := api.Load()
		if err != nil {
			return nil, err
		}
		options.Contract = contract
	}
	return workbench.New(store, options), nil
}

func (a *app) serve(ctx context.Context, f serveFlags) (err error) {
	options, err := a.storeOptions(f)
	if err != nil {
		return usageError{"sfstore serve", err}
	}
	secure, clientCAs, err := f.tls.load()
	if err != nil {
		return usageError{"sfstore serve", err}
	}
	if clientCAs != nil {
		options = append(options, emulator.WithClientCAs(clientCAs))
	}
	guard, err := newGuard(f.listen, f.allowHosts)
	if err != nil {
		return usageError{"sfstore serve", err}
	}
	store, err := emulator.New(options...)
	if err != nil {
		return fmt.Errorf("local store: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()

	listener, err := listenOn(f.listen)
	if err != nil {
		return err
	}
	bench, err := a.workbench(store, f.noCheck)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	ctx, stop := onSignals(ctx, bench.Failover)
	defer stop()
	defer context.AfterFunc(ctx, bench.Close)()

	address := listener.Addr()
	url := clientURL("http", address)
	if secure != nil {
		url, listener = clientURL("https", address), tls.NewListener(listener, secure)
	}
	if !isLoopback(address.String()) {
		a.warn("--listen %s: every machine that can connect can read, change and delete the contents of the store", f.listen)
	}
	if _, err := fmt.Fprintln(a.stdout, url); err != nil {
		return errors.Join(err, listener.Close())
	}
	return serveUntil(ctx, listener, a.guarded(guard, bench), a.serverLog())
}

func (a *app) storeOptions(f serveFlags) ([]emulator.Option, error) {
	platform, err := emulator.ParsePlatform(strings.ToLower(f.platform))
	if err != nil {
		return nil, err
	}
	if f.sessionTimeout <= 0 {
		return nil, fmt.Errorf("--session-timeout %s: must be positive", f.sessionTimeout)
	}
	options := []emulator.Option{emulator.WithPlatform(platform), emulator.WithSessionTimeout(f.sessionTimeout)}
	if f.data != "" {
		options = append(options, emulator.WithFolder(f.data))
	}
	faults, err := emulator.ParseFaults(f.faults)
	if err != nil {
		return nil, fmt.Errorf("--fault: %w", err)
	}
	options = append(options, emulator.WithFaults(faults...))
	if f.chaos {
		options = append(options, emulator.WithChaos())
	}
	if !a.flags.quiet {
		options = append(options, emulator.WithRequestLog(a.logExchange))
	}
	return options, nil
}
