package recording

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader converts UTF-16, which Windows PowerShell writes to files, to UTF-8. Half a
// surrogate pair becomes U+FFFD, and so does half a unit at the end.
type utf16Reader struct {
	from  *bufio.Reader // after the byte order mark
	order binary.ByteOrder
	made  []byte
	first rune // the first half of a pair, or 0
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	var err error
	for len(u.made) == 0 && err == nil {
		err = u.more()
	}
	if len(u.made) == 0 {
		return 0, err
	}
	n := copy(p, u.made)
	u.made = u.made[n:]
	return n, nil
}

// more decodes the buffered bytes, at least one unit.
func (u *utf16Reader) more() error {
	u.made = u.made[:0]
	for {
		var unit [2]byte
		if n, err := io.ReadFull(u.from, unit[:]); err != nil {
			if n > 0 || u.first != 0 {
				u.made, u.first = utf8.AppendRune(u.made, utf8.RuneError), 0
			}
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			return err
		}
		u.add(rune(u.order.Uint16(unit[:])))
		if u.from.Buffered() < len(unit) {
			return nil
		}
	}
}

func (u *utf16Reader) add(unit rune) {
	if u.first != 0 {
		whole := utf16.DecodeRune(u.first, unit)
		u.made, u.first = utf8.AppendRune(u.made, whole), 0
		if whole != utf8.RuneError {
			return
		}
	}
	switch {
	case 0xd800 <= unit && unit < 0xdc00:
		u.first = unit
	default:
		u.made = utf8.AppendRune(u.made, unit) // which makes U+FFFD of a second half alone
	}
}
