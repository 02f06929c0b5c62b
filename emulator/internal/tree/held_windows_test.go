package tree

import (
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/windows"
)

// hold opens a stored file like a program that lets nobody change it.
func (b *bench) hold(path string) windows.Handle {
	b.t.Helper()
	name, err := windows.UTF16PtrFromString(filepath.Join(b.dir, "content", path))
	if err != nil {
		b.t.Fatal(err)
	}
	held, err := windows.CreateFile(name, windows.GENERIC_READ, windows.FILE_SHARE_READ, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		b.t.Fatal(err)
	}
	return held
}

func TestAFileThatAnotherProgramHolds(t *testing.T) {
	b := newBench(t, exact)
	b.put("a", "one")
	held := b.hold("a")
	var waited time.Duration
	b.sleep = func(pause time.Duration) { waited += pause }
	st := b.stage("two")
	if err := b.Put(st, "a", ""); !isHeld(err) || waited != patience || b.read("a") != "one" {
		t.Errorf("held all the time: %v after %s, %q", err, waited, b.read("a"))
	}
	b.sleep = func(time.Duration) { _ = windows.CloseHandle(held) }
	if err := b.Put(st, "a", ""); err != nil || b.read("a") != "two" {
		t.Errorf("let go: %v, %q", err, b.read("a"))
	}
}

func TestTheClockOfABubbleGoesOnWhileAFileIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, exact)
		b.put("a", "one")
		held, first, second := b.hold("a"), b.stage("two"), b.stage("three")
		time.AfterFunc(patience/2, func() { _ = windows.CloseHandle(held) })
		put := make(chan error)
		go func() { put <- b.Put(first, "a", "") }()
		synctest.Wait() // it sleeps
		if err := errors.Join(b.Put(second, "b", ""), <-put); err != nil || b.read("a") != "two" {
			t.Errorf("let go after a while: %v, %q", err, b.read("a"))
		}
	})
}
