package cli

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func TestPictures(t *testing.T) {
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

// TestPictureTellsNoLie draws sessions at random: full only where nothing is missing, empty
// only where nothing has arrived, and as many cells as there is room for.
func TestPictureTellsNoLie(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arrived := rapid.SliceOfN(rapid.Bool(), 1, 300).Draw(t, "arrived")
		width := rapid.IntRange(1, 80).Draw(t, "width")
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
	})
}

func TestSizesForPeople(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 2097152: "2.0 MiB", 1<<20 - 1: "1.0 MiB", 1<<63 - 1: "8.0 EiB",
	} {
		if got := inBytes(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
