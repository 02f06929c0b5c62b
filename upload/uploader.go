package upload

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// Uploader uploads files and folders to one gateway. Make it with [New]. It is safe for
// concurrent use; all its uploads share the limits on concurrent requests.
type Uploader struct {
	config
	client  *imagestore.Client
	limiter *limiter

	sessions atomic.Pointer[bool] // whether the gateway has upload sessions, once it is known
	gate     gate
}

// New returns an uploader that sends with the given client. It sends no request. A nil client, a
// nil option and an option with an invalid value are an [*imagestore.ArgumentError].
func New(client *imagestore.Client, options ...Option) (*Uploader, error) {
	if client == nil {
		return nil, &imagestore.ArgumentError{Argument: "client", Reason: "is nil"}
	}
	conf := defaultConfig()
	for _, option := range options {
		if option == nil {
			return nil, &imagestore.ArgumentError{Argument: "option", Reason: "is nil"}
		}
		if err := option(&conf); err != nil {
			return nil, err
		}
	}
	if conf.bytes == 0 {
		conf.bytes = max(bytesInFlight, chunksInFlight*conf.chunkSize)
	}
	return &Uploader{config: conf, client: client, limiter: newLimiter(conf.workers, conf.bytes)}, nil
}

// chunksAtOnce is how many chunks can be in flight.
func (c *config) chunksAtOnce() int { return int(min(int64(c.workers), max(1, c.bytes/c.chunkSize))) }

// ReaderAt uploads size bytes of r to the file dst, and returns a nil error only if the store
// has exactly these bytes.
//
// Each byte is read twice, once before anything is sent and once as it is sent, unless
// [WithoutResume] is given. Bytes that differ are a [*SourceError], and nothing is committed. A
// byte that changes after it was sent is not noticed, because r, unlike a file, has neither a time
// nor a name. r must be safe for concurrent use, as [io.ReaderAt] requires; bytes after size are
// ignored. Invalid arguments are an [*imagestore.ArgumentError], all other failures an [*Error].
// The report is complete also with an error.
func (u *Uploader) ReaderAt(ctx context.Context, dst string, r io.ReaderAt, size int64) (FileReport, error) {
	path, err := u.canonical(dst)
	if err != nil {
		return FileReport{}, err
	}
	switch {
	case r == nil:
		return FileReport{}, errNilSource()
	case size < 0:
		return FileReport{}, wrongNumber("size", size, "is negative")
	}
	return u.uploadAndVerify(ctx, path, &source{ReaderAt: r, name: dst, size: size})
}

// File uploads the local file name to the file dst, like [Uploader.ReaderAt]. A file that
// is replaced or written to meanwhile is a [*SourceError] too.
func (u *Uploader) File(ctx context.Context, dst, name string) (FileReport, error) {
	path, err := u.canonical(dst)
	if err != nil {
		return FileReport{}, err
	}
	s, closer, err := u.begin(path).open(ctx, os.DirFS(filepath.Dir(name)), filepath.Base(name), name, false)
	if err != nil {
		return u.begin(path).openFailed(err)
	}
	defer closer.Close()
	return u.uploadAndVerify(ctx, path, s)
}

// canonical returns a path in the form that every process uses, because the server compares
// the path of an upload session byte by byte.
func (u *Uploader) canonical(dst string) (string, error) {
	if err := u.client.CheckPath(dst); err != nil {
		return "", err
	}
	separates := func(r rune) bool { return r == '/' || r == '\\' }
	return strings.Join(strings.FieldsFunc(dst, separates), "/"), nil
}

func errNilSource() error { return &imagestore.ArgumentError{Argument: "source", Reason: "is nil"} }

func wrongNumber(argument string, n int64, reason string) error {
	return &imagestore.ArgumentError{Argument: argument, Value: strconv.FormatInt(n, 10), Reason: reason}
}
