package recording_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

// The gateway gives an answer that is not of the contract.
func ExampleProxy() {
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"StoreFiles": [], "StoreFolders": "none"}`)
	}))
	defer gateway.Close()
	folder, err := os.MkdirTemp("", "recording")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)

	upstream, err1 := url.Parse(gateway.URL)
	contract, err2 := api.Load()
	file, err3 := recording.Create(filepath.Join(folder, "traffic.har"), "1.0")
	listener, err4 := net.Listen("tcp", "127.0.0.1:0")
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		panic(err)
	}
	proxy := &recording.Proxy{
		Upstream: upstream, Contract: contract, File: file, Name: "traffic.har", MaxBody: 1 << 20,
		Differs: func(found recording.Finding) { fmt.Println(found) },
		Fails:   func(err error) { fmt.Println(err) },
	}
	ctx, end := context.WithCancel(context.Background())
	go func() {
		defer end()
		rsp, err := http.Get("http://" + listener.Addr().String() + "/ImageStore?api-version=6.0")
		if err != nil {
			panic(err)
		}
		rsp.Body.Close()
	}()
	counts, err := proxy.Serve(ctx, listener)
	if err := errors.Join(err, file.Close()); err != nil {
		panic(err)
	}
	fmt.Printf("%+v\n", counts)
	// Output:
	// traffic.har: entry 1: GET /ImageStore: GetImageStoreRootContent: response /StoreFolders: value must be an array, got "none"
	// {Passed:0 Different:1 NotWhole:0 Foreign:0}
}
