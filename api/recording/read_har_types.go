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

// These are the parts of an entry that are used. All others may be invalid.
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
		BodySize readNumber    `json:"bodySize"`
	}
	readPostData struct {
		MimeType      string      `json:"mimeType"`
		Text          string      `json:"text"`
		Encoding      string      `json:"_encoding"`
		PlainEncoding string      `json:"encoding"` // HAR has it for responses only
		File          string      `json:"_file"`    // beside the HAR
		Size          *readNumber `json:"_size"`
	}
	readResponse struct {
		Status  readNumber  `json:"status"`
		Headers readHeaders `json:"headers"`
		Content readContent `json:"content"`
	}
	readContent struct {
		Size     readNumber `json:"size"`
		MimeType string     `json:"mimeType"`
		Text     string     `json:"text"`
		Encoding string     `json:"encoding"`
		File     string     `json:"_file"` // beside the HAR
	}
)

// readNumber is a size in bytes, or a status. Some writers write it with a fraction of 0.
type readNumber int64

func (s *readNumber) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		*s = readNumber(n)
		return nil
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		if strings.HasSuffix(string(text), oddNumber) {
			return errors.New("NaN or Infinity is neither a size nor a status")
		}
		return fmt.Errorf("%.20s is neither a size nor a status", text)
	}
	*s = readNumber(f)
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
		return errors.New("headers that are not a list")
	}
	for n := 0; d.More(); n++ {
		if n == maxHeaders {
			return fmt.Errorf("it has more than %d headers", maxHeaders)
		}
		var pair harPair
		if err := d.Decode(&pair); err != nil {
			return errors.New("a header that is not an object with a name and a value")
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

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
