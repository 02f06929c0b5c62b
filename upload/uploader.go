package upload

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// Uploader uploads files and folders to one gateway. Make it with [New]. It is safe for
// concurrent use; all its uploads share the limit on workers.
type Uploader struct {
	config
	client *imagestore.Client
	slots  chan struct{} // one for each request with a body

	sessions atomic.Pointer[bool] // whether the gateway has upload sessions, once it is known
}

// New returns an uploader that sends by the given client. It sends nothing.
func New(client *imagestore.Client, options ...Option) (*Uploader, error) {
	conf := defaultConfig()
	for _, option := range options {
		if err := option(&conf); err != nil {
			return nil, err
		}
	}
	return &Uploader{config: conf, client: client, slots: make(chan struct{}, conf.workers)}, nil
}

// ReaderAt uploads size bytes of r to the file dst, and returns nil only when the store holds
// exactly them. Bytes of r that change meanwhile are an error; nothing is committed then. The
// report is complete with an error too.
func (u *Uploader) ReaderAt(ctx context.Context, dst string, r io.ReaderAt, size int64) (FileReport, error) {
	path, err := u.canonical(dst)
	if err != nil {
		return FileReport{}, err
	}
	if size < 0 {
		return FileReport{}, wrongNumber("size", size, "is negative")
	}
	return u.verified(ctx, path, &source{ReaderAt: r, name: dst, size: size})
}

// File uploads the local file name to the file dst, as [Uploader.ReaderAt] does. A file that
// is replaced or written to meanwhile has changed.
func (u *Uploader) File(ctx context.Context, dst, name string) (FileReport, error) {
	path, err := u.canonical(dst)
	if err != nil {
		return FileReport{}, err
	}
	s, closer, err := open(os.DirFS(filepath.Dir(name)), filepath.Base(name), name)
	if err != nil {
		return u.begin(path).unread(err)
	}
	defer closer.Close()
	return u.verified(ctx, path, s)
}

// canonical writes a path in the one form in which every process names it, since the server
// compares the path of an upload session letter for letter. White space at its ends goes, as
// it does in the server.
func (u *Uploader) canonical(dst string) (string, error) {
	if err := u.client.CheckPath(dst); err != nil {
		return "", err
	}
	separates := func(r rune) bool { return r == '/' || r == '\\' }
	dst = strings.TrimFunc(dst, func(r rune) bool { return separates(r) || unicode.IsSpace(r) })
	return strings.Join(strings.FieldsFunc(dst, separates), "/"), nil
}

// acquire takes the right to send a body. The caller releases it.
func (u *Uploader) acquire(ctx context.Context) (release func(), err error) {
	select {
	case u.slots <- struct{}{}:
		return func() { <-u.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func wrongNumber(argument string, n int64, reason string) error {
	return &imagestore.ArgumentError{Argument: argument, Value: strconv.FormatInt(n, 10), Reason: reason}
}

// hasSessions says whether the gateway has upload sessions. The first answer decides it for
// good: a gateway without them, as on Linux, calls the URL itself an invalid argument.
func (c *call) hasSessions(ctx context.Context) (bool, error) {
	if known := c.sessions.Load(); known != nil {
		return *known, nil
	}
	_, _, err := c.ask(ctx, probeSession)
	if err != nil && !imagestore.HasCode(err, imagestore.CodeInvalidArgument) {
		return false, err
	}
	has := err == nil
	c.sessions.Store(&has)
	return has, nil
}
