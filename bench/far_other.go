//go:build !linux

package main

import (
	"errors"
	"os/exec"
)

func farMissing() string { return "a line of packets needs Linux" }

func (far) start() (*process, func(args ...string) *exec.Cmd, error) {
	return nil, nil, errors.New(farMissing())
}

func farMain(string, []string) error { return errors.New(farMissing()) }
