package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// completions are the files of completions, named as each shell looks for them.
var completions = map[string]string{
	"bash": "sfstore.bash", "zsh": "_sfstore", "fish": "sfstore.fish", "powershell": "sfstore.ps1",
}

func (d *dist) writeCompletions(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(d.work, "completions"), 0o755); err != nil {
		return err
	}
	for shell, name := range completions {
		script, err := exec.CommandContext(ctx, d.host, "completion", shell).Output()
		if err != nil {
			return fmt.Errorf("%s: %w", shell, err)
		}
		if err := os.WriteFile(filepath.Join(d.work, "completions", name), script, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// licences is the folder with the licences of all modules that the command contains on a system.
func (d *dist) licences(system string) string { return filepath.Join(d.work, "licenses", system) }

func (d *dist) collectLicences(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	root := strings.TrimSpace(string(out))
	for _, system := range []string{"darwin", "linux", "windows"} {
		folder := d.licences(system)
		// go-licenses recognizes the standard library by its folder.
		env := []string{"GOROOT=" + root, "GOOS=" + system, "GOARCH=amd64"}
		if err := d.run(ctx, d.checkout, env, d.tool("go-licenses"), "save", "./cmd/sfstore",
			"--save_path", folder, "--ignore", "github.com/sfstore/sfstore"); err != nil {
			return fmt.Errorf("%s: %w", system, err)
		}
		if err := copyFile(filepath.Join(folder, "go", "LICENSE"), filepath.Join(root, "LICENSE"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// writeBills writes a bill of materials for each program, as CycloneDX. The modules are those that Go
// recorded in it.
func (d *dist) writeBills(ctx context.Context) error {
	for _, p := range platforms {
		env := []string{"GOOS=" + p.os, "GOARCH=" + p.arch} // named in each component
		if err := d.run(ctx, d.checkout, env, d.tool("cyclonedx-gomod"), "bin", "-json", "-std", "-noserial", "-notimestamp",
			"-version", d.tag, "-output", filepath.Join(d.out, d.name(p)+".cdx.json"), d.binary(p)); err != nil {
			return err
		}
	}
	return nil
}
