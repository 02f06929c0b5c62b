package cli

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func TestPictures(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name     string
		size     int64
		expected []imagestore.Range
		width    int
		want     string
	}{
		{"nothing has arrived", 100, []imagestore.Range{{First: 0, Last: 99}}, 5, "[.....]"},
		{"everything has arrived", 100, nil, 5, "[#####]"},
		{"a part of a cell has arrived", 100, []imagestore.Range{{First: 30, Last: 99}}, 5, "[#:...]"},
		{"one byte is missing at the end", 100, []imagestore.Range{{First: 99, Last: 99}}, 5, "[####:]"},
		{"a file has fewer bytes than the picture is wide", 3, []imagestore.Range{{First: 1, Last: 1}}, 50, "[#.#]"},
		{"an empty file expects a byte that it does not have", 0, []imagestore.Range{{First: 0, Last: 0}}, 5, "[#]"},
		{"the terminal is too narrow", 100, nil, -3, "[#]"},
		{"a file is as large as can be", 1<<63 - 1, []imagestore.Range{{First: 1<<62 - 1, Last: 1<<63 - 2}}, 4, "[##..]"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := imagestore.UploadSession{Size: row.size, Expected: row.expected}
			if got := picture(s, row.width); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

// TestPicturesAreExact draws sessions of all kinds: a cell is full only if nothing in it is missing,
// empty only if nothing in it has arrived, and the width is used. It does not use package rapid, which
// would add 15 ms to the start of each command that the tests run.
func TestPicturesAreExact(t *testing.T) {
	t.Parallel()
	for size := 1; size <= 8; size++ {
		for bits := range 1 << size {
			arrived := make([]bool, size)
			for i := range arrived {
				arrived[i] = bits>>i&1 == 1
			}
			for width := 1; width <= size+1; width++ {
				wantTrue(t, arrived, width)
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 100 {
		arrived := make([]bool, 1+random.IntN(300))
		for i := 0; i < len(arrived); {
			here := random.IntN(2) == 0
			for end := min(i+1+random.IntN(20), len(arrived)); i < end; i++ {
				arrived[i] = here
			}
		}
		wantTrue(t, arrived, 1+random.IntN(80))
	}
}

// wantTrue compares the picture of a session with the bytes that arrived.
func wantTrue(t *testing.T, arrived []bool, width int) {
	t.Helper()
	s := imagestore.UploadSession{Size: int64(len(arrived))}
	for i, here := range arrived {
		if here {
			continue
		}
		at := int64(i)
		if n := len(s.Expected); n > 0 && s.Expected[n-1].Last == at-1 {
			s.Expected[n-1].Last = at
		} else {
			s.Expected = append(s.Expected, imagestore.Range{First: at, Last: at})
		}
	}
	cells := strings.Trim(picture(s, width), "[]")
	if len(cells) != min(width, len(arrived)) {
		t.Fatalf("%d cells of %d bytes in a width of %d", len(cells), len(arrived), width)
	}
	for i, cell := range cells {
		part := arrived[len(arrived)*i/len(cells) : len(arrived)*(i+1)/len(cells)]
		n := 0
		for _, here := range part {
			if here {
				n++
			}
		}
		want := ':'
		switch n {
		case len(part):
			want = '#'
		case 0:
			want = '.'
		}
		if cell != want {
			t.Fatalf("cell %d is %c where %d of %d bytes arrived", i, cell, n, len(part))
		}
	}
	if complete := s.Complete(); (percent(s) == 100) != complete {
		t.Fatalf("%d %% where complete is %v", percent(s), complete)
	}
}

func TestSizesForPeople(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 2097152: "2.0 MiB", 1<<20 - 1: "1.0 MiB", 1<<63 - 1: "8.0 EiB",
	} {
		if got := inBytes(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
