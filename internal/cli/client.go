package cli

import (
	"log/slog"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// client returns the client for the cluster that flags, environment or sfctl name. It sends nothing.
func (a *app) client() (*imagestore.Client, error) {
	target, err := a.target()
	if err != nil {
		return nil, err
	}
	a.used = target
	return a.clientOf(target)
}

// clientOf returns a client of a cluster.
func (a *app) clientOf(t target) (*imagestore.Client, error) {
	options := []imagestore.Option{
		imagestore.WithServerTimeout(t.timeout),
		imagestore.WithUserAgent("sfstore/" + thisBuild().Version),
		imagestore.WithReadRetries(3),
		imagestore.WithSecurity(t.security),
		imagestore.WithEndpoints(t.endpoints[1:]...),
	}
	if t.token != nil {
		options = append(options, imagestore.WithToken(t.token))
	}
	if t.apiVersion.isSet {
		options = append(options, imagestore.WithAPIVersion(t.apiVersion.text))
	}
	if a.flags.verbose {
		options = append(options, imagestore.WithLogger(a.requestLog()))
	}
	return imagestore.New(t.endpoints[0], options...)
}

// requestLog logs each request on standard error.
func (a *app) requestLog() *slog.Logger {
	level := &slog.HandlerOptions{Level: slog.LevelDebug}
	if a.flags.output == outputJSON {
		return slog.New(slog.NewJSONHandler(a.stderr, level))
	}
	return slog.New(slog.NewTextHandler(a.stderr, level))
}

// clientOfUploads returns a client for an uploader, which retries by itself.
func (a *app) clientOfUploads() (*imagestore.Client, error) {
	client, err := a.client()
	if err != nil {
		return nil, err
	}
	return client.With(imagestore.WithReadRetries(0))
}
