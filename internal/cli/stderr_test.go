package cli_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

// TestNothingUnsolicitedIsPrinted talks to a server that sends more than was requested, with a token in
// it, before it responds to the next request.
func TestNothingUnsolicitedIsPrinted(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for _, reply := range []string{
			listing(`{"StoreFiles":[],"StoreFolders":[{"StoreRelativePath":"App","FileCount":"0"}]}`) + "HTTP/1.1 200 OK\r\nX: " + canaryToken + "\r\n\r\n",
			listing(`{"StoreFiles":[],"StoreFolders":[]}`),
		} {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = io.WriteString(conn, reply)
				// Until the client has seen the rest and closed the connection, or has sent the next
				// request before that.
				_, _ = io.CopyN(io.Discard, conn, 1)
			}
			_ = conn.Close()
		}
	}()
	cmd := exec.CommandContext(t.Context(), "sfstore", "ls", "--recursive", "--endpoint", "http://"+listener.Addr().String())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err = cmd.Run()
	// A client that has sent the next request takes the rest for its response, which is an error.
	printed := stderr.String()
	if strings.Contains(printed, canaryToken) || strings.Contains(printed, "Unsolicited") || err == nil && printed != "" {
		t.Errorf("printed %s", printed)
	}
}

func listing(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}
