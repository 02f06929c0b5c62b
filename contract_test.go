package sfstore_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/gen"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestGeneratedClientHasEveryOperation ignores case, because Go writes ID where the document has Id.
func TestGeneratedClientHasEveryOperation(t *testing.T) {
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]bool{}
	for method := range reflect.TypeFor[*gen.Client]().Methods() {
		methods[strings.ToLower(strings.TrimSuffix(method.Name, "WithBody"))] = true
	}
	for _, id := range contract.Operations() {
		if !methods[strings.ToLower(id)] {
			t.Errorf("gen has no method for operation %s: run make generate", id)
		}
	}
}

// TestClientAndLocalStoreMeetInTheContract calls every operation of the document with the typed client
// on the local store. Both sides of every exchange are validated against the document. An operation of
// the document that is not called fails the test.
func TestClientAndLocalStoreMeetInTheContract(t *testing.T) {
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	reached := new(api.Coverage)
	counted := contract.WithCoverage(reached)
	report := func(err error) { t.Error(err) }

	store, err := emulator.New(emulator.WithFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	server := httptest.NewServer(counted.Middleware(store, report))
	defer server.Close()
	client, err := imagestore.New(server.URL,
		imagestore.WithHTTPClient(&http.Client{Transport: contract.Transport(server.Client().Transport, report)}))
	if err != nil {
		t.Fatal(err)
	}

	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if failed, ok := errors.AsType[*imagestore.FabricError](err); ok {
			t.Fatalf("%s: %v", failed.Operation, err)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	first, second := []byte("the first chunk, "), []byte("the second")
	size := int64(len(first) + len(second))
	session := uuid.New()
	head := imagestore.Range{First: 0, Last: int64(len(first)) - 1}
	tail := imagestore.Range{First: int64(len(first)), Last: size - 1}

	if _, err := client.ListRoot(ctx); !imagestore.HasCode(err, imagestore.CodeNameDoesNotExist) {
		t.Errorf("root of an empty store: %v", err)
	}
	sessions, err := client.UploadSessionsByPath(ctx, "App/Code.zip")
	must(err)
	if len(sessions) != 0 {
		t.Errorf("sessions before the first chunk: %v", sessions)
	}
	must(client.UploadFileChunk(ctx, "App/Code.zip", session, tail, size, bytes.NewReader(second)))
	sessions, err = client.UploadSessionsByPath(ctx, "App/Code.zip")
	must(err)
	if len(sessions) != 1 || sessions[0].ID != session || sessions[0].Remaining() != head.Len() {
		t.Errorf("sessions after the second chunk: %v", sessions)
	}
	if err := client.UploadFileChunk(ctx, "App/Code.zip", session, tail, size, bytes.NewReader(second)); !imagestore.HasCode(err, imagestore.CodeUploadSessionRangeNotSatisfiable) {
		t.Errorf("a chunk sent twice: %v", err)
	}
	must(client.UploadFileChunk(ctx, "App/Code.zip", session, head, size, bytes.NewReader(first)))
	state, found, err := client.UploadSessionByID(ctx, session)
	must(err)
	if !found || !state.Complete() {
		t.Errorf("session after all chunks: %v %v", found, state)
	}
	must(client.CommitUploadSession(ctx, session))
	must(client.DeleteUploadSession(ctx, session))
	must(client.UploadFile(ctx, "App/_.dir", http.NoBody, 0))
	must(client.CopyContent(ctx, imagestore.Copy{Source: "App", Destination: "Backup", SkipFiles: []string{"nothing"}, CheckMarkFile: true, Flag: imagestore.CopyEcho}))

	content, err := client.List(ctx, "Backup/Code.zip")
	must(err)
	if len(content.Files) != 1 || content.Files[0].Size != size {
		t.Errorf("the copy: %v", content)
	}
	total, err := client.RootFolderSize(ctx)
	must(err)
	part, err := client.FolderSize(ctx, "Backup")
	must(err)
	if part.Size != size || total.Size != 2*size {
		t.Errorf("sizes %d and %d, want %d and twice that", part.Size, total.Size, size)
	}
	info, err := client.Info(ctx)
	must(err)
	if info.Disk.Capacity == 0 {
		t.Errorf("info without a disk: %v", info)
	}
	must(client.DeleteContent(ctx, "Backup"))

	if missing := reached.Missing(contract); len(missing) > 0 {
		t.Errorf("the document has operations that no test reaches: %v", missing)
	}
}
