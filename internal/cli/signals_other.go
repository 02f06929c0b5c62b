//go:build !unix

package cli

import "context"

// onSignals has no signal for a failover here.
func onSignals(ctx context.Context, _ func()) (_ context.Context, stop func()) { return ctx, func() {} }
