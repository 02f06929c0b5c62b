package imagestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// octets is the media type of a file's bytes.
const octets = "application/octet-stream"

// withLength sends the body with its length: gateways sometimes take a missing Content-Length for
// 0, and the generated client knows only the length of a few types of reader.
func withLength(size int64) editor {
	return func(_ context.Context, r *http.Request) error {
		empty := r.Body == nil || r.Body == http.NoBody
		if !empty && r.GetBody != nil && r.ContentLength == size {
			return nil // in memory, and of that size: net/http sends a small one with its head
		}
		r.ContentLength = size
		switch {
		case empty && size > 0:
			// net/http would send nothing, and the server store an empty file.
			return &ArgumentError{Argument: "body", Reason: fmt.Sprintf("is empty and should have %d bytes", size)}
		case empty:
		case size == 0:
			// With a length of 0 and a body, net/http would treat the length as unknown.
			_ = r.Body.Close()
			r.Body = http.NoBody
		default:
			r.Body = &exactBody{ReadCloser: r.Body, left: size}
			if again := r.GetBody; again != nil { // for a connection that closed before it was used
				r.GetBody = func() (io.ReadCloser, error) {
					body, err := again()
					return &exactBody{ReadCloser: body, left: size}, err
				}
			}
		}
		return nil
	}
}

// exactBody fails unless its body has exactly the announced length. It reads past the end
// before it returns the last bytes: net/http does so only afterwards, when the server has a
// request that looks whole and may store it.
type exactBody struct {
	io.ReadCloser
	left int64
}

var errBodyLonger = errors.New("the body is longer than its size says")

func (b *exactBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	switch {
	case b.left > 0 && err == io.EOF:
		return n, fmt.Errorf("the body ends %d bytes before its size says", b.left)
	case b.left > 0 || err != nil && err != io.EOF:
		return n, err
	case err == nil:
		if more, _ := io.ReadFull(b.ReadCloser, make([]byte, 1)); more > 0 {
			return 0, errBodyLonger
		}
	}
	return n, io.EOF
}

// refused closes the body of a request that is not sent, as its method promises.
func refused(body io.Reader, err error) error {
	if closer, ok := body.(io.Closer); ok {
		_ = closer.Close()
	}
	return err
}

func checkSize(size int64) error {
	if size < 0 {
		return &ArgumentError{Argument: "size", Value: fmt.Sprint(size), Reason: "is negative"}
	}
	return nil
}
