package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Clients and servers are separate processes of this program, so that the processor time and the memory
// of each can be measured.

// result is what one upload took.
type result struct {
	Began  time.Time
	Wall   float64 // seconds
	CPU    float64 // seconds of the client, user and system
	Memory float64 // most that the client had resident, in MiB
	First  float64 // seconds until the server had the first byte of a body
}

// childMain is main of the processes that this program starts.
func childMain(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "sink":
		return sinkMain("127.0.0.1:0", args[1] == "https")
	case len(args) == 4 && args[0] == "send":
		return sendMain(args[1], args[2], args[3])
	case len(args) >= 2 && args[0] == "far":
		return farMain(args[1], args[2:])
	}
	return fmt.Errorf("no such process: %q", args)
}

// sinkMain serves until standard input ends. Its first line of output is its URL.
func sinkMain(address string, secure bool) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := listening(newSink(), listener, secure)
	fmt.Fprintln(os.Stdout, server.URL)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// sendMain uploads a file or a folder, and prints what it took.
func sendMain(name, url, path string) error {
	c, err := clientOf(name, url)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	work := c.file
	if info.IsDir() {
		work = c.folder
	}
	cpu, began := processorTime(), time.Now()
	if err := work(context.Background(), path); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result{Began: began, Wall: time.Since(began).Seconds(), CPU: processorTime() - cpu, Memory: peakMemory()})
}

// process is a child that serves.
type process struct {
	url  string
	stop func()
}

// startProcess starts this program as a server.
func startProcess(args ...string) (*process, error) {
	return startCommand(self(args...))
}

func startCommand(child *exec.Cmd) (*process, error) {
	end, err := child.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	stop := func() { _ = end.Close(); _ = child.Wait() }
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return nil, errors.New("a server does not start")
	}
	return &process{strings.TrimSpace(line), stop}, nil
}

func self(args ...string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	child := exec.Command(program, append([]string{"-as"}, args...)...)
	child.Stderr = os.Stderr
	return child
}

// send starts a child that uploads to a server, and returns what the upload took.
func send(by func(args ...string) *exec.Cmd, name, url, path string) (result, error) {
	var r result
	out, err := by("send", name, url, path).Output()
	if err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	return r, json.Unmarshal(out, &r)
}

// firstByte returns when the first byte of a body arrived at the server since the last query.
func firstByte(url string) (at time.Time, err error) {
	rsp, err := newBare(url, 0).client.Get(url + "/first")
	if err != nil {
		return at, err
	}
	defer rsp.Body.Close()
	if rsp.StatusCode != http.StatusOK {
		return at, errors.New(rsp.Status)
	}
	return at, json.NewDecoder(rsp.Body).Decode(&at)
}
