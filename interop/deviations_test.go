package interop

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/sfstore/sfstore/api"
)

// deviation is a known difference from the contract in what a client sends.
type deviation struct {
	says string // as the middleware reports it
	why  string
}

// reports are those of the middleware around one store.
type reports struct {
	mu   sync.Mutex
	errs []error
}

func (r *reports) add(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err)
}

// check fails the test for every response of the store that is not in the contract, for every request
// that differs in an unknown way, and for every known difference that was not seen, so that the lists
// stay true.
func (r *reports) check(t *testing.T, known []deviation) {
	t.Helper()
	seen := map[string]bool{}
	for _, err := range r.errs {
		for _, says := range requestSide(t, err) {
			if seen[says] {
				continue
			}
			seen[says] = true
			if !slices.ContainsFunc(known, func(d deviation) bool { return d.says == says }) {
				t.Errorf("a request against the contract that is not known: %s (%v)", says, err)
			}
		}
	}
	for _, d := range known {
		if !seen[d.says] && !t.Failed() {
			t.Errorf("a known deviation did not show itself: %s", d.says)
		}
	}
}

// requestSide returns the differences in the request. A difference in the response is the store's
// fault, and fails the test.
func requestSide(t *testing.T, err error) []string {
	t.Helper()
	var found api.Differences
	if !errors.As(err, &found) {
		return []string{err.Error()}
	}
	var says []string
	for _, d := range found {
		if d.Side == api.InResponse {
			t.Errorf("the store answers against the contract: %v", err)
			continue
		}
		says = append(says, d.Error())
	}
	return says
}
