package emulator

import (
	"crypto/x509"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Option changes how [New] makes a [Store].
type Option func(*config) error

// OptionError is returned by [New] for an option that is nil or has an invalid
// value.
type OptionError struct {
	Option string // the function that made it, such as "WithFolder"; empty for nil
	Reason string // what is wrong
}

func (e *OptionError) Error() string {
	if e.Option == "" {
		return e.Reason
	}
	return e.Option + ": " + e.Reason
}

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

// WithFolder keeps the store in dir, which is created if it is missing, and
// not removed by [Store.Close]. Only one Store at a time can use a folder.
// Without this option the store is in a temporary folder that Close removes.
func WithFolder(dir string) Option {
	return func(c *config) error {
		if dir == "" {
			return &OptionError{"WithFolder", "the folder has no name"}
		}
		c.folder = dir
		return nil
	}
}

// WithPlatform chooses the platform whose gateway the store behaves like; the
// default is [Windows].
func WithPlatform(p Platform) Option {
	return func(c *config) error {
		if p != Windows && p != Linux {
			return &OptionError{"WithPlatform", fmt.Sprintf("unknown platform %v", p)}
		}
		c.platform = p
		return nil
	}
}

// WithSessionTimeout sets how long an upload session exists after its last new
// chunk, at least; the default is 30 minutes and d must be positive. Sweeps,
// which end sessions, are a sixth of d apart.
func WithSessionTimeout(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 {
			return &OptionError{"WithSessionTimeout", fmt.Sprintf("the session timeout %v is not positive", d)}
		}
		c.sessionTimeout = d
		return nil
	}
}

// WithClock makes the store call now for the time. It must be safe for
// concurrent use. Sessions expire and files are dated by it.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return &OptionError{"WithClock", "the clock is nil"}
		}
		c.now = now
		return nil
	}
}

// WithFaults injects faults into chosen requests. It may be given repeatedly.
func WithFaults(faults ...Fault) Option {
	return func(c *config) error {
		if err := validate(faults); err != nil {
			return &OptionError{"WithFaults", err.Error()}
		}
		c.faults = append(c.faults, faults...)
		return nil
	}
}

// WithChaos turns on the faults that Service Fabric can inject into its own
// uploads, with the numbers of its source, counted since the store was made.
// A new session is a "create"; a request that begins one counts as a create
// and as a chunk. Requests that the gateway itself rejects, such as the commit
// of an unknown or unfinished session, do not count.
//
//   - Every 7th create, 11th chunk and 9th commit is lost before it is done.
//   - The reply to every 13th create, 23rd chunk and 11th commit that
//     succeeded is lost; so is the reply to every 7th commit if it failed.
//   - The first chunk that begins at 30 MiB is confirmed and not recorded.
//   - The 20th chunk and the 19th commit of those that are not lost get
//     404 NotFound.
//   - Every chunk that begins at 9 MiB stalls for 15 seconds.
//   - Every 11th file to be written, by a PUT or a commit, waits for 35
//     seconds if its path contains "xml".
//
// The lost messages are inside the cluster: the client's request lasts as long
// as its timeout parameter allows, and then gets 504 FABRIC_E_TIMEOUT. Lost
// messages do not affect a single PUT, because the gateway repeats them.
func WithChaos() Option {
	return func(c *config) error {
		c.chaos = &chaos{}
		return nil
	}
}

// WithRequestLog calls log once for each request, after its response, from
// many goroutines at once.
func WithRequestLog(log func(Exchange)) Option {
	return func(c *config) error {
		if log == nil {
			return &OptionError{"WithRequestLog", "the request log is nil"}
		}
		c.log = log
		return nil
	}
}

// WithClientCAs makes the store reject, with 403 and an empty body, every
// request without a client certificate issued by an authority of pool. The
// server must request the certificate: tls.Config{ClientAuth:
// tls.RequestClientCert}.
func WithClientCAs(pool *x509.CertPool) Option {
	return func(c *config) error {
		if pool == nil {
			return &OptionError{"WithClientCAs", "the pool of client certificate authorities is nil"}
		}
		c.clientCAs = pool
		return nil
	}
}

// WithRuntimeVersion sets the version of Service Fabric that the store reports,
// such as "11.3" or "9.1.1436.9590". Its first two numbers are the
// highest api-version accepted, read as the gateway does, as a decimal
// fraction. The default is "11.3".
func WithRuntimeVersion(v string) Option {
	return func(c *config) error {
		parts := strings.Split(v, ".")
		for _, part := range parts {
			if _, err := strconv.ParseUint(part, 10, 32); err != nil || len(parts) < 2 {
				return &OptionError{"WithRuntimeVersion", fmt.Sprintf("the runtime version %q is not numbers separated by dots, such as 11.3", v)}
			}
		}
		highest, err := strconv.ParseFloat(parts[0]+"."+parts[1], 64)
		if err != nil || highest < 1 {
			return &OptionError{"WithRuntimeVersion", fmt.Sprintf("the runtime version %q is below 1.0", v)}
		}
		c.runtimeVersion, c.maxVersion = v, highest
		return nil
	}
}
