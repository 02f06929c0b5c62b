package imagestore_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"testing"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestSecretsAreNotInPanics ends a process in the middle of a call. The output has the client as the
// value of the panic, and the stacks of all goroutines.
func TestSecretsAreNotInPanics(t *testing.T) {
	const token = "canary-token-4712"
	if os.Getenv("SFSTORE_PANICS") != "" {
		panicInACall(t, token)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "SFSTORE_PANICS=1", "GOTRACEBACK=system")
	said, err := cmd.CombinedOutput()
	if err == nil || !bytes.Contains(said, []byte("panic: ")) || !bytes.Contains(said, []byte("Client).List")) {
		t.Fatalf("the call did not panic: %v\n%s", err, said)
	}
	if bytes.Contains(said, []byte(token)) || bytes.Contains(said, []byte("PRIVATE KEY")) {
		t.Errorf("a secret is in the panic:\n%s", said)
	}
}

func panicInACall(t *testing.T, token string) {
	mine := authority.Issue()
	_, key := testcert.PEM(mine)
	var c *imagestore.Client
	c = newClient(t, serveTLS(t, func(http.ResponseWriter, *http.Request) {}).URL, trusting(imagestore.Security{Certificate: &mine}),
		imagestore.WithToken(func(context.Context) (string, error) { return token, nil }),
		imagestore.WithRequestID(func() string { panic(fmt.Sprintf("%v %+v %d bytes of key", c, c, len(key))) }))
	_, _ = c.List(t.Context(), "App")
}
