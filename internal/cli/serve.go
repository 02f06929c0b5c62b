package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/emulator"
)

// serveFlags say what the local image store is like.
type serveFlags struct {
	listen         string
	data           string
	platform       string
	sessionTimeout time.Duration
	faults         string
	chaos          bool
	tls            serveTLS
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run a local image store that behaves like a cluster's",
		Long: `Run a local image store that behaves like the gateway of a cluster, until it is interrupted.
The first line of standard output is its URL, printed when it is ready to answer. The log of requests
goes to standard error. SIGHUP makes it forget all upload sessions, as a failover of a cluster does.

` + faultHelp,
		Example: `  sfstore serve
  sfstore serve --listen 127.0.0.1:0 --data ./store --platform linux
  sfstore serve --fault 'UploadFileChunk:3=drop-reply,*:every-7=503/E_ABORT'`,
		Args: usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context(), f) },
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:19080", "address to listen on; port 0 takes a free one")
	c.Flags().StringVar(&f.data, "data", "", "folder that keeps the files (else a temporary one)")
	c.Flags().StringVar(&f.platform, "platform", "windows", "behave like a cluster on windows or linux")
	c.Flags().DurationVar(&f.sessionTimeout, "session-timeout", 30*time.Minute, "how long an upload session lives after its last new chunk")
	c.Flags().StringVar(&f.faults, "fault", "", "what goes wrong, OPERATION:WHICH=ACTION,... as above")
	c.Flags().BoolVar(&f.chaos, "chaos", false, "injure uploads as the Service Fabric runtime does in its own tests")
	f.tls.register(c)
	return c
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
	store, err := emulator.New(options...)
	if err != nil {
		return fmt.Errorf("local store: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()

	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("%w (--listen 127.0.0.1:0 takes a free port)", err)
	}
	defer onHangup(func() {
		store.Failover()
		a.notice("failover: all upload sessions are lost")
	})()

	scheme := "http"
	if secure != nil {
		scheme, listener = "https", tls.NewListener(listener, secure)
	}
	if _, err := fmt.Fprintf(a.stdout, "%s://%s\n", scheme, listener.Addr()); err != nil {
		return err
	}
	return serveUntil(ctx, listener, store)
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

// shutdownGrace is what requests under way get to finish when the server is told to stop.
const shutdownGrace = 5 * time.Second

// serveUntil serves until the context ends; that is no error.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler: handler,
		// A client that says nothing must not hold a connection for ever. Bodies may take
		// their time, as they may with the real gateway.
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}

// onHangup runs a function at each SIGHUP until the function that it returns is called.
func onHangup(run func()) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range signals {
			run()
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		<-ended
	}
}
