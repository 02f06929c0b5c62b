package emulator_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// storeProcess is the variable that makes the test binary a store, over the folder that it names.
const storeProcess = "SFSTORE_TEST_STORE"

func TestMain(m *testing.M) {
	if folder := os.Getenv(storeProcess); folder != "" {
		if err := serveFolder(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func serveFolder(folder string) error {
	store, err := emulator.New(emulator.WithFolder(folder))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "http://%s\n", listener.Addr())
	return http.Serve(listener, store)
}

// process is a store in its own process.
type process struct {
	cmd *exec.Cmd
	url string
}

// startStore starts a store over a folder. It ends with the test at the latest.
func startStore(t testing.TB, folder string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), storeProcess+"="+folder)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd}
	t.Cleanup(p.kill)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal("the store did not start: ", err)
	}
	p.url = strings.TrimSpace(line)
	return p
}

// kill ends the process at once and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// do sends a request and returns the status, or 0 if there was no response.
func do(client *http.Client, verb, url, body string, header ...string) int {
	r, err := http.NewRequest(verb, url, strings.NewReader(body))
	if err != nil {
		return 0
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(r)
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

// newClient returns a client with its own connections.
func newClient(t testing.TB) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}
}
