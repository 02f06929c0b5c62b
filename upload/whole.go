package upload

import (
	"context"
	"io"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// uploadWhole sends the file in one piece: a small or empty one, and any to a gateway without
// sessions. Sending it again replaces what the last attempt may have left.
func (f *file) uploadWhole(ctx context.Context) error {
	whole := imagestore.Range{First: 0, Last: f.plan.size - 1}
	want, err := f.wholeDigest(ctx)
	if err != nil {
		return err
	}
	for budget := f.retry.begin(); ; {
		if f.plan.size == 0 { // else the body looks, before its last piece goes out
			if err := f.source.checkUnchanged(); err != nil {
				return err
			}
		}
		taken, err := f.send(ctx, f.source, whole, want, func(ctx context.Context, body io.Reader) error {
			return f.client.UploadFile(ctx, f.path, body, f.plan.size)
		})
		f.sent(taken)
		if err == nil {
			f.arrived(f.plan.size)
			return nil
		}
		if !f.again(ctx, budget, err) {
			return err
		}
	}
}

// wholeDigest is the digest of all bytes. Only a large file for a gateway without sessions
// has to be read once more for it.
func (f *file) wholeDigest(ctx context.Context) (digest, error) {
	switch len(f.plan.chunks) {
	case 0:
		return digest{}, nil
	case 1:
		return f.plan.chunks[0], nil
	}
	return f.source.digest(ctx, imagestore.Range{First: 0, Last: f.plan.size - 1}, make([]byte, readSize))
}
