package upload

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/google/uuid"
	"github.com/zeebo/xxh3"
	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// digest is the XXH3 digest of some bytes. 128 bits are enough that no two files of a life
// meet by chance, and it costs less than reading them; it is no defence against somebody who
// makes files collide on purpose, who could as well upload what they like.
type digest [16]byte

// plan is how a file goes up: cut into chunks of one grid, each with its digest, and the id of
// the session that these bytes at this path have.
type plan struct {
	size, chunkSize int64
	chunks          []digest
	session         uuid.UUID // of a file that goes up in chunks
}

// sessionNamespace makes session ids of this uploader different from all others.
var sessionNamespace = uuid.MustParse("c1f8f5d2-4a57-4b7e-9d0c-6a2c1b6b2f4e")

// makePlan reads the source once, on several processors.
func makePlan(ctx context.Context, s *source, chunkSize int64) (*plan, error) {
	p := &plan{size: s.size, chunkSize: chunkSize}
	if s.size > chunkSize*maxChunks {
		return nil, wrongNumber("size", s.size, fmt.Sprintf("is more than %d chunks of %d bytes; choose larger ones", maxChunks, chunkSize))
	}
	p.chunks = make([]digest, (s.size+chunkSize-1)/chunkSize)
	if err := p.digestChunks(ctx, s); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *plan) digestChunks(ctx context.Context, s *source) error {
	processors := min(runtime.GOMAXPROCS(0), len(p.chunks))
	digestEach := func(ctx context.Context, from int) error {
		buffer := readBuffers.Get().(*[readSize]byte)
		defer readBuffers.Put(buffer)
		for i := from; i < len(p.chunks); i += processors {
			var err error
			if p.chunks[i], err = s.digest(ctx, p.chunk(i), buffer[:]); err != nil {
				return err
			}
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

// digest reads the bytes of a range. The buffer is only lent.
func (s *source) digest(ctx context.Context, r imagestore.Range, buffer []byte) (digest, error) {
	hash := hasher{}
	for at := r.First; at <= r.Last; {
		if err := ctx.Err(); err != nil {
			return digest{}, err
		}
		part := buffer[:min(int64(len(buffer)), r.Last+1-at)]
		if err := s.readFull(part, at); err != nil {
			return digest{}, err
		}
		at += int64(len(part))
		hash.write(part, at > r.Last)
	}
	return hash.sum, nil
}

// hasher digests a range in pieces. A range that comes in one piece, as small files do, needs
// no state that has to be made first.
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

// readFull reads all of p. A source that is shorter than it was has changed. One that gives
// less than was asked for, without saying why, is asked for the rest.
func (s *source) readFull(p []byte, at int64) error {
	for len(p) > 0 {
		n, err := s.ReadAt(p, at)
		switch {
		case n == len(p):
			return nil
		case n < 0 || n > len(p):
			return s.failed(fmt.Errorf("it says that it read %d bytes of %d", n, len(p)))
		case errors.Is(err, io.EOF):
			return s.failed(fmt.Errorf("%w: it ends at %d of %d bytes", ErrSourceChanged, at+int64(n), s.size))
		case err != nil:
			return s.failed(err)
		case n == 0:
			return s.failed(io.ErrNoProgress)
		}
		p, at = p[n:], at+int64(n)
	}
	return nil
}

// chunk is the i-th range of the grid; only the last may be shorter.
func (p *plan) chunk(i int) imagestore.Range {
	first := int64(i) * p.chunkSize
	return imagestore.Range{First: first, Last: min(first+p.chunkSize, p.size) - 1}
}

// sessionID derives the id from all that an upload can be continued by: the bytes, the path
// that the server compares, and the grid, since the server takes no chunk in parts.
func (p *plan) sessionID(path string) uuid.UUID {
	hash := xxh3.New()
	for _, chunk := range p.chunks {
		_, _ = hash.Write(chunk[:])
	}
	whole := hash.Sum128().Bytes()
	name := append([]byte{}, whole[:]...)
	name = binary.BigEndian.AppendUint64(name, uint64(p.size))
	name = binary.BigEndian.AppendUint64(name, uint64(p.chunkSize))
	return uuid.NewSHA1(sessionNamespace, append(name, path...))
}

// missing returns the chunks that a session expects. It fails when the session expects a part
// of a chunk, which no upload of this plan leaves behind.
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
