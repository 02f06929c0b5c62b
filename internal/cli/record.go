package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/internal/recorder"
)

// recordFlags say what is recorded, and where.
type recordFlags struct {
	upstream  string
	listen    string
	listenTLS bool
	out       string
	maxBody   byteSize

	allowHosts []string
}

func (a *app) recordCommand() *cobra.Command {
	f := recordFlags{maxBody: 1 << 20}
	c := &cobra.Command{
		Use:   "record",
		Short: "Record the traffic between clients and a cluster",
		Long: `Run a proxy between clients and the gateway of a cluster, and record the traffic in a HAR file, until
it is interrupted. The first line of standard output is the URL for the clients, printed when it is
ready. Targets, headers and bodies are forwarded unchanged, except for the header Host. Each difference
from the contract is reported on standard error when it happens, and makes the exit code 6. The exit
code is 1 if something could not be recorded or the upstream never accepted a connection, and 4 if that
was because its certificate is not trusted.

The recording leaves out credentials, hosts and everything else that is not known to be harmless. It
does contain the names of files and folders in the store. It contains JSON bodies of the image store,
and of uploads the size and the SHA-256 digest. If the command is killed, the file contains every
exchange that had ended. An existing file is not overwritten.

Clients use plain HTTP, or HTTPS with --listen-tls, which clients that send tokens need. Then the lines
after the URL are a certificate in PEM for them to trust. Its authority is made for this run, and its
key is discarded. If the upstream requests a client certificate, the recorder sends its own: --cert, with
the other flags for certificates and trust. Anyone who can connect to the recorder then uses that
certificate, so it listens only on a loopback address.`,
		Example: `  sfstore record --upstream http://localhost:19080 --out upload.har
  sfstore record --upstream http://localhost:19080 --listen 127.0.0.1:0 --out upload.har
  sfstore record --upstream https://cluster:19080 --ca cluster.pem --listen-tls --out upload.har`,
		Annotations:       withURL,
		ValidArgsFunction: nothing,
		Args:              usage(cobra.NoArgs),
		RunE:              func(c *cobra.Command, _ []string) error { return a.record(c.Context(), f) },
	}
	c.Flags().StringVar(&f.upstream, "upstream", "", "URL of the cluster's HTTP gateway")
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:19090", "address to listen on; port 0 takes a free one")
	c.Flags().BoolVar(&f.listenTLS, "listen-tls", false, "use HTTPS with clients, with a certificate made for this run")
	c.Flags().StringVar(&f.out, "out", "", "HAR file to write, in an existing folder")
	c.Flags().StringArrayVar(&f.allowHosts, "allow-host", nil, "`name` of this machine that clients may use (repeatable)")
	c.Flags().Var(&f.maxBody, "max-body", "keep JSON bodies up to this size")
	return c
}

func (a *app) record(ctx context.Context, f recordFlags) (err error) {
	a.stderr = newAbandonWriter(ctx, a.stderr)
	proxy, authority, err := a.recordProxy(f)
	if err != nil {
		return usageError{"sfstore record", err}
	}
	listener, err := listenOn(f.listen)
	if err != nil {
		return err
	}
	if proxy.File, err = recorder.Create(f.out, thisBuild().Version); err != nil {
		_ = listener.Close()
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("--out %s: already exists; remove it, or choose another name", f.out)
		}
		return fmt.Errorf("--out %s: %w", f.out, err)
	}
	if !isLoopback(listener.Addr().String()) {
		a.warn("--listen %s: every machine that can connect can send requests to the cluster", f.listen)
	}
	scheme := "http"
	if proxy.ListenTLS != nil {
		scheme = "https"
	}
	if _, err := fmt.Fprintf(a.stdout, "%s\n%s", clientURL(scheme, listener.Addr()), authority); err != nil {
		return errors.Join(err, listener.Close(), proxy.File.Close())
	}
	counts, served := proxy.Serve(ctx, listener)
	closed := proxy.File.Close()
	switch err = errors.Join(served, closed); {
	case closed == nil && errors.Is(served, recorder.ErrNoUpstream) && isUntrusted(served):
		err = codedError{err, exitRefused}
	case err != nil:
		err = codedError{err, exitFailed} // whatever was found in it and however it ended
	}
	a.notice("recorded in %s: %d passed, %d different, %d not whole, %d not the image store's",
		f.out, counts.Passed, counts.Different, counts.NotWhole, counts.Foreign)
	if counts.Different > 0 {
		err = errors.Join(err, fmt.Errorf("%w in %s", recording.ErrDifferent, count(counts.Different, "exchange")))
	}
	return err
}

// recordProxy makes the proxy, still without its file, and returns the certificate that its clients
// trust.
func (a *app) recordProxy(f recordFlags) (proxy *recorder.Proxy, authority []byte, err error) {
	upstream, err := parseUpstream(f.upstream)
	if err != nil {
		return nil, nil, err
	}
	if f.out == "" {
		return nil, nil, errors.New("no file to write: give --out FILE.har")
	}
	guard, err := newGuard(f.listen, f.allowHosts)
	if err != nil {
		return nil, nil, err
	}
	secure, err := a.upstreamTLS(upstream, f.listen)
	if err != nil {
		return nil, nil, err
	}
	var clients *tls.Config
	if f.listenTLS {
		if clients, authority, err = listenTLS(upstream, f.listen); err != nil {
			return nil, nil, err
		}
	}
	contract, err := api.Load()
	if err != nil {
		return nil, nil, err
	}
	return &recorder.Proxy{
		Upstream:  upstream,
		TLS:       secure,
		ListenTLS: clients,
		Guard:     guard,
		Contract:  contract,
		MaxBody:   int64(f.maxBody),
		Name:      f.out,
		Differs:   func(found recording.Finding) { a.printMessage(fmt.Sprint(found)) },
		Fails:     func(err error) { a.printMessage(fmt.Sprintf("sfstore: %v", err)) },
	}, authority, nil
}

// parseUpstream accepts only what a connection needs. Its errors do not contain the URL, which may
// have a password.
func parseUpstream(text string) (*url.URL, error) {
	if text == "" {
		return nil, errors.New("no upstream: give --upstream URL")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return nil, errors.New("--upstream: not a URL like http://localhost:19080")
	case u.User != nil:
		return nil, errors.New("--upstream: must not have a user; clients send their own credentials")
	case strings.Trim(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "":
		return nil, errors.New("--upstream: must end after the port; paths are those of the clients")
	}
	return u, nil
}
