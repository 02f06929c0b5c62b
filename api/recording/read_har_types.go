package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// These are the parts of an entry that are used. All else may be as wrong as it likes.
type (
	readEntry struct {
		Request  readRequest  `json:"request"`
		Response readResponse `json:"response"`
	}
	readRequest struct {
		Method   string        `json:"method"`
		URL      string        `json:"url"`
		Headers  readHeaders   `json:"headers"`
		PostData *readPostData `json:"postData"`
		BodySize readSize      `json:"bodySize"`
	}
	readPostData struct {
		MimeType string    `json:"mimeType"`
		Text     string    `json:"text"`
		Encoding string    `json:"_encoding"`
		Size     *readSize `json:"_size"`
	}
	readResponse struct {
		Status  int         `json:"status"`
		Headers readHeaders `json:"headers"`
		Content readContent `json:"content"`
	}
	readContent struct {
		Size     readSize `json:"size"`
		MimeType string   `json:"mimeType"`
		Text     string   `json:"text"`
		Encoding string   `json:"encoding"`
	}
)

// readSize is a number of bytes. Some writers write it with a fraction of 0.
type readSize int64

func (s *readSize) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		*s = readSize(n)
		return nil
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return fmt.Errorf("%.20s is no size", text)
	}
	*s = readSize(f)
	return nil
}

// maxHeaders bounds the headers of a message: a few bytes of JSON are many of memory.
const maxHeaders = 1000

// readHeaders are the headers of a message, without the pseudo headers of HTTP/2.
type readHeaders []harPair

func (h *readHeaders) UnmarshalJSON(text []byte) error {
	*h = nil
	if string(text) == "null" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('[') {
		return errors.New("headers that are no list")
	}
	for n := 0; d.More(); n++ {
		if n == maxHeaders {
			return fmt.Errorf("it has more than %d headers", maxHeaders)
		}
		var pair harPair
		if err := d.Decode(&pair); err != nil {
			return errors.New("a header that is no object with a name and a value")
		}
		if strings.HasPrefix(pair.Name, ":") {
			continue
		}
		if err := checkHeader(pair.Name, pair.Value); err != nil {
			return err
		}
		*h = append(*h, pair)
	}
	return nil
}
