package upload

import (
	"cmp"
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// each calls do for 0 to n-1, concurrently by a fixed number of workers: a goroutine for each call
// would grow a stack each time. After the first error the context ends and no other call begins. It
// returns that error, or that of the context.
func each(ctx context.Context, n, workers int, do func(ctx context.Context, i int) error) error {
	var next atomic.Int64
	group, running := errgroup.WithContext(ctx)
	for range min(n, workers) {
		group.Go(func() error {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				select {
				case <-running.Done():
					return nil // the error that ended it is reported
				default:
				}
				if err := do(running, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return cmp.Or(group.Wait(), ctx.Err())
}
