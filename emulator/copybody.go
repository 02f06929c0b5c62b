package emulator

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// copyOverwrite is the flag that replaces the destination; any other flag
// leaves it.
const copyOverwrite copyFlag = 2

type copyFlag int32

// copyFlags are the names of flags.
var copyFlags = map[string]copyFlag{"Invalid": 0, "Echo": 1, "Overwrite": copyOverwrite}

// copyDescription is the body of a copy, with its paths as they were sent.
type copyDescription struct {
	source, destination copyText
	skip                skipList
	flag                copyFlag
}

// checkCopy reads the body of a copy.
func (s *Store) checkCopy(c *request) error {
	c.copy = copyDescription{flag: copyOverwrite, skip: skipList{}}
	var checkMark bool // read only to validate its type: the store ignores it
	err := readMembers(c.text, map[string]any{
		"RemoteSource":      &c.copy.source,
		"RemoteDestination": &c.copy.destination,
		"SkipFiles":         &c.copy.skip,
		"CopyFlag":          &c.copy.flag,
		"CheckMarkFile":     &checkMark,
	})
	// Its reader takes UTF-8 of more than three bytes for the end of the text; escapes of two
	// surrogates it accepts.
	if err != nil || bytes.ContainsFunc(c.text, func(r rune) bool { return r > 0xFFFF }) {
		return errInvalidArgument
	}
	return nil
}

// readMembers reads a JSON object as the gateway does, which no decoding into a
// struct can: names have a case, unknown ones are skipped, a null changes
// nothing, the last of a name is used, and what follows the object is not read.
func readMembers(text []byte, fields map[string]any) error {
	body := json.NewDecoder(bytes.NewReader(text))
	if begin, err := body.Token(); err != nil || begin != json.Delim('{') {
		return errInvalidArgument
	}
	for body.More() {
		name, err := body.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := body.Decode(&value); err != nil {
			return err
		}
		field := fields[name.(string)] // where a name is due, the decoder accepts nothing else
		if field == nil || string(value) == "null" {
			continue
		}
		if err := json.Unmarshal(value, field); err != nil {
			return err
		}
	}
	_, err := body.Token()
	return err
}

// copyText is a string of the body. The gateway accepts a number in its place,
// and ends a string at its first NUL.
//
// inferred: a number becomes its shortest decimal form.
type copyText string

// UnmarshalJSON accepts a string and a number.
func (t *copyText) UnmarshalJSON(value []byte) error {
	var text string
	if json.Unmarshal(value, &text) == nil && value[0] == '"' {
		text, _, _ = strings.Cut(text, "\x00")
		*t = copyText(text)
		return nil
	}
	number, err := strconv.ParseFloat(string(value), 64)
	if err != nil {
		return errInvalidArgument
	}
	*t = copyText(strconv.FormatFloat(number, 'f', -1, 64))
	return nil
}

// skipList holds the names that a copy leaves out, in lower case.
type skipList map[string]bool

// UnmarshalJSON adds the names of an array.
func (l skipList) UnmarshalJSON(value []byte) error {
	var names []copyText
	if err := json.Unmarshal(value, &names); err != nil {
		return err
	}
	for _, name := range names {
		l[strings.ToLower(string(name))] = true
	}
	return nil
}

// skips reports whether a path is left out, by its last name alone. A colon
// separates names too.
func (l skipList) skips(path string) bool {
	return l[strings.ToLower(path[strings.LastIndexAny(path, `/\:`)+1:])]
}

// UnmarshalJSON accepts a number, of which the fraction is cut off, a whole
// number in a string, and the exact name of a flag.
func (f *copyFlag) UnmarshalJSON(value []byte) error {
	if value[0] != '"' {
		number, err := strconv.ParseFloat(string(value), 64)
		if err != nil || number < math.MinInt32 || number > math.MaxInt32 {
			return errInvalidArgument
		}
		*f = copyFlag(number)
		return nil
	}
	var text copyText
	if err := text.UnmarshalJSON(value); err != nil {
		return err
	}
	flag, ok := copyFlags[string(text)]
	if !ok {
		number, whole := parseSigned(string(text), true)
		flag, ok = copyFlag(number), whole
	}
	if !ok {
		return errInvalidArgument
	}
	*f = flag
	return nil
}
