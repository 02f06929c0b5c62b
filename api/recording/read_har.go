package recording

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// maxEntry bounds one entry of a HAR, or another part of it, in bytes, after long strings were
// cut. It has room for a body in each direction.
const maxEntry = 4 * maxBody

// harReader walks through a HAR, which may be of any size: what it holds in memory is one
// entry.
type harReader struct {
	text    *stringCutter
	decoder *json.Decoder
	entries int
	yield   func(exchange, error) bool
}

var errStopped = errors.New("the reader wants no more")

func readHAR(from io.Reader) iter.Seq2[exchange, error] {
	return func(yield func(exchange, error) bool) {
		text := &stringCutter{from: from}
		h := &harReader{text: text, decoder: json.NewDecoder(text), yield: yield}
		err := h.read()
		if err == nil || err == errStopped {
			return
		}
		if _, ok := errors.AsType[readError](err); !ok {
			err = readError{fmt.Sprintf("offset %d", h.offset()), plainly(err)}
		}
		yield(exchange{}, err)
	}
}

// offset is where the decoder is in the file.
func (h *harReader) offset() int64 { return h.text.original(h.decoder.InputOffset()) }

func (h *harReader) read() error {
	found := false
	err := h.object(func(name string) error {
		if name != "log" {
			return h.skip()
		}
		return h.object(func(name string) error {
			if name != "entries" {
				return h.skip()
			}
			found = true
			return h.list(h.entry)
		})
	})
	if err != nil {
		return err
	}
	if !found {
		return errors.New("is no HAR: it has no log with entries")
	}
	h.text.allow()
	if _, err := h.decoder.Token(); err != io.EOF {
		return errors.New("the file goes on after the HAR")
	}
	return nil
}

// object reads an object, of which it reads the names of the members.
func (h *harReader) object(member func(name string) error) error {
	if err := h.expect('{', "an object"); err != nil {
		return err
	}
	for h.more() {
		name, err := h.token()
		if err != nil {
			return err
		}
		if err := member(name.(string)); err != nil {
			return err
		}
	}
	_, err := h.token()
	return err
}

func (h *harReader) list(item func() error) error {
	if err := h.expect('[', "an array"); err != nil {
		return err
	}
	for h.more() {
		if err := item(); err != nil {
			return err
		}
	}
	_, err := h.token()
	return err
}

func (h *harReader) expect(delimiter json.Delim, kind string) error {
	got, err := h.token()
	if err != nil {
		return err
	}
	if got != delimiter {
		return fmt.Errorf("want %s, got %v", kind, describe(got))
	}
	return nil
}

func describe(token json.Token) string {
	switch token.(type) {
	case string:
		return "a string"
	case nil:
		return "null"
	}
	return fmt.Sprint(token)
}

func (h *harReader) more() bool {
	h.text.allow()
	return h.decoder.More()
}

func (h *harReader) token() (json.Token, error) {
	h.text.allow()
	return h.decoder.Token()
}

// skip reads a value by Decode, which unlike Token bounds how deep it may nest.
func (h *harReader) skip() error {
	h.text.allow()
	var skipped json.RawMessage
	return h.decoder.Decode(&skipped)
}

func (h *harReader) entry() error {
	h.entries++
	h.text.allow()
	// What a recording leaves out is not known, rather than 0.
	e := readEntry{
		Request:  readRequest{BodySize: -1},
		Response: readResponse{Content: readContent{Size: -1}},
	}
	start := h.offset()
	if h.entries > 1 {
		start++ // the comma
	}
	if err := h.decoder.Decode(&e); err != nil {
		return atEntry(h.entries, "offset", h.placeOf(err, start), plainly(err))
	}
	x, err := exchangeOf(e)
	if err != nil {
		return atEntry(h.entries, "offset", start, err)
	}
	x.entry = h.entries
	if !h.yield(x, nil) {
		return errStopped
	}
	return nil
}

// placeOf is where in the file an entry that begins at some place is wrong.
func (h *harReader) placeOf(err error, start int64) int64 {
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return start + bad.Offset
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return h.text.original(h.text.made)
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); !ok {
		return start
	}
	// The decoder's own offset does not count what was read by Token.
	var again json.RawMessage
	if bad, ok := errors.AsType[*json.SyntaxError](json.NewDecoder(h.decoder.Buffered()).Decode(&again)); ok {
		return h.text.original(h.decoder.InputOffset() + bad.Offset)
	}
	return start
}

// plainly says what a decoder found in the words of a recording.
func plainly(err error) error {
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(bad.Value, " ") // of a number its digits follow
		return fmt.Errorf("%s cannot be a JSON %s", cmp.Or(bad.Field, "an entry"), kind)
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("the file breaks off")
	}
	return err
}
