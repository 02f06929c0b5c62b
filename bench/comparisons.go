package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const (
	gib       = 1 << 30
	linkSize  = 128 << 20
	linkRate  = 50e6 // 400 Mbit/s
	roundTrip = 51 * time.Millisecond
	smallSize = 4 << 10
	smalls    = 10_000
	fewSmalls = 400

	// workers is the number of concurrent requests of the other clients. Ours has as many chunks in
	// flight, and more small files.
	workers = 8
)

var comparisons = []comparison{
	{"local store, 1 GiB, HTTP: ours / bare loop", gib, func() (run, run, func(), error) { return large(startStore, false, workers) }},
	{"local store, 1 GiB, HTTP: ours / sequential loop", gib, func() (run, run, func(), error) { return large(startStore, false, 1) }},
	{"local store, 1 GiB, HTTPS: ours / bare loop", gib, func() (run, run, func(), error) { return large(startStore, true, workers) }},
	{"local store, 1 GiB, HTTPS: ours / sequential loop", gib, func() (run, run, func(), error) { return large(startStore, true, 1) }},
	{"local store, 10,000 files of 4 KiB: ours / bare loop", smalls * smallSize, func() (run, run, func(), error) { return small(startStore) }},
	{"sink, 1 GiB, HTTP: ours / sequential loop", gib, func() (run, run, func(), error) { return large(startSink, false, 1) }},
	{"sink, 1 GiB, HTTPS: ours / sequential loop", gib, func() (run, run, func(), error) { return large(startSink, true, 1) }},
	{"sink, 1 GiB, HTTP: bare loop / sequential loop", gib, func() (run, run, func(), error) { return side(false) }},
	{"sink, 1 GiB, HTTPS: bare loop / sequential loop", gib, func() (run, run, func(), error) { return side(true) }},
	{"sink, 128 MiB, 51 ms and 400 Mbit/s: ours / one raw stream", linkSize, distant},
	{"sink, 128 MiB, 51 ms, client certificate: waiting / not", linkSize, certifiedLarge},
	{"sink, 400 files of 4 KiB, 51 ms, client certificate: waiting / not", fewSmalls * smallSize, certifiedSmall},
}

// start starts a server that takes uploads.
type start func(secure bool) (url string, stop func(), err error)

func startSink(secure bool) (string, func(), error) {
	server := serve(newSink(), secure)
	return server.URL, server.Close, nil
}

// startStore starts the local store on a folder of the disk, where it syncs what it confirms.
func startStore(secure bool) (string, func(), error) {
	dir, err := os.MkdirTemp("", "sfstore-bench-")
	if err != nil {
		return "", nil, err
	}
	store, err := emulator.New(emulator.WithFolder(dir))
	if err != nil {
		return "", nil, err
	}
	server := serve(store, secure)
	return server.URL, func() { server.Close(); _ = store.Close(); _ = os.RemoveAll(dir) }, nil
}

func serve(handler http.Handler, secure bool) *httptest.Server {
	return listening(handler, nil, secure)
}

// listening starts a server at a listener, or at one of its own.
func listening(handler http.Handler, listener net.Listener, secure bool) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	if listener != nil {
		_ = server.Listener.Close()
		server.Listener = listener
	}
	if !secure {
		server.Start()
		return server
	}
	server.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
	server.StartTLS()
	return server
}

// large uploads one file. The floor sends the same chunks with floorWorkers workers.
func large(server start, secure bool, floorWorkers int) (ours, floor run, tearDown func(), err error) {
	file, err := makeFile(gib)
	if err != nil {
		return nil, nil, nil, err
	}
	url, stop, err := server(secure)
	if err != nil {
		return nil, nil, nil, err
	}
	uploader, err := newUploader(url)
	if err != nil {
		return nil, nil, nil, err
	}
	b := newBare(url, floorWorkers)
	ours = func(ctx context.Context) error {
		_, err := uploader.File(ctx, "App/big", file.Name())
		return err
	}
	floor = func(ctx context.Context) error {
		return b.chunks(ctx, file, gib, upload.DefaultChunkSize, uuid.NewString())
	}
	return ours, floor, func() { stop(); _ = file.Close(); _ = os.Remove(file.Name()) }, nil
}

// side measures what concurrent requests gain on this machine, whatever the client.
func side(secure bool) (parallel, sequential run, tearDown func(), err error) {
	file, err := makeFile(gib)
	if err != nil {
		return nil, nil, nil, err
	}
	url, stop, err := startSink(secure)
	if err != nil {
		return nil, nil, nil, err
	}
	by := func(workers int) run {
		b := newBare(url, workers)
		return func(ctx context.Context) error {
			return b.chunks(ctx, file, gib, upload.DefaultChunkSize, uuid.NewString())
		}
	}
	return by(workers), by(1), func() { stop(); _ = file.Close(); _ = os.Remove(file.Name()) }, nil
}

// small uploads a folder of small files. The floor sends them with as many connections.
func small(server start) (ours, floor run, tearDown func(), err error) {
	dir, names, err := makeFolder(smalls, "")
	if err != nil {
		return nil, nil, nil, err
	}
	url, stop, err := server(false)
	if err != nil {
		return nil, nil, nil, err
	}
	uploader, err := newUploader(url)
	if err != nil {
		return nil, nil, nil, err
	}
	b := newBare(url, workers)
	ours = func(ctx context.Context) error {
		_, err := uploader.Folder(ctx, "App", os.DirFS(dir))
		return err
	}
	floor = func(ctx context.Context) error { return b.files(ctx, dir, names) }
	return ours, floor, func() { stop(); _ = os.RemoveAll(dir) }, nil
}

// distant uploads one file over a line with a round trip. The floor is the capacity of the line.
func distant() (ours, floor run, tearDown func(), err error) {
	file, err := makeFile(linkSize)
	if err != nil {
		return nil, nil, nil, err
	}
	line := &link{delay: roundTrip / 2, rate: linkRate}
	url, stop, err := line.sink()
	if err != nil {
		return nil, nil, nil, err
	}
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, nil, err
	}
	go swallow(raw)
	nearRaw, err := line.between(raw.Addr().String())
	if err != nil {
		return nil, nil, nil, err
	}
	uploader, err := newUploader(url)
	if err != nil {
		return nil, nil, nil, err
	}
	ours = func(ctx context.Context) error {
		_, err := uploader.File(ctx, "App/big", file.Name())
		return err
	}
	floor = func(context.Context) error { return goodput(nearRaw.Addr().String(), linkSize) }
	return ours, floor, func() {
		stop()
		_ = nearRaw.Close()
		_ = raw.Close()
		_ = file.Close()
		_ = os.Remove(file.Name())
	}, nil
}

// farSink is a sink at the other end of the line.
func farSink() (string, func(), error) { return (&link{delay: roundTrip / 2, rate: linkRate}).sink() }

// sink starts a sink that is reached over the line.
func (l *link) sink() (url string, stop func(), err error) {
	server := serve(newSink(), false)
	near, err := l.between(server.Listener.Addr().String())
	if err != nil {
		return "", nil, err
	}
	return "http://" + near.Addr().String(), func() { server.Close(); _ = near.Close() }, nil
}

// certified uploads over such a line with a client certificate: ours with bodies that wait until the
// server requests them, as the client does, and the floor with bodies that do not wait.
func certified(what func(*upload.Uploader) run) (ours, floor run, tearDown func(), err error) {
	authority := testcert.NewAuthority()
	server := httptest.NewUnstartedServer(newSink())
	server.TLS = &tls.Config{
		Certificates: []tls.Certificate{authority.Issue()}, NextProtos: []string{"http/1.1"},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority.Pool(),
	}
	server.StartTLS()
	line := &link{delay: roundTrip / 2, rate: linkRate}
	near, err := line.between(server.Listener.Addr().String())
	if err != nil {
		return nil, nil, nil, err
	}
	certificate := authority.Issue()
	transport := newTransport(&tls.Config{RootCAs: authority.Pool(), Certificates: []tls.Certificate{certificate}, MaxVersion: tls.VersionTLS12})
	by := func(option imagestore.Option) (run, error) {
		client, err := imagestore.New("https://"+near.Addr().String(), option)
		if err != nil {
			return nil, err
		}
		uploader, err := upload.New(client)
		return what(uploader), err
	}
	if ours, err = by(imagestore.WithSecurity(imagestore.Security{Certificate: &certificate, RootCAs: authority.Pool()})); err != nil {
		return nil, nil, nil, err
	}
	floor, err = by(imagestore.WithHTTPClient(&http.Client{Transport: transport}))
	return ours, floor, func() { server.Close(); _ = near.Close() }, err
}

// certifiedLarge uploads one file.
func certifiedLarge() (ours, floor run, tearDown func(), err error) {
	file, err := makeFile(linkSize)
	if err != nil {
		return nil, nil, nil, err
	}
	ours, floor, stop, err := certified(func(u *upload.Uploader) run {
		return func(ctx context.Context) error {
			_, err := u.File(ctx, "App/big", file.Name())
			return err
		}
	})
	return ours, floor, func() { stop(); _ = file.Close(); _ = os.Remove(file.Name()) }, err
}

// certifiedSmall uploads a folder of small files.
func certifiedSmall() (ours, floor run, tearDown func(), err error) {
	dir, _, err := makeFolder(fewSmalls, "")
	if err != nil {
		return nil, nil, nil, err
	}
	ours, floor, stop, err := certified(func(u *upload.Uploader) run {
		return func(ctx context.Context) error {
			_, err := u.Folder(ctx, "App", os.DirFS(dir))
			return err
		}
	})
	return ours, floor, func() { stop(); _ = os.RemoveAll(dir) }, err
}

// swallow reads each connection to its end, and then closes it.
func swallow(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}()
	}
}

// newUploader returns an uploader like that of a program; it trusts any server.
func newUploader(url string, options ...upload.Option) (*upload.Uploader, error) {
	var security imagestore.Security
	security.Insecure = strings.HasPrefix(url, "https:")
	client, err := imagestore.New(url, imagestore.WithSecurity(security))
	if err != nil {
		return nil, err
	}
	return upload.New(client, options...)
}

// scratch returns a folder in memory if the system has one, so that no disk is measured.
func scratch() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// makeFile makes a file of random bytes.
func makeFile(size int64) (*os.File, error) {
	f, err := os.CreateTemp(scratch(), "sfstore-bench-")
	if err != nil {
		return nil, err
	}
	_, err = io.CopyN(f, rand.Reader, size)
	return f, err
}

// makeFolder makes a folder of small files, all in one folder below it.
func makeFolder(files int, below string) (dir string, names []string, err error) {
	if dir, err = os.MkdirTemp(scratch(), "sfstore-bench-"); err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, below), 0o700); err != nil {
		return "", nil, err
	}
	for i := range files {
		names = append(names, path.Join(below, fmt.Sprintf("file-%05d", i)))
		if err := os.WriteFile(filepath.Join(dir, names[i]), make([]byte, smallSize), 0o600); err != nil {
			return "", nil, err
		}
	}
	return dir, names, nil
}
