package emulator

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Option changes how [New] makes a [Store].
type Option func(*config) error

type config struct {
	folder         string
	platform       Platform
	sessionTimeout time.Duration
	now            func() time.Time
	faults         []Fault
	chaos          *chaos // nil: none
	log            func(Exchange)
	clientCAs      *x509.CertPool
	runtimeVersion string
	maxVersion     float64
}

func defaults() config {
	return config{
		platform:       Windows,
		sessionTimeout: 30 * time.Minute,
		now:            time.Now,
		runtimeVersion: "11.3",
		maxVersion:     11.3,
	}
}

// WithFolder keeps the store in dir, which is made if it is missing, and
// leaves it there after [Store.Close]. One folder serves one Store at a time.
// Without it the store lives in a temporary folder that Close removes.
func WithFolder(dir string) Option {
	return func(c *config) error {
		if dir == "" {
			return errors.New("the folder has no name")
		}
		c.folder = dir
		return nil
	}
}

// WithPlatform chooses whose behaviour the store has; the default is
// [Windows].
func WithPlatform(p Platform) Option {
	return func(c *config) error {
		if p != Windows && p != Linux {
			return fmt.Errorf("unknown platform %v", p)
		}
		c.platform = p
		return nil
	}
}

// WithSessionTimeout sets how long an upload session lives after its last new
// chunk, at the least; the default is 30 minutes and d must be positive. The
// sweep that ends sessions shortens with it, to a sixth of d.
func WithSessionTimeout(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 {
			return fmt.Errorf("the session timeout %v is not positive", d)
		}
		c.sessionTimeout = d
		return nil
	}
}

// WithClock makes the store take the time from now, which must be safe for
// concurrent use. Sessions expire and files are dated by it.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("the clock is nil")
		}
		c.now = now
		return nil
	}
}

// WithFaults makes chosen requests go wrong. It may be given more than once.
func WithFaults(faults ...Fault) Option {
	return func(c *config) error {
		for i, f := range faults {
			if err := f.validate(); err != nil {
				return fmt.Errorf("fault %d: %w", i+1, err)
			}
		}
		c.faults = append(c.faults, faults...)
		return nil
	}
}

// WithChaos turns on the faults that Service Fabric itself can inject into
// uploads, counted from the making of the store. A new session is a "create";
// a request that begins one counts as a create and as a chunk.
//
//   - Every 7th create and every 11th chunk is dropped before it is done.
//   - The reply to every 13th create, 23rd chunk and 11th commit that
//     succeeded is dropped; so is the reply to every 7th commit if it failed.
//   - The 5th chunk is answered with success and not recorded.
//   - The 20th chunk and the 3rd commit are answered 404 NotFound.
//   - The 30th chunk stalls for 15 seconds.
//
// Dropped means that the connection closes without an answer.
func WithChaos() Option {
	return func(c *config) error {
		c.chaos = &chaos{}
		return nil
	}
}

// WithRequestLog calls log once for each request, after it is answered. Calls
// come from many goroutines at once.
func WithRequestLog(log func(Exchange)) Option {
	return func(c *config) error {
		if log == nil {
			return errors.New("the request log is nil")
		}
		c.log = log
		return nil
	}
}

// WithClientCAs makes the store refuse, with 403 and an empty body, every
// request that came without a client certificate issued by one of pool. The
// server in front has to ask for it: tls.Config{ClientAuth:
// tls.RequestClientCert}.
func WithClientCAs(pool *x509.CertPool) Option {
	return func(c *config) error {
		if pool == nil {
			return errors.New("the pool of client certificate authorities is nil")
		}
		c.clientCAs = pool
		return nil
	}
}

// WithRuntimeVersion sets the version of Service Fabric that the store claims
// to be, such as "11.3" or "9.1.1436.9590". Its first two numbers are the
// highest api-version accepted, read as the gateway does, as a decimal
// fraction. The default is "11.3".
func WithRuntimeVersion(v string) Option {
	return func(c *config) error {
		parts := strings.Split(v, ".")
		for _, part := range parts {
			if _, err := strconv.ParseUint(part, 10, 32); err != nil || len(parts) < 2 {
				return fmt.Errorf("the runtime version %q is not numbers with dots between, such as 11.3", v)
			}
		}
		highest, err := strconv.ParseFloat(parts[0]+"."+parts[1], 64)
		if err != nil || highest < 1 {
			return fmt.Errorf("the runtime version %q is below 1.0", v)
		}
		c.runtimeVersion, c.maxVersion = v, highest
		return nil
	}
}
