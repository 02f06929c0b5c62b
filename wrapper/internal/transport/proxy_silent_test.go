package transport

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

func TestASilentProxyIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var proxy net.Conn
		d := &proxyDialer{dial: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			proxy = theirs
			return ours, nil
		}}
		read := func(conn net.Conn) error {
			_, err := conn.Read(make([]byte, 100))
			return err
		}

		d.connects.Store(true)
		silent, err := d.dialContext(t.Context(), "tcp", "proxy:8080")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := read(silent); !errors.Is(err, errProxySilent) || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != connectTimeout {
			t.Errorf("got %v after %v", err, time.Since(began))
		}

		// After the response there is no time limit: the data comes from the gateway.
		good, err := d.dialContext(t.Context(), "tcp", "proxy:8080")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = proxy.Write([]byte("HTTP/1.1 200 OK"))
			time.Sleep(10 * connectTimeout) //nolint:forbidigo // inside synctest, where time is not real
			_, _ = proxy.Write([]byte("hello"))
		}()
		if err := errors.Join(read(good), read(good)); err != nil {
			t.Errorf("a slow gateway behind a proxy: %v", err)
		}
	})
}
