// Command dist builds what a release consists of, into the folder dist of the checkout: archives,
// packages, a software bill of materials for each archive, the document, and files for package
// managers. The same commit gives the same bytes with the same version of Go.
//
// It runs in the folder tools/dist: go run . -version v0.1.0 -page FILE. See make dist.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "dist: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	version := flag.String("version", "", "`version` of the release, such as v0.1.0")
	page := flag.String("page", "", "the document as an HTML `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	begin := time.Now()
	d, err := newDist(ctx, *version, *page)
	if err != nil {
		return err
	}
	if err := d.make(ctx); err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "dist has sfstore %s, built in %.0f s\n", d.tag, time.Since(begin).Seconds())
	return nil
}

// dist is one run. Folders are absolute.
type dist struct {
	release
	checkout string
	out      string // what is released
	work     string // everything else
	page     string
	host     string // the command as built for this machine
}

func newDist(ctx context.Context, version, page string) (*dist, error) {
	checkout, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	d := &dist{checkout: checkout, out: filepath.Join(checkout, "dist"), work: filepath.Join(checkout, ".cache", "dist")}
	if d.page, err = filepath.Abs(page); err != nil {
		return nil, err
	}
	d.release, err = readRelease(ctx, checkout, version)
	return d, err
}

func (d *dist) make(ctx context.Context) error {
	for _, dir := range []string{d.out, d.work} {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"build the tools", d.buildTools},
		{"build the command", d.buildCommands},
		{"write the manual", d.writeManual},
		{"write the completions", d.writeCompletions},
		{"collect the licences", d.collectLicences},
		{"copy the document", d.copyDocument},
		{"write the archives", d.writeArchives},
		{"write the bills of materials", d.writeBills},
		{"write the packages", d.writePackages},
		{"write the files for package managers", d.writeManifests},
		{"write the checksums", d.writeChecksums},
	} {
		begin := time.Now()
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Fprintf(os.Stdout, "%5.1f s  %s\n", time.Since(begin).Seconds(), step.name)
	}
	return nil
}

// run runs a program in the checkout. Its environment is that of this program with the given
// variables added, and with flags of Go that do not depend on this machine.
func (d *dist) run(ctx context.Context, dir string, env []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath -buildvcs=false", "GOWORK=off", "CGO_ENABLED=0",
		fmt.Sprintf("SOURCE_DATE_EPOCH=%d", d.date.Unix()))
	cmd.Env = append(cmd.Env, env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

// copyDocument copies the document, for its readers and for generators in other languages.
func (d *dist) copyDocument(context.Context) error {
	for name, from := range map[string]string{
		"openapi.yaml": filepath.Join(d.checkout, "openapi.yaml"),
		"openapi.html": d.page,
	} {
		if err := copyFile(filepath.Join(d.out, "sfstore_"+d.version+"_"+name), from, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(to, from string, mode os.FileMode) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, content, mode)
}
