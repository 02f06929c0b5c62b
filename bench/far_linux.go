package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	serverAddress = "10.99.0.2"
	clientAddress = "10.99.0.1"
	device        = "bench0"
)

// farMissing returns why this machine cannot have such a line, or "".
func farMissing() string {
	if os.Getuid() != 0 {
		return "a line of packets needs root"
	}
	if _, err := os.Stat("/dev/net/tun"); err != nil {
		return "there is no /dev/net/tun"
	}
	if _, err := exec.LookPath("ip"); err != nil {
		return "there is no command ip"
	}
	return ""
}

// start starts a sink at the other end of the line, and returns it with a function that makes commands
// at this end.
func (f far) start() (*process, func(args ...string) *exec.Cmd, error) {
	child, deviceOf, err := inNamespace(serverAddress, "sink")
	if err != nil {
		return nil, nil, err
	}
	server, err := startCommand(child)
	if err != nil {
		return nil, nil, err
	}
	far, err := deviceOf()
	if err != nil {
		return nil, nil, err
	}
	line := newTunnel(f, far)
	by := func(args ...string) *exec.Cmd {
		child, deviceOf, err := inNamespace(clientAddress, args...)
		if err != nil {
			return &exec.Cmd{Err: err}
		}
		go func() {
			if device, err := deviceOf(); err == nil {
				line.attach(device)
			}
		}()
		return child
	}
	stop := server.stop
	server.stop = func() { line.close(); stop() }
	return server, by, nil
}

// inNamespace makes a child with its own network. The child passes its device to this process when it
// starts.
func inNamespace(address string, args ...string) (child *exec.Cmd, deviceOf func() (*os.File, error), err error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "pair"), os.NewFile(uintptr(pair[1]), "pair")
	child = self(append([]string{"far", address}, args...)...)
	child.ExtraFiles = []*os.File{theirs}
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	return child, func() (*os.File, error) { return receive(ours) }, nil
}

// receive receives a file from another process.
func receive(from *os.File) (*os.File, error) {
	conn, err := net.FileConn(from)
	_ = from.Close()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	space := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := conn.(*net.UnixConn).ReadMsgUnix(make([]byte, 1), space)
	if err != nil {
		return nil, err
	}
	messages, err := unix.ParseSocketControlMessage(space[:n])
	if err != nil || len(messages) != 1 {
		return nil, errors.Join(errors.New("no device came"), err)
	}
	files, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(files[0], true); err != nil { // so that closing ends a read
		return nil, err
	}
	return os.NewFile(uintptr(files[0]), device), nil
}

// farMain is main of a process at one end of a line.
func farMain(address string, args []string) error {
	if err := openDevice(address); err != nil {
		return fmt.Errorf("network of %s: %w", address, err)
	}
	if args[0] == "sink" {
		return sinkMain(address+":0", false)
	}
	return childMain(args)
}

// openDevice makes a device in the network of this process, and passes it to the parent. TCP uses cubic
// over it, whatever the machine prefers, because some other algorithms ignore losses.
func openDevice(address string) error {
	tun, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	request, err := unix.NewIfreq(device)
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(tun, unix.TUNSETIFF, request); err != nil {
		return err
	}
	for _, command := range []string{
		"ip link set lo up",
		fmt.Sprintf("ip addr add %s/24 dev %s", address, device),
		fmt.Sprintf("ip link set %s mtu %d txqueuelen 10000 up", device, mtu),
		fmt.Sprintf("ip route replace 10.99.0.0/24 dev %s src %s congctl cubic", device, address),
	} {
		words := strings.Fields(command)
		if out, err := exec.CommandContext(context.Background(), words[0], words[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", command, err, out)
		}
	}
	return unix.Sendmsg(3, []byte{0}, unix.UnixRights(tun), nil, 0)
}
