package upload

import (
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const (
	// DefaultChunkSize is how a file is cut, in bytes, and the largest file that goes up in one
	// piece. Measured over 51 ms and 400 Mbit/s (make bench prints the table): with 8 workers,
	// chunks of 1 MiB lose 1 % and larger ones gain nothing, while up to workers x chunk is sent
	// again after a kill. A session takes five requests more than one piece does.
	DefaultChunkSize = 4 << 20
	// DefaultWorkers is how many requests with a body are under way at once. There, one worker
	// makes 0.6 of the line, 4 make 0.99, 8 all of it, and 16 no more; 8 leave room for a round
	// trip or a rate of twice that. Without a round trip 4 and more make no difference.
	DefaultWorkers = 8
	// MaxChunkSize is the largest body that is known to pass every gateway, in bytes.
	MaxChunkSize = 25 << 20
)

// Option changes how an [Uploader] works. A wrong value makes [New] return an
// [*imagestore.ArgumentError].
type Option func(*config) error

type config struct {
	chunkSize int64
	workers   int
	retry     Retry
	stall     time.Duration
	progress  func(Event)
	exclude   []string
	follow    bool
}

func defaultConfig() config {
	return config{
		chunkSize: DefaultChunkSize,
		workers:   DefaultWorkers,
		retry:     Retry{Attempts: 10, Elapsed: 5 * time.Minute, First: 100 * time.Millisecond, Longest: 10 * time.Second},
		stall:     30 * time.Second,
		progress:  func(Event) {},
	}
}

// Retry says how long one step, such as sending one chunk, is tried again when trying again
// can help. The pause before each attempt is drawn at random up to a bound that begins with
// First and doubles up to Longest. A field that is zero keeps its default.
type Retry struct {
	Attempts int           // how often a step is tried in all; 10
	Elapsed  time.Duration // no attempt begins later than this after the first; 5 minutes
	First    time.Duration // 100 milliseconds
	Longest  time.Duration // 10 seconds
}

// WithChunkSize sets how a file is cut, in bytes from 1 to [MaxChunkSize]. A file that fits
// into one chunk goes up in one piece. An upload that was interrupted goes on only under the
// same size.
func WithChunkSize(n int64) Option {
	return func(c *config) error {
		if n < 1 || n > MaxChunkSize {
			return wrongNumber("chunk size", n, "must be from 1 to 26214400 bytes")
		}
		c.chunkSize = n
		return nil
	}
}

// WithWorkers sets how many requests with a body are under way at once, over all files and
// chunks of an [Uploader] together, from 1 to 256.
func WithWorkers(n int) Option {
	return func(c *config) error {
		if n < 1 || n > 256 {
			return wrongNumber("number of workers", int64(n), "must be from 1 to 256")
		}
		c.workers = n
		return nil
	}
}

// WithRetry sets how long a step is tried again.
func WithRetry(r Retry) Option {
	return func(c *config) error {
		if r.Attempts < 0 || r.Elapsed < 0 || r.First < 0 || r.Longest < 0 {
			return &imagestore.ArgumentError{Argument: "retry", Reason: "has a negative number"}
		}
		c.retry = r.or(c.retry)
		return nil
	}
}

// WithStallTimeout sets how long a request may go on without a byte of its body being taken;
// then it is abandoned and tried again. It is 30 seconds unless set. Time that a token takes
// does not count.
func WithStallTimeout(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 {
			return &imagestore.ArgumentError{Argument: "stall timeout", Value: d.String(), Reason: "must be positive"}
		}
		c.stall = d
		return nil
	}
}

// WithProgress reports what happens. The function must return quickly: the upload waits for
// it. It gets one event of a call at a time; calls that run side by side report side by side.
func WithProgress(report func(Event)) Option {
	return func(c *config) error {
		if report == nil {
			return &imagestore.ArgumentError{Argument: "progress", Reason: "is nil"}
		}
		c.progress = report
		return nil
	}
}

// WithExclude leaves out the files and folders of [Uploader.Folder] whose name, or whose path
// from the folder's root, matches one of the patterns, which are those of [path.Match].
func WithExclude(patterns ...string) Option {
	return func(c *config) error {
		for _, pattern := range patterns {
			if err := checkPattern(pattern); err != nil {
				return err
			}
		}
		c.exclude = append(c.exclude, patterns...)
		return nil
	}
}

// WithFollowLinks uploads what symbolic links of a folder point to, instead of refusing them.
func WithFollowLinks() Option {
	return func(c *config) error {
		c.follow = true
		return nil
	}
}
