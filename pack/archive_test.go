package pack

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// packAll packs a whole file system as one archive.
func packAll(ctx context.Context, src fs.FS) ([]byte, Archive, error) {
	conf, err := newConfig(nil)
	if err != nil {
		return nil, Archive{}, err
	}
	t, err := conf.walk(ctx, src)
	if err != nil {
		return nil, Archive{}, err
	}
	entries, err := t.entries(".")
	if err != nil {
		return nil, Archive{}, err
	}
	var data bytes.Buffer
	report, err := newPacker(src).pack(ctx, archive{"All.zip", ".", entries}, &data)
	return data.Bytes(), report, err
}

func TestAnArchiveHoldsPathsAndContentsAndNothingElse(t *testing.T) {
	src := fstest.MapFS{
		"b.txt":       {Data: []byte("b"), Mode: 0o755},
		"a/c.txt":     {Data: []byte(strings.Repeat("c", 100_000))},
		"a.txt":       {Data: nil},
		"empty":       {Mode: fs.ModeDir},
		"mark/_.dir":  {},
		"a/deep/_.no": {Data: []byte("x")},
		"größe.txt":   {Data: []byte("ü")},
	}
	data, report, err := packAll(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	want := Archive{Path: "All.zip", Files: 5, Size: 100_004, Packed: int64(len(data))}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Error(diff)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
		if !f.Modified.Equal(entryTime) || f.ExternalAttrs != 0 || f.CreatorVersion>>8 != 0 || f.Comment != "" || f.NonUTF8 {
			t.Errorf("%s has more than its content: %+v", f.Name, f.FileHeader)
		}
		if compressed := f.Method == zip.Deflate; compressed != (f.UncompressedSize64 > 0) {
			t.Errorf("%s of %d bytes has method %d", f.Name, f.UncompressedSize64, f.Method)
		}
	}
	order := []string{"a.txt", "a/c.txt", "a/deep/_.no", "b.txt", "empty/", "größe.txt", "mark/"}
	if diff := cmp.Diff(order, names); diff != "" {
		t.Error(diff)
	}
}

// TestTheBytesAreThoseOfTheLastRelease fails if a release of Go compresses differently. Then pin the
// new digest, and announce in the change log that archives have other bytes.
func TestTheBytesAreThoseOfTheLastRelease(t *testing.T) {
	const pinned = "52d37fdd1e6f81f3fc3d95ca2cee673afa44cc7f7554643196b4bd9be1de72ab"
	random := rand.New(rand.NewPCG(1, 2))
	var words strings.Builder
	for words.Len() < 200_000 {
		fmt.Fprintf(&words, "word%d ", random.IntN(2000))
	}
	noise := make([]byte, 70_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	data, _, err := packAll(t.Context(), fstest.MapFS{
		"words.txt": {Data: []byte(words.String())}, "noise.bin": {Data: noise},
		"zeros.bin": {Data: make([]byte, 300_000)}, "none": {}, "empty": {Mode: fs.ModeDir},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := digest(data); got != pinned {
		t.Errorf("with %s the digest is %s", runtime.Version(), got)
	}
}

func TestMoreEntriesThanThePlainFormatCounts(t *testing.T) {
	a := archive{path: "a.zip", folder: "."}
	for i := range 1<<16 + 1 {
		a.entries = append(a.entries, fmt.Sprintf("%d/", i))
	}
	var data bytes.Buffer
	if _, err := newPacker(fstest.MapFS{}).pack(t.Context(), a, &data); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(data.Bytes()), int64(data.Len()))
	if err != nil || len(r.File) != len(a.entries) {
		t.Errorf("%d entries are read of %d, %v", len(r.File), len(a.entries), err)
	}
}
