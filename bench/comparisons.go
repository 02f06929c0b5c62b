package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

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
)

var comparisons = []comparison{
	{"1 GiB, HTTP: ours / bare loop, same workers and chunks", gib, func() (run, run, func(), error) { return large(false, upload.DefaultWorkers) }},
	{"1 GiB, HTTP: ours / sequential loop", gib, func() (run, run, func(), error) { return large(false, 1) }},
	{"1 GiB, HTTPS: ours / bare loop, same workers and chunks", gib, func() (run, run, func(), error) { return large(true, upload.DefaultWorkers) }},
	{"1 GiB, HTTPS: ours / sequential loop", gib, func() (run, run, func(), error) { return large(true, 1) }},
	{"10,000 files of 4 KiB: ours / bare loop, same connections", smalls * smallSize, small},
	{"128 MiB, 51 ms and 400 Mbit/s: ours / one raw stream", linkSize, distant},
}

func large(secure bool, floorWorkers int) (ours, floor run, tearDown func(), err error) {
	file, err := makeFile(gib)
	if err != nil {
		return nil, nil, nil, err
	}
	server := newSink().start(secure, nil)
	uploader, err := newUploader(server.URL)
	if err != nil {
		return nil, nil, nil, err
	}
	b := newBare(server.URL, floorWorkers)
	ours = func(ctx context.Context) error {
		_, err := uploader.File(ctx, "App/big", file.Name())
		return err
	}
	floor = func(ctx context.Context) error {
		return b.chunks(ctx, file, gib, upload.DefaultChunkSize, uuid.NewString())
	}
	return ours, floor, func() { server.Close(); _ = file.Close(); _ = os.Remove(file.Name()) }, nil
}

func small() (ours, floor run, tearDown func(), err error) {
	dir, err := os.MkdirTemp(scratch(), "sfstore-bench-")
	if err != nil {
		return nil, nil, nil, err
	}
	names := make([]string, smalls)
	content := make([]byte, smallSize)
	for i := range names {
		names[i] = fmt.Sprintf("file-%05d", i)
		if err := os.WriteFile(filepath.Join(dir, names[i]), content, 0o600); err != nil {
			return nil, nil, nil, err
		}
	}
	server := newSink().start(false, nil)
	uploader, err := newUploader(server.URL)
	if err != nil {
		return nil, nil, nil, err
	}
	b := newBare(server.URL, upload.DefaultWorkers)
	ours = func(ctx context.Context) error {
		_, err := uploader.Folder(ctx, "App", os.DirFS(dir))
		return err
	}
	floor = func(ctx context.Context) error { return b.files(ctx, dir, names) }
	return ours, floor, func() { server.Close(); _ = os.RemoveAll(dir) }, nil
}

func distant() (ours, floor run, tearDown func(), err error) {
	file, err := makeFile(linkSize)
	if err != nil {
		return nil, nil, nil, err
	}
	line := &link{delay: roundTrip / 2, rate: linkRate}
	server := newSink().start(false, nil)
	near, err := line.between(server.Listener.Addr().String())
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
	uploader, err := newUploader("http://" + near.Addr().String())
	if err != nil {
		return nil, nil, nil, err
	}
	ours = func(ctx context.Context) error {
		_, err := uploader.File(ctx, "App/big", file.Name())
		return err
	}
	floor = func(context.Context) error { return goodput(nearRaw.Addr().String(), linkSize) }
	return ours, floor, func() {
		server.Close()
		_ = near.Close()
		_ = nearRaw.Close()
		_ = raw.Close()
		_ = file.Close()
		_ = os.Remove(file.Name())
	}, nil
}

// swallow reads each connection to its end and closes it then.
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

func newUploader(url string) (*upload.Uploader, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	transport.DisableCompression = true
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	client, err := imagestore.New(url, imagestore.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		return nil, err
	}
	return upload.New(client)
}

// scratch is in memory where there is such a place, so that no disk is measured.
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
