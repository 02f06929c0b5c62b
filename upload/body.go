package upload

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

var errOver = errors.New("the request is over")

// body sends a range of a source. It digests the bytes that it returns, and keeps the last piece
// until the digest matches the plan, so that no server ever gets a complete chunk with changed
// bytes.
type body struct {
	mu     sync.Mutex // net/http may read on after the request is over
	over   bool
	source *source
	rest   imagestore.Range
	hash   hasher
	want   *digest
	watch  *watch
	check  func() error // called before the last piece is sent
	failed error        // why the source could not be sent
}

// send sends a request with a range of the source as its body, and waits for its end. The
// request's context ends when the connection stalls. It returns how many bytes the connection
// accepted; afterwards nothing reads the source any more. It calls check before the last piece.
func (c *run) send(ctx context.Context, s *source, r imagestore.Range, want *digest, check func(context.Context) error, request func(context.Context, io.Reader) error) (taken int64, err error) {
	if err := c.acquire(ctx, r.Len()); err != nil {
		return 0, err
	}
	defer func() { c.release(r.Len(), err) }()
	if err := c.gate.pass(ctx); err != nil {
		return 0, err
	}
	ctx, w := c.beginWatch(ctx)
	b := &body{source: s, rest: r, want: want, watch: w, check: func() error { return check(ctx) }}
	err = w.end(ctx, request(ctx, b))

	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	taken = r.Len() - b.rest.Len()
	// net/http does not always report that the body failed.
	if b.failed != nil {
		err = b.failed
	}
	return taken, err
}

// Read returns the next bytes, if they match the plan.
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
	b.watch.restart()
	if !last {
		b.rest.First += int64(len(p))
		return len(p), nil
	}
	if !b.want.agrees(b.hash.sum) {
		b.failed = b.source.failed(ErrSourceChanged)
	} else {
		b.watch.stop() // the check may read the source again
		b.failed = b.check()
		b.watch.restart()
	}
	if b.failed != nil {
		return 0, b.failed
	}
	b.rest.First += int64(len(p))
	return len(p), io.EOF
}
