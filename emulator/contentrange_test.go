package emulator

import (
	"errors"
	"fmt"
	"math"
	"testing"
)

func TestContentRange(t *testing.T) {
	const refused = "refused"
	rows := []struct{ name, header, want string }{
		{"the usual form", "bytes 0-9/10", "0-9/10"},
		{"no unit", "0-9/10", "0-9/10"},
		{"no header", "", "0-0/0"},
		{"the unit is taken off as letters", "bytesseyb 2-3/10", "2-3/10"},
		{"letters without the unit", "setyb 2-3/10", refused},
		{"half of the unit", "byte 2-3/10", refused},
		{"the unit needs no blank", "bytes2-3/10", "2-3/10"},
		{"several blanks", "bytes   2-3/10", "2-3/10"},
		{"a tab behind the unit", "bytes\t2-3/10", "2-3/10"},
		{"a tab before a number", "bytes 2-\t3/10", refused},
		{"blanks around the numbers", "bytes 2 - 3 / 10", "2-3/10"},
		{"signs before the numbers", "bytes +2-+3/+10", "2-3/10"},
		{"the unit is case-sensitive", "Bytes 0-9/10", refused},
		{"an equals sign after the unit", "bytes=0-9/10", refused},
		{"another unit", "items 0-9/10", refused},
		{"an unknown total", "bytes 0-9/*", refused},
		{"an unknown range means the first byte", "bytes */10", "0-0/10"},
		{"one position means the first byte", "bytes 5/10", "0-0/10"},
		{"a word for a range means the first byte", "bytes x/10", "0-0/10"},
		{"two words for a range", "bytes x-y/10", refused},
		{"no range", "bytes /10", refused},
		{"no total", "bytes 0-9/", refused},
		{"no slash", "bytes 0-9", refused},
		{"the unit alone", "bytes", refused},
		{"a slash alone", "/", refused},
		{"a slash before all", "/0-9/10", "0-9/10"},
		{"a slash behind all", "bytes 0-9/10/", "0-9/10"},
		{"two slashes", "bytes 0-9/10/10", refused},
		{"two slashes together", "bytes 2-3//10", "2-3/10"},
		{"two dashes together", "bytes 2--3/10", "2-3/10"},
		{"a dash at either end", "bytes -2-3-/10", "2-3/10"},
		{"dashes alone mean the first byte", "bytes --/10", "0-0/10"},
		{"three positions mean the first byte", "bytes 1-2-3/10", "0-0/10"},
		{"no first position means the first byte", "bytes -9/10", "0-0/10"},
		{"no last position means the first byte", "bytes 5-/10", "0-0/10"},
		{"hexadecimal numbers", "bytes 0x1-0X2/0x0A", "1-2/10"},
		{"a sign before a hexadecimal number", "bytes 0-9/+0x0A", refused},
		{"no digits of a hexadecimal number", "bytes 0-9/0x", refused},
		{"the first after the last", "bytes 5-4/10", refused},
		{"one byte", "bytes 5-5/10", "5-5/10"},
		{"the last at the total", "bytes 0-10/10", "0-10/10"},
		{"the last behind the total", "bytes 0-11/10", refused},
		{"an empty file", "bytes 0-0/0", "0-0/0"},
		{"the largest numbers", "bytes 0-18446744073709551614/18446744073709551615", fmt.Sprintf("0-%d/%d", uint64(math.MaxUint64-1), uint64(math.MaxUint64))},
		{"a number that is too large", "bytes 0-9/18446744073709551616", refused},
		{"junk after the total", "bytes 0-9/10x", refused},
		{"a fraction", "bytes 0-9/10.5", refused},
	}
	b := newBench(t)
	for i, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			id := fmt.Sprintf("00000000-0000-0000-0000-%012d", i+1)
			path := fmt.Sprintf("f%d", i)
			// Over HTTP: as a chunk that begins a session, and as the header of a plain PUT, which must
			// be valid and is ignored.
			chunk := b.chunk(path, id, row.header, "x")
			plain := b.do("PUT", "/ImageStore/"+path+"p?"+version, "x", "Content-Range", row.header)
			if row.want == refused {
				if chunk.String() != "400 FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE" || plain.String() != chunk.String() || b.expects(id) != "none" {
					t.Errorf("got %q and %q, want a refusal", chunk, plain)
				}
				return
			}
			got, err := parseContentRange(row.header)
			if s := fmt.Sprintf("%d-%d/%d", got.start, got.end, got.total); err != nil || s != row.want {
				t.Errorf("got %s %v, want %s", s, err, row.want)
			}
			if chunk.status != 200 || plain.status != 200 || b.stored(path+"p") != "x" {
				t.Errorf("got %q and %q", chunk, plain)
			}
		})
	}
}

// Linux does not read the header.
func TestAnyContentRangePassesOnLinux(t *testing.T) {
	b := newBench(t, WithPlatform(Linux))
	b.want(b.do("PUT", "/ImageStore/a?"+version, "x", "Content-Range", "bytes 9-0/x"), "200")
}

func TestABadContentRangeIsRejectedBeforeTheBody(t *testing.T) {
	b := newBench(t)
	// The body never arrives.
	r, err := b.dial("PUT /ImageStore/a/$/UploadChunk?" + version + "&session-id=bad HTTP/1.1\r\nHost: x\r\n" +
		"Content-Range: bytes 9-0/10\r\nContent-Length: 1000000\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	b.want(r, "400 FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE")
}

func FuzzContentRange(f *testing.F) {
	for _, seed := range []string{"", "bytes 0-9/10", "bytes */10", "5/10", "bytes 0-10/10", "bytes=0-9/10", "0x1-0x2/0xff", "-/-", "bytes 0-9/18446744073709551616"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r, err := parseContentRange(header)
		if err != nil {
			if !errors.Is(err, errRange) {
				t.Fatalf("%q: %v", header, err)
			}
			return
		}
		if r.start > r.end || r.end > r.total {
			t.Fatalf("%q is accepted as %+v", header, r)
		}
		if again, err := parseContentRange(fmt.Sprintf("bytes %d-%d/%d", r.start, r.end, r.total)); err != nil || again != r {
			t.Fatalf("%q is %+v, written out again %+v %v", header, r, again, err)
		}
	})
}
