package upload

import (
	"errors"
	"math"
	"time"

	"github.com/sfstore/sfstore/internal/exclude"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const (
	// DefaultChunkSize is the size of a chunk in bytes, and the largest file that is sent in a
	// single PUT. Measured over 51 ms and 400 Mbit/s (make bench prints the table): eight at a time,
	// chunks of 1 MiB lose 1 % and larger ones gain nothing, while up to workers x chunk is sent
	// again after a kill. A session takes five requests more than a single PUT.
	DefaultChunkSize = 4 << 20
	// DefaultWorkers is the maximum number of concurrent requests with a body. Small files need
	// that many at a distance: at 51 ms, 400 files of 4 KiB take 1.53 s with 32, 1.26 with 48, 1.05 with 64,
	// 0.98 with 80 and 0.95 with 96, of which about 0.5 are queries and checks. Without a distance 8 to 80
	// make no difference.
	DefaultWorkers = 80
	// MaxChunkSize is the largest body that is known to pass every gateway, in bytes.
	MaxChunkSize = 25 << 20
)

// bytesInFlight bounds the bytes of all concurrent bodies together, unless the number of workers was
// given, and chunksInFlight is the number of concurrent chunks at least. On a line of 51 ms and 400 Mbit/s one chunk of
// 4 MiB at a time uses 0.6 of the rate, 4 use 0.99, 8 all of it, and 16 gain nothing (make bench prints
// the table); 8 leave room for twice the round trip or twice the rate.
const (
	bytesInFlight  = 32 << 20
	chunksInFlight = 8
)

// Option changes how an [Uploader] works. An invalid value makes [New] return an
// [*imagestore.ArgumentError].
type Option func(*config) error

type config struct {
	chunkSize int64
	workers   int
	bytes     int64 // in flight; 0 for the default
	retry     Retry
	stall     time.Duration
	progress  func(Event)
	exclude   []string
	follow    bool
	dryRun    bool
	extras    Extras
	takeOver  bool
	noResume  bool
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

// Retry is how long one step, such as sending one chunk, is retried if a retry can help. The
// pause before each attempt is drawn at random up to a bound that begins with
// First and doubles up to Longest. A field that is zero keeps its default.
type Retry struct {
	Attempts int           // maximum number of attempts, the first included; 10 by default
	Elapsed  time.Duration // no attempt begins later than this after the first; 5 minutes by default
	First    time.Duration // the bound of the first pause; 100 milliseconds by default
	Longest  time.Duration // the bound of every pause; 10 seconds by default
}

// WithChunkSize sets the size of a chunk, in bytes from 1 to [MaxChunkSize], [DefaultChunkSize]
// unless set. A file that fits into one chunk is sent in a single PUT. An interrupted upload
// resumes only with the same size.
func WithChunkSize(n int64) Option {
	return func(c *config) error {
		if n < 1 || n > MaxChunkSize {
			return wrongNumber("chunk size", n, "must be from 1 to 26214400 bytes")
		}
		c.chunkSize = n
		return nil
	}
}

// WithWorkers sets the number of concurrent requests with a body, over all files and
// chunks of an [Uploader] together, from 1 to 256. Unless set they are up to [DefaultWorkers], and up to
// 32 MiB or eight chunks. Responses 429, 503 and 504 halve the number, which then grows again slowly.
func WithWorkers(n int) Option {
	return func(c *config) error {
		if n < 1 || n > 256 {
			return wrongNumber("number of workers", int64(n), "must be from 1 to 256")
		}
		c.workers, c.bytes = n, math.MaxInt64
		return nil
	}
}

// WithRetry sets how long a step is retried. Negative numbers are invalid.
func WithRetry(r Retry) Option {
	return func(c *config) error {
		if r.Attempts < 0 || r.Elapsed < 0 || r.First < 0 || r.Longest < 0 {
			return &imagestore.ArgumentError{Argument: "retry", Reason: "has a negative number"}
		}
		c.retry = r.or(c.retry)
		return nil
	}
}

// WithStallTimeout sets how long a request may last without a byte of its body being sent; then
// it is abandoned and retried. It is 30 seconds unless set, and must be positive. The time to get
// a token does not count.
func WithStallTimeout(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 {
			return &imagestore.ArgumentError{Argument: "stall timeout", Value: d.String(), Reason: "must be positive"}
		}
		c.stall = d
		return nil
	}
}

// WithProgress calls a function with each event. It must not be nil and must return quickly,
// because the upload waits for it. It gets one event of a call at a time; concurrent calls of an
// [Uploader] report concurrently.
func WithProgress(report func(Event)) Option {
	return func(c *config) error {
		if report == nil {
			return &imagestore.ArgumentError{Argument: "progress", Reason: "is nil"}
		}
		c.progress = report
		return nil
	}
}

// WithExclude leaves out the files and folders of [Uploader.Folder] and [Uploader.VerifyFolder]
// that match one of the patterns. The same patterns mean the same to package pack: * and ? stay
// within a name, ** spans folders, {a,b} is one of two. A pattern without a slash matches a name
// at any depth, one with a slash matches from the root of the folder, and one that ends in a slash
// matches a folder with everything below it. A pattern that no path can match is invalid. One that
// matched nothing is an event, [Unmatched], and is listed in the report. Several options are
// combined.
func WithExclude(patterns ...string) Option {
	return func(c *config) error {
		for _, pattern := range patterns {
			if err := exclude.Check(pattern); err != nil {
				return patternError(err)
			}
		}
		c.exclude = append(c.exclude, patterns...)
		return nil
	}
}

func patternError(err error) error {
	wrong, ok := errors.AsType[*exclude.Error](err)
	if !ok {
		return err
	}
	return &imagestore.ArgumentError{Argument: "pattern", Value: wrong.Pattern, Reason: wrong.Reason}
}

// WithFollowLinks uploads the targets of symbolic links in a folder, instead of rejecting links.
func WithFollowLinks() Option {
	return func(c *config) error {
		c.follow = true
		return nil
	}
}

// WithTakeOver uploads to a folder even if another upload to it is running. The other upload ends
// with a [*ConflictError]; it has 20 seconds to notice, before anything is sent.
func WithTakeOver() Option {
	return func(c *config) error {
		c.takeOver = true
		return nil
	}
}

// WithoutResume begins to send at once. The source is read once, and digested as it is sent, instead of
// being read before for the id of its upload session. Retries, lost sessions and checks work as usual
// within the call, but a call that failed cannot be resumed: its session is deleted, and the next call
// sends everything. It is for networks that are as fast as the disk, and for files larger than memory on slow
// disks. A folder's files are opened before anything is sent, and not read; the same upload run again
// after a kill must wait for the claim of the first one, or take it over.
func WithoutResume() Option {
	return func(c *config) error {
		c.noResume = true
		return nil
	}
}

// WithDryRun checks everything that an upload checks before it sends the first byte, and then
// returns. The report names the files that would be sent, with their sizes, and for a folder the
// extra files of the destination. Nothing is changed in the store.
func WithDryRun() Option {
	return func(c *config) error {
		c.dryRun = true
		return nil
	}
}
