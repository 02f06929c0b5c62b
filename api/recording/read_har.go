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
// shortened. It has room for a body in each direction.
const maxEntry = 4 * maxBody

// harReader reads a HAR of any size. It keeps one entry in memory.
type harReader struct {
	text    *stringCutter
	decoder *json.Decoder
	entries int
	ours    bool // it was written by sfstore record, which may have been killed
	beside  attachments
	yield   func(exchange, error) bool
}

var errStopped = errors.New("the reader wants no more")

func readHAR(from io.Reader, attached attachments) iter.Seq2[exchange, error] {
	return func(yield func(exchange, error) bool) {
		text := newStringCutter(from)
		h := &harReader{text: text, decoder: json.NewDecoder(text), beside: attached, yield: yield}
		err := h.read()
		if err == nil || err == errStopped || h.ours && isCut(err) {
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
			switch name {
			case "creator":
				return h.creator()
			case "entries":
				found = true
				return h.list(h.entry)
			}
			return h.skip()
		})
	})
	if err != nil {
		return err
	}
	if !found {
		return errors.New("is not a HAR: it has no log with entries")
	}
	h.text.allow()
	if _, err := h.decoder.Token(); err != io.EOF {
		return errors.New("the file continues after the HAR")
	}
	return nil
}

// object reads an object, and the names of its members.
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

// skip reads a value with Decode, which, unlike Token, bounds the depth of nesting.
func (h *harReader) skip() error {
	h.text.allow()
	var skipped json.RawMessage
	return h.decoder.Decode(&skipped)
}

// creator notes whether the HAR is a recording of sfstore.
func (h *harReader) creator() error {
	h.text.allow()
	var text json.RawMessage
	if err := h.decoder.Decode(&text); err != nil {
		return err
	}
	var creator struct{ Name string }
	h.ours = json.Unmarshal(text, &creator) == nil && creator.Name == "sfstore"
	return nil
}

func (h *harReader) entry() error {
	h.entries++
	h.text.allow()
	// A size that a recording leaves out is unknown, not 0.
	e := readEntry{
		Request:  readRequest{BodySize: -1},
		Response: readResponse{Content: readContent{Size: -1}},
	}
	start := h.offset()
	if h.entries > 1 {
		start++ // the comma
	}
	err := h.decoder.Decode(&e)
	switch {
	case h.ours && isCut(err):
		h.yield(exchange{entry: h.entries, cut: true}, nil)
		return errStopped
	case err != nil && h.isLost(err):
		return atEntry(h.entries, "offset", h.placeOf(err, start), plainly(err))
	}
	var x exchange
	if err == nil {
		x, err = exchangeOf(e, h.beside)
	}
	if err != nil {
		x = exchange{odd: fmt.Errorf("offset %d: %w", h.placeOf(err, start), plainly(err))}
	}
	x.entry = h.entries
	if !h.yield(x, nil) {
		return errStopped
	}
	return nil
}

// isLost reports whether the decoder cannot continue with the next entry after an error. It can
// after an entry that is valid JSON.
func (h *harReader) isLost(err error) bool {
	_, isSyntax := errors.AsType[*json.SyntaxError](err)
	return isSyntax || isCut(err) || err == errEntryTooLong || h.text.failed != nil
}

// placeOf returns the offset in the file of an error in an entry that begins at some place.
func (h *harReader) placeOf(err error, start int64) int64 {
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return start + bad.Offset
	}
	if isCut(err) {
		return h.text.original(h.text.made)
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); !ok {
		return start
	}
	// The decoder's own offset does not count the bytes that Token read.
	var again json.RawMessage
	if bad, ok := errors.AsType[*json.SyntaxError](json.NewDecoder(h.decoder.Buffered()).Decode(&again)); ok {
		return h.text.original(h.decoder.InputOffset() + bad.Offset)
	}
	return start
}

// isCut reports whether the file ended in the middle.
func isCut(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

// plainly states a decoder's error in terms of recordings.
func plainly(err error) error {
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(bad.Value, " ") // of a number its digits follow
		return fmt.Errorf("%s cannot be a JSON %s", cmp.Or(bad.Field, "an entry"), kind)
	}
	if isCut(err) {
		return errors.New("the file is truncated")
	}
	return err
}
