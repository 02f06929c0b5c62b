package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api"
)

func loadContract(t *testing.T) *api.Contract {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

// against validates exchanges against the contract: every response, and the request if it succeeded and
// was not meant to be odd. The contract begins with api-version 3.0.
func against(contract *api.Contract) func(exchange, reply) error {
	return func(x exchange, r reply) error {
		request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(x.text())))
		good := r.status < 300 && !x.odd
		if err != nil {
			if good {
				return fmt.Errorf("invalid request: %w", err)
			}
			return nil
		}
		if v := request.URL.Query().Get("api-version"); strings.HasPrefix(v, "1.") || strings.HasPrefix(v, "2.") {
			return nil
		}
		if good {
			if err := contract.Request(request, []byte(x.body)); err != nil && !isOutside(request, err) {
				return fmt.Errorf("against the contract: %w", err)
			}
		}
		if err := contract.Response(request, r.status, r.header, []byte(r.body)); err != nil && !errors.Is(err, api.ErrNoOperation) {
			return fmt.Errorf("against the contract: %w", err)
		}
		return nil
	}
}

// text returns the request as it is on the wire.
func (x exchange) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n", x.verb, x.target)
	for _, h := range x.header {
		fmt.Fprintf(&b, "%s\r\n", h)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(x.body), x.body)
	return b.String()
}

// isOutside reports whether a request is one of the few outside the image store, which the contract
// does not cover.
func isOutside(request *http.Request, err error) bool {
	return errors.Is(err, api.ErrNoOperation) && !strings.HasPrefix(request.URL.Path, "/ImageStore")
}
