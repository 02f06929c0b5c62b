package cli

import (
	"context"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
)

// shutdownGrace is how long current requests may take to finish when the server stops.
const shutdownGrace = 5 * time.Second

// serveUntil serves until the context ends, and returns nil then. Errors of connections, such as
// failed handshakes, go to the logger.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler, errors *log.Logger) error {
	server := &http.Server{
		Handler: handler,
		// A silent client must not keep a connection open. Bodies may take any time, as with the
		// real gateway.
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          errors,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}

// serverLog writes errors of connections as notices.
func (a *app) serverLog() *log.Logger { return log.New(noticeWriter{a}, "", 0) }

type noticeWriter struct{ *app }

func (n noticeWriter) Write(line []byte) (int, error) {
	n.notice("%s", strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}
