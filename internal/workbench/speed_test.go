package workbench_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/workbench"
)

// BenchmarkRequest measures what the log and the validation cost besides the work of the store.
func BenchmarkRequest(b *testing.B) {
	contract, err := api.Load()
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range []struct{ name, method, path, body string }{
		{"upload", "PUT", "/ImageStore/App/a?" + version, strings.Repeat("x", 4096)},
		{"list", "GET", "/ImageStore/App?" + version, ""},
		{"session", "GET", query, ""},
	} {
		for _, way := range []struct {
			name     string
			bare     bool
			contract *api.Contract
		}{{"store", true, nil}, {"log", false, nil}, {"check", false, contract}} {
			b.Run(row.name+"/"+way.name, func(b *testing.B) {
				store, err := emulator.New(emulator.WithFolder(b.TempDir()))
				if err != nil {
					b.Fatal(err)
				}
				defer store.Close()
				w := workbench.New(store, workbench.Options{Contract: way.contract})
				b.ReportAllocs()
				for b.Loop() {
					r := httptest.NewRequest(row.method, row.path, strings.NewReader(row.body))
					if way.bare {
						store.ServeHTTP(httptest.NewRecorder(), r)
					} else {
						w.ServeHTTP(httptest.NewRecorder(), r)
					}
				}
			})
		}
	}
}
