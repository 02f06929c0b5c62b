package emulator

import (
	"crypto/x509"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/testhost"
)

var update = flag.Bool("update", false, "write the recordings anew")

// The recordings: exchanges of the contract, and exchanges whose request is invalid.
const (
	recordingsFolder = "../api/testdata/emulator"
	refusedFolder    = "../api/testdata/refused"
)

// scenes are the recorded scenes. Each has its own store, and sends requests to it, one after another.
// Requests with a name are recorded.
func scenes(t *testing.T) []scene {
	fault := func(code string) Option { return WithFaults(faultOf(t, code)) }
	return slices.Concat([]scene{
		{name: "windows", requests: windowsRequests},
		{name: "linux", options: []Option{WithPlatform(Linux)}, requests: linuxRequests},
		{name: "small pages", prepare: func(s *Store) { s.maxPage = 200 }, requests: pagedRequests},
		{name: "refusals", requests: refusedRequests},
		{name: "no certificate", options: []Option{WithClientCAs(x509.NewCertPool())}, requests: []recorded{
			{name: "GetImageStoreInfo-forbidden", line: "GET /ImageStore/$/Info?api-version=6.5"},
		}},
		{name: "a slow disk", options: []Option{fault("*=delay/2s")}, requests: []recorded{
			{name: "CommitImageStoreUploadSession-timeout", line: commitLine + "&timeout=1"},
		}},
		{name: "a write under way", prepare: func(s *Store) { s.turns.try("App") }, requests: []recorded{
			{line: chunkLine, chunk: "bytes 0-5/6", body: "hello\n"},
			{name: "CommitImageStoreUploadSession-under-way", line: commitLine},
		}},
		{name: "a planted link", prepare: func(s *Store) { plant(t, s) }, requests: []recorded{
			{name: "UploadFile-disk-refuses", line: "PUT /ImageStore/Planted/a.txt?api-version=6.0", body: "hello\n"},
		}},
		{name: "the end", prepare: func(s *Store) { closeStore(t, s) }, requests: []recorded{
			{name: "GetImageStoreRootContent-closed", line: "GET /ImageStore?api-version=6.0"},
		}},
	}, brokenScenes(fault))
}

// brokenScenes are failures whose cause a small file, or this machine, cannot have.
func brokenScenes(fault func(string) Option) []scene {
	var all []scene
	for name, code := range map[string]string{
		"message-too-large": "413/FABRIC_E_MESSAGE_TOO_LARGE",
		"disk-full":         "500/0x80070070",
		"disk-error":        "500/FABRIC_E_IMAGESTORE_IOERROR",
		"body-broken":       "500/0x80070040",
		"canceled":          "503/E_ABORT",
		"denied":            "403/E_ACCESSDENIED",
		"no-gateway":        "502/FABRIC_E_GATEWAY_NOT_REACHABLE",
		"no-answer":         "504/FABRIC_E_COMMUNICATION_ERROR",
		"path-too-long":     "400/FABRIC_E_PATH_TOO_LONG",
	} {
		all = append(all, scene{name: name, options: []Option{fault("UploadFile=" + code)}, requests: []recorded{
			{name: "UploadFile-" + name, line: "PUT /ImageStore/App/a.txt?api-version=6.0", body: "hello\n"},
		}})
	}
	return all
}

const (
	id         = "4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e"
	unknownID  = "00000000-0000-0000-0000-000000000001"
	noID       = "00000000-0000-0000-0000-000000000000"
	chunkLine  = "PUT /ImageStore/App/Code.zip/$/UploadChunk?api-version=6.0&session-id=" + id
	commitLine = "POST /ImageStore/$/CommitUploadSession?api-version=6.0&session-id=" + id
	deleteLine = "DELETE /ImageStore/$/DeleteUploadSession?api-version=6.0&session-id=" + id
	askLine    = "GET /ImageStore/$/GetUploadSession?api-version=6.0&session-id=" + id
	copyLine   = "POST /ImageStore/$/Copy?api-version=6.0"
)

var windowsRequests = []recorded{
	{name: "GetImageStoreRootContent-empty-store", line: "GET /ImageStore?api-version=6.0"},
	{name: "UploadFile", line: "PUT /ImageStore/App/a.txt?api-version=6.0", body: "hello\n"},
	{name: "UploadFile-mark", line: "PUT /ImageStore/App/_.dir?api-version=6.0"},
	{name: "UploadFile-name-too-long", line: "PUT /ImageStore/App/" + strings.Repeat("a", maxNameBytes+1) + "?api-version=6.0", body: "hello\n"},
	{name: "UploadFile-name-of-no-file", line: "PUT /ImageStore/App/a%3Ab?api-version=6.0", body: "hello\n"},
	{name: "UploadFile-escape-of-nothing", line: "PUT /ImageStore/App/100%25zz?api-version=6.0", body: "hello\n"},
	{name: "UploadFile-no-text", line: "PUT /ImageStore/App/%FF?api-version=6.0", body: "hello\n"},
	{name: "UploadFile-over-a-folder", line: "PUT /ImageStore/App?api-version=6.0", body: "hello\n"},
	{name: "GetImageStoreRootContent", line: "GET /ImageStore?api-version=6.0"},
	{name: "GetImageStoreContent", line: "GET /ImageStore/App?api-version=6.2"},
	{name: "GetImageStoreContent-file", line: "GET /ImageStore/App%5CA.TXT?api-version=6.2"},
	{name: "GetImageStoreContent-missing", line: "GET /ImageStore/No/Such?api-version=6.2"},
	{name: "GetImageStoreContent-missing-as-before-6.2", line: "GET /ImageStore/No/Such?api-version=6.1"},
	{name: "GetImageStoreContent-nothing-more", line: "GET /ImageStore/App?api-version=6.2&ContinuationToken=App%5Czz"},
	{name: "GetImageStoreContent-without-pages", line: "GET /ImageStore/App?api-version=3.0"},
	{name: "GetImageStoreFolderSize", line: "GET /ImageStore/App/$/FolderSize?api-version=6.5"},
	{name: "GetImageStoreFolderSize-missing", line: "GET /ImageStore/No/$/FolderSize?api-version=6.5"},
	{name: "GetImageStoreFolderSize-older-version", line: "GET /ImageStore/App/$/FolderSize?api-version=6.4"},
	{name: "GetImageStoreRootFolderSize", line: "GET /ImageStore/$/FolderSize?api-version=6.5"},

	{name: "GetImageStoreUploadSessionById-unknown", line: askLine},
	{name: "GetImageStoreUploadSessionById-no-id", line: strings.Replace(askLine, id, noID, 1)},
	{name: "GetImageStoreUploadSessionByPath-none", line: "GET /ImageStore/App/Code.zip/$/GetUploadSession?api-version=6.0"},
	{name: "UploadFileChunk-no-id", line: strings.Replace(chunkLine, id, noID, 1), chunk: "bytes 4-9/10", body: "45678\n"},
	{name: "UploadFileChunk", line: chunkLine, chunk: "bytes 4-9/10", body: "45678\n"},
	{name: "UploadFileChunk-again", line: chunkLine, chunk: "bytes 4-9/10", body: "45678\n"},
	{name: "UploadFileChunk-another-size", line: chunkLine, chunk: "bytes 0-3/11", body: "012\n"},
	{name: "UploadFileChunk-conflict", line: strings.Replace(chunkLine, "Code", "Data", 1), chunk: "bytes 0-3/10", body: "012\n"},
	{name: "GetImageStoreUploadSessionById", line: askLine},
	{name: "GetImageStoreUploadSessionByPath", line: "GET /ImageStore/App/Code.zip/$/GetUploadSession?api-version=6.0"},
	{name: "CommitImageStoreUploadSession-incomplete", line: commitLine},
	{line: chunkLine, chunk: "bytes 0-3/10", body: "012\n"},
	{name: "GetImageStoreInfo", line: "GET /ImageStore/$/Info?api-version=6.5"},
	{name: "CommitImageStoreUploadSession", line: commitLine},
	{name: "CommitImageStoreUploadSession-again", line: commitLine},
	{name: "CommitImageStoreUploadSession-unknown", line: strings.Replace(commitLine, id, unknownID, 1)},
	{name: "GetImageStoreUploadSessionById-complete", line: askLine},
	{name: "DeleteImageStoreUploadSession", line: deleteLine},
	{name: "DeleteImageStoreUploadSession-unknown", line: deleteLine},

	{name: "CopyImageStoreContent", line: copyLine, json: `{"RemoteSource":"App","RemoteDestination":"Store\\App","SkipFiles":["a.txt"]}` + "\n"},
	{name: "CopyImageStoreContent-missing", line: copyLine, json: `{"RemoteSource":"No","RemoteDestination":"App"}` + "\n"},
	{name: "DeleteImageStoreContent-reserved", line: "DELETE /ImageStore/Store?api-version=6.0"},
	{name: "DeleteImageStoreContent", line: "DELETE /ImageStore/App?api-version=6.0"},
	{name: "DeleteImageStoreContent-missing", line: "DELETE /ImageStore/App?api-version=6.0"},
}

// linuxRequests are those to which a gateway on Linux responds differently.
var linuxRequests = []recorded{
	{line: "PUT /ImageStore/App/a.txt?api-version=6.0", body: "hello\n"},
	{name: "UploadFile-linux-any-name", line: "PUT /ImageStore/App/A%23%3F%25?api-version=6.0", body: "hello\n"},
	{name: "GetImageStoreContent-linux", line: "GET /ImageStore/App?api-version=6.2"},
	{name: "GetImageStoreContent-linux-other-case", line: "GET /ImageStore/APP?api-version=6.2"},
	{name: "UploadFileChunk-linux", line: chunkLine, chunk: "bytes 0-5/6", body: "hello\n"},
	{name: "GetImageStoreUploadSessionById-linux", line: askLine},
	{name: "GetImageStoreUploadSessionByPath-linux", line: "GET /ImageStore/App/a.txt/$/GetUploadSession?api-version=6.0"},
	{name: "CommitImageStoreUploadSession-linux", line: commitLine},
	{name: "DeleteImageStoreUploadSession-linux", line: deleteLine},
}

var pagedRequests = []recorded{
	{line: "PUT /ImageStore/App/a.txt?api-version=6.0", body: "hello\n"},
	{line: "PUT /ImageStore/App/b.txt?api-version=6.0", body: "hello\n"},
	{name: "GetImageStoreContent-first-page", line: "GET /ImageStore/App?api-version=6.2"},
	{name: "GetImageStoreContent-next-page", line: "GET /ImageStore/App?api-version=6.2&ContinuationToken=App%5Ca.txt"},
	{name: "GetImageStoreContent-too-large-without-pages", line: "GET /ImageStore/App?api-version=3.0"},
}

// refusedRequests are not in the contract.
var refusedRequests = []recorded{
	{name: "UploadFileChunk-backwards", line: chunkLine, chunk: "bytes 3-0/10", body: "012\n"},
	{name: "CopyImageStoreContent-no-JSON", line: copyLine, json: "RemoteSource=App\n"},
	{name: "GetImageStoreContent-no-time", line: "GET /ImageStore/App?api-version=6.2&timeout=0"},
	{name: "GetImageStoreContent-no-version", line: "GET /ImageStore/App"},
	{name: "GetImageStoreUploadSessionById-bad-id", line: strings.Replace(askLine, id, "5", 1)},
	{name: "UploadFileChunk-bad-id", line: strings.Replace(chunkLine, id, "5", 1), chunk: "bytes 0-5/6", body: "hello\n"},
	{name: "UploadFileChunk-bad-range", line: chunkLine, chunk: "bytes first-last/6", body: "hello\n"},
	{name: "none-other-case", line: "GET /imagestore?api-version=6.0"},
	{name: "none-other-verb", line: "PATCH /ImageStore/App?api-version=6.0"},
	{name: "none-unknown-command", line: "GET /ImageStore/App/$/Rename?api-version=6.0"},
}

// TestRecordings plays the scenes and compares the store's responses with the recordings. With -update
// it records them, as `make recordings` does.
func TestRecordings(t *testing.T) {
	testhost.Symlink(t, ".", filepath.Join(t.TempDir(), "link")) // skips the test if there are no links: one is planted below
	got := make(map[string]string)
	for _, s := range scenes(t) {
		folder := recordingsFolder
		if s.name == "refusals" {
			folder = refusedFolder
		}
		for name, text := range s.play(t) {
			file := folder + "/" + name + ".http"
			if _, twice := got[file]; twice {
				t.Errorf("two recordings are called %s", name)
			}
			got[file] = text
		}
	}
	if *update {
		write(t, got)
	}
	want := kept(t)
	for _, file := range slices.Sorted(maps.Keys(got)) {
		if want[file] != got[file] {
			t.Errorf("%s has drifted (make recordings); it is\n%s\nand was\n%s", file, got[file], want[file])
		}
		delete(want, file)
	}
	for file := range want {
		t.Errorf("%s is no recording (make recordings)", file)
	}
}

// kept returns the existing recordings.
func kept(t *testing.T) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	for _, folder := range []string{recordingsFolder, refusedFolder} {
		files, err := filepath.Glob(folder + "/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[filepath.ToSlash(file)] = string(text)
		}
	}
	return texts
}

func write(t *testing.T, texts map[string]string) {
	t.Helper()
	for _, folder := range []string{recordingsFolder, refusedFolder} {
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for file, text := range texts {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
