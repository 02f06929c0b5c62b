package transport

import (
	"io"
	"sync"
	"time"
)

const (
	// smallPiece and largePiece are how much of a body is read and written at once, in bytes.
	// net/http alone takes 32 KiB, which it allocates for each request. With 256 KiB a body that is
	// digested on its way costs a tenth less processor time; 512 KiB gain little, and each connection
	// that sends has one piece.
	smallPiece, largePiece = 32 << 10, 256 << 10
	// quick is how long a piece may take for the next one to be larger. On a slow line pieces stay
	// small, so that the provider of the body sees progress.
	quick = 100 * time.Millisecond
)

var (
	smallPieces = sync.Pool{New: func() any { return new([smallPiece]byte) }}
	largePieces = sync.Pool{New: func() any { return new([largePiece]byte) }}
)

// ReadFrom writes everything from r. net/http uses it to send bodies without TLS.
func (c *limitedConn) ReadFrom(r io.Reader) (n int64, err error) {
	if body, ok := r.(*io.LimitedReader); ok && body.N <= smallPiece {
		buffer := smallPieces.Get().(*[smallPiece]byte)
		defer smallPieces.Put(buffer)
		return c.readFrom(r, buffer[:])
	}
	buffer := largePieces.Get().(*[largePiece]byte)
	defer largePieces.Put(buffer)
	return c.readFrom(r, buffer[:])
}

func (c *limitedConn) readFrom(r io.Reader, buffer []byte) (n int64, err error) {
	for size := smallPiece; ; {
		read, err := r.Read(buffer[:size])
		if read > 0 {
			begin := time.Now()
			written, err := c.Write(buffer[:read])
			n += int64(written)
			if err != nil {
				return n, err
			}
			if size = min(2*size, len(buffer)); time.Since(begin) > quick {
				size = smallPiece
			}
		}
		switch err {
		case nil:
		case io.EOF:
			return n, nil
		default:
			return n, err
		}
	}
}
