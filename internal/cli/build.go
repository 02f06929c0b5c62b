package cli

import (
	"bytes"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/sfstore/sfstore"
)

// What a packager sets, for a source tree that is not a Git checkout:
//
//	go build -ldflags "-X github.com/sfstore/sfstore/internal/cli.version=v0.1.0" ./cmd/sfstore
//
// commit is a full commit hash, date its time in RFC 3339. Each is optional.
var version, commit, date string

// build is the result of sfstore version. A string is empty where the value is unknown.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Date     string `json:"date"`     // of the commit
	Modified bool   `json:"modified"` // the source differed from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Document string `json:"document"` // info.version of openapi.yaml
}

// thisBuild describes the running program.
func thisBuild() build {
	b := build{Version: version, Commit: commit, Date: date}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.complete(info)
	}
	if b.Version == "" {
		b.Version = "devel"
	}
	b.Go, b.Platform, b.Document = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH, documentVersion(sfstore.Document)
	return b
}

// complete adds the values that Go recorded when it built the program, unless a packager set them.
func (b *build) complete(info *debug.BuildInfo) {
	recorded := map[string]string{}
	for _, s := range info.Settings {
		recorded[s.Key] = s.Value
	}
	if b.Commit == "" {
		b.Commit, b.Date = recorded["vcs.revision"], recorded["vcs.time"]
		b.Modified = recorded["vcs.modified"] == "true"
	}
	switch {
	case b.Version != "":
	case info.Main.Version != "" && info.Main.Version != "(devel)":
		b.Version = info.Main.Version
	case b.Commit != "":
		b.Version = "devel-" + b.Commit[:min(12, len(b.Commit))]
	}
}

// documentVersion returns info.version of the document. It reads the one line, which is among the
// first: parsing the whole takes longer than all else that sfstore version does.
func documentVersion(document []byte) string {
	for line := range bytes.Lines(document) {
		if value, ok := bytes.CutPrefix(line, []byte("  version: ")); ok {
			return strings.Trim(string(value), "'\"\r\n ")
		}
	}
	return ""
}
