package emulator

import (
	"strings"
	"sync"
)

// pending is the set of paths that are being written or deleted at this
// moment. The store refuses a second operation on one of them instead of
// making it wait.
type pending struct {
	mu    sync.Mutex
	paths map[string]bool // lower-cased path to whether all below goes too
}

// begin claims a path, or, with all, a path and everything below it. The
// returned function gives it back.
func (p *pending) begin(path string, all bool) (end func(), err error) {
	key := strings.ToLower(path) // without regard to case on either platform
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, taken := p.paths[key]; taken {
		return nil, errOperationsPending
	}
	for other, otherAll := range p.paths {
		if otherAll && isBelow(key, other) || all && isBelow(other, key) {
			return nil, errOperationsPending
		}
	}
	p.paths[key] = all
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.paths, key)
	}, nil
}

// isBelow tells whether path lies in folder, at any depth.
func isBelow(path, folder string) bool {
	return len(path) > len(folder) && path[len(folder)] == '/' && strings.HasPrefix(path, folder)
}
