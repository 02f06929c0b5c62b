package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

const startName = "sfstore version: ours / a program that prints a line"

// startUp compares what the start of the command costs with that of the smallest program.
func startUp(rounds int) error {
	dir, err := os.MkdirTemp("", "sfstore-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	source := filepath.Join(dir, "line.go")
	if err := os.WriteFile(source, []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"a line\") }\n"), 0o600); err != nil {
		return err
	}
	ours, line := filepath.Join(dir, "sfstore"), filepath.Join(dir, "line")
	for _, build := range [][]string{{"-C", "..", "build", "-o", ours, "./cmd/sfstore"}, {"build", "-o", line, source}} {
		if out, err := exec.Command("go", build...).CombinedOutput(); err != nil {
			return fmt.Errorf("go %v: %w\n%s", build, err, out)
		}
	}
	var times [2][]float64
	for range 10 * rounds { // they are short
		for i, command := range []*exec.Cmd{exec.Command(ours, "version"), exec.Command(line)} {
			if err := command.Run(); err != nil {
				return err
			}
			used := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
			times[i] = append(times[i], used.Seconds()*1000)
		}
	}
	fmt.Fprintf(os.Stdout, "%-72s CPU %.1f ms (%.1f to %.1f) / %.1f ms (%.1f to %.1f)\n", startName,
		median(times[0]), slices.Min(times[0]), slices.Max(times[0]), median(times[1]), slices.Min(times[1]), slices.Max(times[1]))
	return nil
}
