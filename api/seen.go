package api

import (
	"bytes"
	"hash/maphash"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// maxSeen bounds how many items are remembered, at about 30 bytes each.
const maxSeen = 64 << 10

// seenItems remembers, by their digests, items of arrays that conform to their schema, so that of a
// listing only the items that are new are validated. A body that differs is validated whole.
type seenItems struct {
	mu  sync.RWMutex
	all map[seenItem]struct{}
}

// seenItem is a digest of 128 bits of the text of an item, its schema and its side.
type seenItem [2]uint64

type seenArray struct {
	items *openapi3.Schema
	side  Side
}

// The seeds are random, so that not even a hostile sender can make items of the same digest.
var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// without returns a body without the items that were seen before, and the other items. It looks only at
// arrays that are members of the body. The first item of each array stays, and each removed item takes
// a comma with it, so that the rest is valid JSON exactly if the body is.
func (s *seenItems) without(body []byte, schema *openapi3.Schema, side Side) (rest []byte, others []seenItem) {
	if !isPlain(schema) {
		return body, nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var name []byte     // of a member of the body, or another string of it
	var arrays [][]byte // names of members that were looked at
	inArray := false    // that is such a member
	var salt seenItem
	depth, from, copied, follows := 0, 0, 0, false
	endItem := func(at int) {
		text := body[from:at]
		item := seenItem{salt[0] ^ maphash.Bytes(seeds[0], text), salt[1] ^ maphash.Bytes(seeds[1], text)}
		if _, ok := s.all[item]; ok && follows {
			rest = append(rest, body[copied:from-1]...)
			copied = at
		} else if len(bytes.TrimSpace(text)) > 0 { // else the array is empty
			others, follows = append(others, item), true
		}
		from = at + 1
	}
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			start := i + 1
			if i = endOfString(body, i); depth != 1 {
				continue
			}
			name = body[start:i]
			isName := func(other []byte) bool { return bytes.Equal(name, other) }
			if bytes.IndexByte(name, '\\') >= 0 || slices.ContainsFunc(arrays, isName) {
				return body, nil // a later member of the same name would replace the array
			}
		case '{', '[':
			if depth++; depth == 2 && body[i] == '[' {
				if p := schema.Properties[string(name)]; p != nil && isPlain(p.Value) && p.Value.Items != nil {
					for i, seed := range seeds {
						salt[i] = maphash.Comparable(seed, seenArray{p.Value.Items.Value, side})
					}
					arrays, inArray, from, follows = append(arrays, name), true, i+1, false
				}
			}
		case '}', ']':
			if depth == 2 && inArray {
				endItem(i)
				inArray = false
			}
			depth--
		case ',':
			if depth == 2 && inArray {
				endItem(i)
			}
		}
	}
	return append(rest, body[copied:]...), others
}

// isPlain reports whether items of an array, or members of an object, are valid whatever the others are.
func isPlain(s *openapi3.Schema) bool {
	return len(s.AllOf)+len(s.AnyOf)+len(s.OneOf)+len(s.Enum) == 0 && s.Not == nil && !s.UniqueItems && s.MinItems == 0 && s.MaxItems == nil
}

// endOfString returns where a JSON string ends that begins at some place.
func endOfString(text []byte, at int) int {
	for {
		next := bytes.IndexByte(text[at+1:], '"')
		if next < 0 {
			return len(text)
		}
		at += next + 1
		escapes := 0
		for text[at-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return at
		}
	}
}

// add remembers items of a body that conforms.
func (s *seenItems) add(items []seenItem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil || len(s.all)+len(items) > maxSeen {
		s.all = make(map[seenItem]struct{})
	}
	for _, item := range items {
		s.all[item] = struct{}{}
	}
}
