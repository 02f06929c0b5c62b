package upload

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/google/uuid"
	"github.com/zeebo/xxh3"
	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// digest is the XXH3 digest of some bytes. 128 bits make an accidental collision practically
// impossible, and computing it costs less than reading the bytes. It is not a defence against
// somebody who makes files collide on purpose.
type digest [16]byte

// isKnown reports whether bytes were digested. With [WithoutResume] that happens as they are sent.
func (d digest) isKnown() bool { return d != digest{} }

// agrees reports whether bytes have the same digest as before. On the first call it stores their
// digest.
func (d *digest) agrees(now digest) bool {
	if !d.isKnown() {
		*d = now
	}
	return *d == now
}

// plan is how a file is uploaded: the chunks of one grid, each with its digest, and the id of the
// session of these bytes at this path.
type plan struct {
	size, chunkSize int64
	chunks          []digest
	session         uuid.UUID // of a file that is uploaded in chunks
}

// sessionNamespace makes session ids of this uploader different from all others.
var sessionNamespace = uuid.MustParse("c1f8f5d2-4a57-4b7e-9d0c-6a2c1b6b2f4e")

// newPlan makes a plan without digests.
func newPlan(s *source, chunkSize int64) (*plan, error) {
	p := &plan{size: s.size, chunkSize: chunkSize}
	if s.size > chunkSize*maxChunks {
		return nil, wrongNumber("size", s.size, fmt.Sprintf("is more than %d chunks of %d bytes; choose larger ones", maxChunks, chunkSize))
	}
	p.chunks = make([]digest, (s.size+chunkSize-1)/chunkSize)
	return p, nil
}

// digestChunks reads the source once, on several processors, and reports how many bytes it has read.
func (p *plan) digestChunks(ctx context.Context, s *source, read func(n int64)) error {
	processors := min(runtime.GOMAXPROCS(0), len(p.chunks))
	if s.inOrder != nil {
		processors = 1
	}
	digestEach := func(ctx context.Context, from int) error {
		buffer := readBuffers.Get().(*[readSize]byte)
		defer readBuffers.Put(buffer)
		for i := from; i < len(p.chunks); i += processors {
			var err error
			if p.chunks[i], err = s.digest(ctx, p.chunk(i), buffer[:]); err != nil {
				return err
			}
			read(p.chunk(i).Len())
		}
		return nil
	}
	if processors <= 1 { // as for every small file
		return digestEach(ctx, 0)
	}
	group, ctx := errgroup.WithContext(ctx)
	for from := range processors {
		group.Go(func() error { return digestEach(ctx, from) })
	}
	return group.Wait()
}

// maxChunks bounds the memory of a plan to 256 MiB, for a file of 64 TiB in chunks of 4 MiB.
const maxChunks = 1 << 24

// readSize is how much of a source is read at once, in bytes: little enough to stay in a
// processor's cache until it is digested.
const readSize = 128 << 10

var readBuffers = sync.Pool{New: func() any { return new([readSize]byte) }}

// hasher digests a range in pieces. A range of a single piece, as of a small file, needs no state.
type hasher struct {
	state *xxh3.Hasher
	sum   digest // once the last piece was written
}

func (h *hasher) write(piece []byte, last bool) {
	if h.state == nil && last {
		h.sum = xxh3.Hash128(piece).Bytes()
		return
	}
	if h.state == nil {
		h.state = xxh3.New()
	}
	_, _ = h.state.Write(piece)
	if last {
		h.sum = h.state.Sum128().Bytes()
	}
}

// chunk is the i-th range of the grid; only the last may be shorter.
func (p *plan) chunk(i int) imagestore.Range {
	first := int64(i) * p.chunkSize
	return imagestore.Range{First: first, Last: min(first+p.chunkSize, p.size) - 1}
}

// sessionID derives the id from everything that two uploads must have in common to share a
// session: the bytes, the path that the server compares, and the grid, because the server does not
// accept a part of a chunk.
//
// The version that the path had before makes it an id that was never committed: the server does
// nothing at a commit under the id that the file has. A file also has the id of a commit that failed
// while it overwrote the file, so each new start has another id.
func (p *plan) sessionID(path string, before *imagestore.File, starts int) uuid.UUID {
	name := p.fingerprint()
	if before != nil {
		name = binary.BigEndian.AppendUint64(name, before.Version.Number)
		name = binary.BigEndian.AppendUint64(name, uint64(before.Version.DataLossEpoch))
		name = binary.BigEndian.AppendUint64(name, uint64(before.Version.ConfigurationEpoch))
	}
	if starts > 0 {
		name = binary.BigEndian.AppendUint64(name, uint64(starts))
	}
	return uuid.NewSHA1(sessionNamespace, append(name, path...))
}

// fingerprint is the digest of the bytes, with their size and the grid.
func (p *plan) fingerprint() []byte {
	hash := xxh3.New()
	for _, chunk := range p.chunks {
		_, _ = hash.Write(chunk[:])
	}
	whole := hash.Sum128().Bytes()
	name := append([]byte{}, whole[:]...)
	name = binary.BigEndian.AppendUint64(name, uint64(p.size))
	return binary.BigEndian.AppendUint64(name, uint64(p.chunkSize))
}

// missing returns the chunks that a session expects. It returns an error if the session expects a
// part of a chunk, which no upload of this plan leaves.
func (p *plan) missing(expected []imagestore.Range) ([]int, error) {
	var chunks []int
	for _, r := range expected {
		first, last := int(r.First/p.chunkSize), int(r.Last/p.chunkSize)
		if p.chunk(first).First != r.First || p.chunk(last).Last != r.Last {
			return nil, errOffGrid
		}
		for i := first; i <= last; i++ {
			chunks = append(chunks, i)
		}
	}
	return chunks, nil
}

var errOffGrid = errors.New("the upload session expects a part of a chunk")
