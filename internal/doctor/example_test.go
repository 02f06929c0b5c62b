package doctor_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/doctor"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func Example() {
	store, err := emulator.New(emulator.WithPlatform(emulator.Linux))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	server := httptest.NewServer(store)
	defer server.Close()
	client, err := imagestore.New(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	report := doctor.Examine(context.Background(), doctor.Target{Client: client})
	for _, f := range report.Findings {
		if f.Verdict != doctor.OK {
			fmt.Printf("%s: %s: %s\n", f.Verdict, f.Check, f.Seen)
		}
	}
	// Output:
	// warning: upload sessions: not supported: each file is sent in a single PUT, and an upload cannot resume within a file
}
