package cli_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/cli"
)

// TestAnInterruptedDoctorReportsItsFindings interrupts the command while the gateway does not respond.
func TestAnInterruptedDoctorReportsItsFindings(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, []string{"doctor", "--endpoint", server.URL}, strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
	if code != 3 || !strings.Contains(stdout.String(), "connected to") || strings.Contains(stdout.String(), "problem") {
		t.Errorf("exit code %d\n%s%s", code, stdout.String(), stderr.String())
	}
}
