package emulator_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// disk is a file system on a loop device, whose power a test can cut.
type disk struct {
	t             *testing.T
	image, folder string
	mounted       bool
}

// newDisk makes and mounts a disk, or returns why it cannot. The disk is removed after the test.
func newDisk(t *testing.T) (*disk, error) {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil, errors.New("only root can mount a file system")
	}
	dir := t.TempDir()
	d := &disk{t: t, image: filepath.Join(dir, "image"), folder: filepath.Join(dir, "disk")}
	if err := os.Mkdir(d.folder, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(d.image, nil, 0o600); err != nil {
		return nil, err
	}
	if err := os.Truncate(d.image, 256<<20); err != nil {
		return nil, err
	}
	if err := run("mkfs.ext4", "-q", "-F", d.image); err != nil {
		return nil, err
	}
	t.Cleanup(d.release)
	return d, d.mount()
}

func (d *disk) mount() error {
	err := run("mount", "-t", "ext4", "-o", "loop", d.image, d.folder)
	d.mounted = err == nil
	return err
}

// cutPower makes the file system drop what it has not yet written to the disk, its journal included.
func (d *disk) cutPower() error {
	const (
		ioctlShutdown = 0x8004587d // FS_IOC_SHUTDOWN
		withoutFlush  = 2          // EXT4_GOING_FLAGS_NOLOGFLUSH
	)
	f, err := os.Open(d.folder)
	if err != nil {
		return err
	}
	defer f.Close()
	how := uint32(withoutFlush)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), ioctlShutdown, uintptr(unsafe.Pointer(&how))); errno != 0 {
		return fmt.Errorf("shut the file system down: %w", errno)
	}
	return nil
}

// unmount waits until the last process has closed its files on the disk.
func (d *disk) unmount() error {
	var err error
	for range 50 {
		if err = run("umount", d.folder); err == nil {
			d.mounted = false
			return nil
		}
		<-time.After(20 * time.Millisecond)
	}
	return err
}

// release removes the mount, and the loop device, which the kernel frees with the mount that it was
// made for.
func (d *disk) release() {
	if !d.mounted {
		return
	}
	if err := d.unmount(); err != nil {
		d.t.Errorf("unmounting: %v", err)
		_ = run("umount", "--lazy", d.folder)
	}
}

func run(name string, args ...string) error {
	text, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w %s", name, err, strings.TrimSpace(string(text)))
	}
	return nil
}
