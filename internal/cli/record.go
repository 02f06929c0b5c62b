package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

// recordFlags say what is recorded, and where.
type recordFlags struct {
	upstream string
	listen   string
	out      string
	maxBody  byteSize
}

func (a *app) recordCommand() *cobra.Command {
	f := recordFlags{maxBody: 1 << 20}
	c := &cobra.Command{
		Use:   "record",
		Short: "Record what clients and a cluster say to each other",
		Long: `Stand between clients and the gateway of a cluster, and write what passes to a HAR file, until it
is interrupted. The first line of standard output is the URL for the clients, printed when it is
ready to answer. Nothing that passes is changed, but for the header Host. What differs from the
contract is told on standard error when it happens, and makes the exit code 6. The exit code is 1
when something could not be recorded, or when the upstream took no connection at all.

Credentials, hosts and all else that is not known to be harmless are left out; the names of files
and folders in the store are not. Of bodies, JSON of the image store is kept, and of uploads the
size and the SHA-256 digest. The file is whole at any moment, even when the command is killed; it
is not overwritten when it is there already.

Clients speak plain HTTP to the recorder. Where the upstream wants a certificate, the recorder shows
its own: --cert, and the other flags of who one is and whom to trust. Whoever can connect to it acts
with that certificate then, so it listens on a loopback address alone.`,
		Example: `  sfstore record --upstream http://localhost:19080 --out upload.har
  sfstore record --upstream http://localhost:19080 --listen 127.0.0.1:0 --out upload.har`,
		Args: usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return a.record(c.Context(), f) },
	}
	c.Flags().StringVar(&f.upstream, "upstream", "", "URL of the cluster's HTTP gateway")
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:19090", "address to listen on; port 0 takes a free one")
	c.Flags().StringVar(&f.out, "out", "", "HAR file to write, in a folder that exists")
	c.Flags().Var(&f.maxBody, "max-body", "keep JSON bodies up to this size")
	return c
}

func (a *app) record(ctx context.Context, f recordFlags) (err error) {
	a.stderr = newLeavable(ctx, a.stderr)
	proxy, err := a.recordProxy(f)
	if err != nil {
		return usageError{"sfstore record", err}
	}
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("%w (--listen 127.0.0.1:0 takes a free port)", err)
	}
	if proxy.File, err = recording.Create(f.out, version()); err != nil {
		_ = listener.Close()
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("--out %s: exists already; remove it, or choose another name", f.out)
		}
		return fmt.Errorf("--out %s: %w", f.out, err)
	}
	if _, err := fmt.Fprintf(a.stdout, "http://%s\n", listener.Addr()); err != nil {
		return errors.Join(err, listener.Close(), proxy.File.Close())
	}
	counts, err := proxy.Serve(ctx, listener)
	if err = errors.Join(err, proxy.File.Close()); err != nil {
		err = failedRecording{err}
	}
	a.notice("recorded in %s: %d passed, %d different, %d not whole, %d not the image store's",
		f.out, counts.Passed, counts.Different, counts.NotWhole, counts.Foreign)
	if counts.Different > 0 {
		err = errors.Join(err, fmt.Errorf("%w in %s", recording.ErrDifferent, count(int64(counts.Different), "exchange")))
	}
	return err
}

// failedRecording is why a recording is not what it should be, whatever was found in it and
// however it ended.
type failedRecording struct{ error }

func (e failedRecording) Unwrap() error { return e.error }

// recordProxy makes the proxy, which is yet without its file.
func (a *app) recordProxy(f recordFlags) (*recording.Proxy, error) {
	upstream, err := parseUpstream(f.upstream)
	if err != nil {
		return nil, err
	}
	if f.out == "" {
		return nil, errors.New("no file to write: give --out FILE.har")
	}
	secure, err := a.upstreamTLS(upstream, f.listen)
	if err != nil {
		return nil, err
	}
	contract, err := api.Load()
	if err != nil {
		return nil, err
	}
	return &recording.Proxy{
		Upstream: upstream,
		TLS:      secure,
		// A certificate is not for whoever gets a browser to ask for something.
		LocalOnly: a.flags.security.identified(),
		Contract:  contract,
		MaxBody:   int64(f.maxBody),
		Name:      f.out,
		Differs:   func(found recording.Finding) { fmt.Fprintln(a.stderr, found) },
		Fails:     func(err error) { fmt.Fprintf(a.stderr, "sfstore: %v\n", upstreamError(err)) },
	}, nil
}

// parseUpstream wants no more than what a connection needs. Nothing of the URL is in its
// errors, for there may be a password in it.
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
		return nil, errors.New("--upstream: must end after the port; paths pass as clients send them")
	}
	return u, nil
}
