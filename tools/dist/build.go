package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// platform is a system that the command is built for, as Go names it.
type platform struct{ os, arch string }

var platforms = []platform{
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"linux", "amd64"}, {"linux", "arm64"},
	{"windows", "amd64"}, {"windows", "arm64"},
}

func (p platform) program() string {
	if p.os == "windows" {
		return "sfstore.exe"
	}
	return "sfstore"
}

// name is that of an archive without its extension, and of the folder in it.
func (d *dist) name(p platform) string {
	return fmt.Sprintf("sfstore_%s_%s_%s", d.version, p.os, p.arch)
}

// binary is where the command for a platform is.
func (d *dist) binary(p platform) string {
	return filepath.Join(d.work, p.os+"_"+p.arch, p.program())
}

// buildTools builds nfpm, cyclonedx-gomod and go-licenses for this machine.
func (d *dist) buildTools(ctx context.Context) error {
	return d.run(ctx, ".", nil, "go", "build", "-o", filepath.Join(d.work, "tools")+string(filepath.Separator), "tool")
}

func (d *dist) tool(name string) string {
	return filepath.Join(d.work, "tools", name)
}

// buildCommands builds the command for each platform, and for this machine if it is another one.
func (d *dist) buildCommands(ctx context.Context) error {
	this := platform{runtime.GOOS, runtime.GOARCH}
	d.host = d.binary(this)
	all := platforms
	if !slices.Contains(all, this) {
		all = append([]platform{this}, all...)
	}
	const set = " -X github.com/sfstore/sfstore/internal/cli."
	flags := "-s -w" + set + "version=" + d.tag + set + "commit=" + d.commit + set + "date=" + d.date.Format(time.RFC3339)
	for _, p := range all {
		// Settings of this machine for other processors would change the bytes.
		env := []string{"GOOS=" + p.os, "GOARCH=" + p.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT="}
		if err := d.run(ctx, d.checkout, env, "go", "build", "-ldflags", flags, "-o", d.binary(p), "./cmd/sfstore"); err != nil {
			return fmt.Errorf("%s/%s: %w", p.os, p.arch, err)
		}
	}
	return nil
}
