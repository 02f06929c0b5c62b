package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

var (
	errStalled error = stalled{}
	errOver          = errors.New("the request is over")
)

type stalled struct{}

func (stalled) Error() string { return "the connection took no byte for too long" }

// Timeout tells the client that the gateway is to blame, so that the next request goes to
// another one.
func (stalled) Timeout() bool { return true }

// body sends a range of a source. It digests what it hands out, and keeps the last piece back
// until the whole is known to be what the plan was made of: so no server ever gets a complete
// chunk with bytes that changed in between.
type body struct {
	mu     sync.Mutex // net/http may read on after the request is over
	over   bool
	source *source
	rest   imagestore.Range
	hash   hasher
	want   digest
	watch  *time.Timer // ends the request when it fires
	stall  time.Duration
	failed error // why the source could not be sent
}

// send hands a body with a range of the source to a request, and waits for its end. The
// request's context ends when the connection stalls. It returns how many bytes the connection
// took; afterwards nothing reads the source any more.
func (u *Uploader) send(ctx context.Context, s *source, r imagestore.Range, want digest, request func(context.Context, io.Reader) error) (taken int64, err error) {
	release, err := u.acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b := &body{source: s, rest: r, want: want, stall: u.stall}
	b.watch = time.AfterFunc(u.stall, func() { cancel(errStalled) })
	// It may take a person a while until there is a token: the clock starts with the search for
	// a connection, anew at each gateway.
	b.watch.Stop()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { b.watch.Reset(b.stall) },
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				b.watch.Stop() // from here on the wait for the answer has its own limit
			}
		},
	})
	err = request(ctx, b)

	b.watch.Stop()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	taken = r.Len() - b.rest.Len()
	// net/http does not always say that it was the body, or why the context ended.
	switch {
	case b.failed != nil:
		err = b.failed
	case err != nil && errors.Is(context.Cause(ctx), errStalled):
		err = &stallError{err, u.stall}
	}
	return taken, err
}

// Read hands out the next bytes, if they are the right ones.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := b.rest.Len()
	switch {
	case b.over:
		return 0, errOver
	case b.failed != nil:
		return 0, b.failed
	case left == 0:
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), left)]
	if b.failed = b.source.readFull(p, b.rest.First); b.failed != nil {
		return 0, b.failed
	}
	last := int64(len(p)) == left
	b.hash.write(p, last)
	b.watch.Reset(b.stall)
	if !last {
		b.rest.First += int64(len(p))
		return len(p), nil
	}
	if b.hash.sum != b.want {
		b.failed = b.source.failed(ErrSourceChanged)
	} else {
		b.failed = b.source.checkUnchanged()
	}
	if b.failed != nil {
		return 0, b.failed
	}
	b.rest.First += int64(len(p))
	return len(p), io.EOF
}

// stallError is a request that was abandoned. Its cause says that the context was cancelled,
// which would read as if the caller had done so.
type stallError struct {
	err   error
	after time.Duration
}

func (e *stallError) Error() string { return fmt.Sprintf("%v (%s)", errStalled, e.after) }
func (e *stallError) Unwrap() error { return e.err }
