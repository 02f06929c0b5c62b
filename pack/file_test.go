package pack

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestAFileThatChangesIsAnError(t *testing.T) {
	for name, change := range map[string]func(*slowFile){
		"it grows":                     func(f *slowFile) { f.size++; f.info.size++ },
		"it grows and says nothing":    func(f *slowFile) { f.size++ },
		"it does not stop growing":     func(f *slowFile) { f.size += 64 << 20 },
		"it shrinks":                   func(f *slowFile) { f.size--; f.info.size-- },
		"it shrinks and says nothing":  func(f *slowFile) { f.size-- },
		"it is appended to at the end": func(f *slowFile) { f.info.size++ },
		"it is written over":           func(f *slowFile) { f.info.time = entryTime },
	} {
		t.Run(name, func(t *testing.T) {
			src := &slowFS{name: "big", size: 3 * bufferSize}
			src.onRead = func(f *slowFile) {
				if f.read == bufferSize {
					change(f)
				}
			}
			_, err := newPacker(src).pack(t.Context(), archive{"a.zip", ".", []string{"big"}}, &bytes.Buffer{})
			if !errors.Is(err, ErrChanged) {
				t.Errorf("the error is %v", err)
			}
			expectError(t, err, `compress "big": the file changed while it was read: `)
			if src.last.read > 5*bufferSize {
				t.Errorf("%d bytes were read of a file that had %d", src.last.read, src.size)
			}
		})
	}
}

func TestAFileIsWrittenInPiecesOfOneSize(t *testing.T) {
	src := &touchedFS{fstest.MapFS{"a": {Data: make([]byte, 2*bufferSize+1)}}, 1}
	f, err := open(src, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var pieces piecesOf
	if err := f.copyTo(t.Context(), &pieces, make([]byte, bufferSize), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(piecesOf{bufferSize, bufferSize, 1}, pieces); diff != "" {
		t.Error(diff)
	}
}

// piecesOf records the sizes of writes.
type piecesOf []int

func (w *piecesOf) Write(p []byte) (int, error) {
	*w = append(*w, len(p))
	return len(p), nil
}

func TestAFileThatBecameSomethingElseIsAnError(t *testing.T) {
	src := fstest.MapFS{"dir/folder/x": {}}
	_, err := newPacker(src).pack(t.Context(), archive{"a.zip", "dir", []string{"folder", "gone"}}, &bytes.Buffer{})
	expectError(t, err, `compress "dir/folder": is not a regular file but a folder`)
	_, err = newPacker(src).pack(t.Context(), archive{"a.zip", "dir", []string{"gone"}}, &bytes.Buffer{})
	expectError(t, err, `compress "dir/gone": file does not exist`)
}

func TestCancellationIsNoticedWithinOneBuffer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	src := &slowFS{name: "big", size: 64 << 20}
	src.onRead = func(f *slowFile) {
		if f.read == 2*bufferSize {
			cancel()
		}
	}
	_, err := newPacker(src).pack(ctx, archive{"a.zip", ".", []string{"big"}}, &bytes.Buffer{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if src.last.read > 3*bufferSize {
		t.Errorf("%d bytes were read", src.last.read)
	}
	if !src.last.closed {
		t.Error("the file is still open")
	}
}

func TestAnErrorOfTheSourceNamesTheFile(t *testing.T) {
	broken := errors.New("bad sector")
	src := &slowFS{name: "big", size: 1 << 20}
	src.onRead = func(f *slowFile) { f.err = &fs.PathError{Op: "read", Path: path.Join("/x", f.info.name), Err: broken} }
	_, err := newPacker(src).pack(t.Context(), archive{"a.zip", ".", []string{"big"}}, &bytes.Buffer{})
	if !errors.Is(err, broken) || err.Error() != `compress "big": bad sector` {
		t.Errorf("the error is %v", err)
	}
}
