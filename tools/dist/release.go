package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// release is what is built.
type release struct {
	tag     string // such as v0.1.0
	version string // without the v
	commit  string
	date    time.Time // of the commit; every file that is released has it
}

var semantic = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$`)

// readRelease describes the commit that is checked out. It returns an error if the checkout
// differs from it, because nobody else could build the same then.
func readRelease(ctx context.Context, checkout, version string) (release, error) {
	if !semantic.MatchString(version) {
		return release{}, fmt.Errorf("version %q must look like v0.1.0; run make dist VERSION=v0.1.0", version)
	}
	changes, err := git(ctx, checkout, "status", "--porcelain")
	if err != nil {
		return release{}, err
	}
	if changes != "" {
		return release{}, errors.New("the checkout differs from its commit:\n" + changes)
	}
	shown, err := git(ctx, checkout, "show", "--no-patch", "--format=%H %cI", "HEAD")
	if err != nil {
		return release{}, err
	}
	commit, committed, _ := strings.Cut(shown, " ")
	date, err := time.Parse(time.RFC3339, committed)
	if err != nil {
		return release{}, err
	}
	return release{tag: version, version: version[1:], commit: commit, date: date.UTC()}, nil
}

func git(ctx context.Context, checkout string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = checkout
	out, err := cmd.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("%s: %w\n%s", cmd, err, failed.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
