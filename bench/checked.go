package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/workbench"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// checkedRows measure what it costs the local store to validate each request and response: `sfstore
// serve` against `sfstore serve --no-check`.
var checkedRows = []comparison{
	{"local store, 10,000 files of 4 KiB: checked / unchecked", smalls * smallSize, checkedUploads},
	{"local store, 2,000 listings of 400 files: checked / unchecked", 2000 * 400 * 250, func() (run, run, func(), error) {
		return checkedListings(false)
	}},
	{"local store, 400 listings of 400 files that change: checked / unchecked", 400 * 400 * 250, func() (run, run, func(), error) {
		return checkedListings(true)
	}},
}

// startWorkbench starts the local store with its workbench, on a folder of the disk.
func startWorkbench(contract *api.Contract) (url string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "sfstore-bench-")
	if err != nil {
		return "", nil, err
	}
	store, err := emulator.New(emulator.WithFolder(dir))
	if err != nil {
		return "", nil, err
	}
	b := workbench.New(store, workbench.Options{Contract: contract})
	server := serve(b, false)
	return server.URL, func() { b.Close(); server.Close(); _ = store.Close(); _ = os.RemoveAll(dir) }, nil
}

// bothWays returns a run against a store that validates, and one against a store that does not.
func bothWays(of func(url string) (run, error)) (ours, floor run, tearDown func(), err error) {
	contract, err := api.Load()
	if err != nil {
		return nil, nil, nil, err
	}
	var runs [2]run
	var stops [2]func()
	for i, c := range []*api.Contract{contract, nil} {
		var url string
		if url, stops[i], err = startWorkbench(c); err != nil {
			return nil, nil, nil, err
		}
		if runs[i], err = of(url); err != nil {
			return nil, nil, nil, err
		}
	}
	return runs[0], runs[1], func() { stops[0](); stops[1]() }, nil
}

func checkedUploads() (ours, floor run, tearDown func(), err error) {
	dir, _, err := makeFolder(smalls, "")
	if err != nil {
		return nil, nil, nil, err
	}
	ours, floor, stop, err := bothWays(func(url string) (run, error) {
		uploader, err := newUploader(url, upload.WithExtras(upload.KeepExtras))
		return func(ctx context.Context) error {
			_, err := uploader.Folder(ctx, "App", os.DirFS(dir))
			return err
		}, err
	})
	return ours, floor, func() { stop(); _ = os.RemoveAll(dir) }, err
}

// checkedListings lists a folder repeatedly, and before each listing changes a file of it if changes is set.
func checkedListings(changes bool) (ours, floor run, tearDown func(), err error) {
	return bothWays(func(url string) (run, error) {
		client, err := imagestore.New(url, imagestore.WithHTTPClient(http.DefaultClient))
		if err != nil {
			return nil, err
		}
		put := func(ctx context.Context, i int) error {
			return client.UploadFile(ctx, fmt.Sprintf("App/file-%05d", i), strings.NewReader("x"), 1)
		}
		for i := range 400 {
			if err := put(context.Background(), i); err != nil {
				return nil, err
			}
		}
		times := 2000
		if changes {
			times = 400
		}
		return func(ctx context.Context) error {
			for i := range times {
				if changes {
					if err := put(ctx, i%400); err != nil {
						return err
					}
				}
				if _, err := client.List(ctx, "App"); err != nil {
					return err
				}
			}
			return nil
		}, nil
	})
}
