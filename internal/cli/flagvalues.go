package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// optionalString is a text flag that distinguishes an empty text from no flag: a script whose
// variable is empty must not use another cluster.
type optionalString struct {
	text  string
	isSet bool
}

func (s *optionalString) Set(text string) error {
	*s = optionalString{text, true}
	return nil
}

func (s *optionalString) String() string { return s.text }
func (s *optionalString) Type() string   { return "string" }

// seconds is a duration flag that takes a bare number for seconds, as the contract counts.
type seconds time.Duration

func (s *seconds) Set(text string) error {
	if n, err := strconv.ParseInt(text, 10, 34); err == nil { // no product with a second overflows
		*s = seconds(time.Duration(n) * time.Second)
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return errors.New("not a duration like 60s or 5m")
	}
	*s = seconds(d)
	return nil
}

func (s *seconds) String() string { return time.Duration(*s).String() }
func (s *seconds) Type() string   { return "duration" }

// outputFormat is how a result is printed.
type outputFormat string

const (
	outputTable outputFormat = "table"
	outputJSON  outputFormat = "json"
)

func (f *outputFormat) Set(text string) error {
	switch o := outputFormat(text); o {
	case outputTable, outputJSON:
		*f = o
		return nil
	}
	return errors.New("must be table or json")
}

func (f *outputFormat) String() string { return string(*f) }
func (f *outputFormat) Type() string   { return "format" }

// fileName is the name of a file. An empty one, from a variable that is not set, is an error and not
// the same as no flag.
type fileName string

func (f *fileName) Set(text string) error {
	if text == "" {
		return errors.New("the name is empty")
	}
	*f = fileName(text)
	return nil
}

func (f *fileName) String() string { return string(*f) }
func (f *fileName) Type() string   { return "file" }

// commonNames is a flag that takes NAME or NAME=ISSUERTHUMBPRINT[,...] each time.
type commonNames []imagestore.ServerCommonName

func (n *commonNames) Set(text string) error {
	name, issuers, pinned := strings.Cut(text, "=")
	if name == "" {
		return errors.New("must be NAME or NAME=ISSUERTHUMBPRINT[,...]")
	}
	common := imagestore.ServerCommonName{Name: name}
	if pinned {
		common.IssuerThumbprints = strings.Split(issuers, ",")
	}
	*n = append(*n, common)
	return nil
}

func (n *commonNames) String() string { return "" }
func (n *commonNames) Type() string   { return "name" }

// byteSize is a flag with a size such as 8MiB, or a number of bytes.
type byteSize int64

func (s *byteSize) Set(text string) error {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	number, suffix := text[:digits], strings.TrimSpace(text[digits:])
	units := map[string]int64{"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20}
	unit, known := units[suffix]
	switch {
	case number == "" || strings.HasPrefix(suffix, ".") || strings.HasPrefix(suffix, ","):
		return errors.New("not a size like 8MiB, 512KiB or 4194304")
	case !known:
		return fmt.Errorf("unknown unit %q: write KiB or MiB, or bytes without a unit", suffix)
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 || n > upload.MaxChunkSize/unit {
		return &imagestore.ArgumentError{Argument: "size", Value: text, Reason: "must be from 1 B to 25 MiB"}
	}
	*s = byteSize(n * unit)
	return nil
}

func (s *byteSize) String() string { return inBytes(int64(*s)) }
func (s *byteSize) Type() string   { return "size" }
