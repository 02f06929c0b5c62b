package recording

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sfstore/sfstore/api"
)

// The bounds of what a report lists, so that a recording of any size can be validated.
const (
	maxListed       = 1000
	maxListedOfEach = 100 // of one exchange
)

// Report is the result of validating recordings against a contract. Its JSON is described in
// docs/recordings.md.
type Report struct {
	Exchanges   Counts       `json:"exchanges"` // of all files
	Files       []FileReport `json:"files"`
	Differences []Finding    `json:"differences"`
	NotWhole    []Finding    `json:"notWhole"`
	Omitted     int          `json:"omitted"` // differences, and exchanges that are not whole, beyond the first 1000 and the first of each operation in a file

	contract *api.Contract
	ignored  []string // names of query parameters
}

// Counts counts exchanges by their result. Each exchange is counted once.
type Counts struct {
	Passed    int `json:"passed"`
	Different int `json:"different"`
	NotWhole  int `json:"notWhole"` // incomplete, without a difference in the rest
	Foreign   int `json:"foreign"`  // of another API, see [api.Contract.InScope]
}

// FileReport is the result of one recording.
type FileReport struct {
	Name      string `json:"name"`
	Exchanges Counts `json:"exchanges"`
	Error     string `json:"error,omitempty"` // why it was not read to its end

	operations map[string]*tally
}

// tally counts the results of the exchanges of an operation in a file. Some of the findings may
// not be listed.
type tally struct {
	Counts
	differences, notWhole listing
}

// listing counts findings.
type listing struct{ listed, omitted int }

// Finding is a difference in an exchange, or the reason why it could not be validated in full.
type Finding struct {
	File      string   `json:"file"`
	Entry     int      `json:"entry"`               // in the file, from 1
	Method    string   `json:"method,omitempty"`    // absent if the request is missing
	Path      string   `json:"path,omitempty"`      // escaped, without the query
	Operation string   `json:"operation,omitempty"` // operationId; absent if there is none
	Side      api.Side `json:"side,omitempty"`      // of a difference
	Place     string   `json:"place,omitempty"`     // of a difference, as in [api.Difference]; "operation" or "URL" if that is invalid
	Reason    string   `json:"reason"`
}

// String returns text such as "a.har: entry 3: GET /ImageStore/$/Info: GetImageStoreInfo: response
// /DiskInfo/Capacity: value must be a string, got 5".
func (f Finding) String() string {
	text := fmt.Sprintf("%s: entry %d: ", f.File, f.Entry)
	if f.Method != "" {
		text += f.Method + " " + f.Path + ": "
	}
	if f.Operation != "" {
		text += f.Operation + ": "
	}
	if f.Place != "" {
		text += fmt.Sprintf("%s %s: ", f.Side, f.Place)
	}
	return text + f.Reason
}

// NewReport returns a report without recordings. With a contract of [api.Contract.WithCoverage], the
// coverage grows with the report.
func NewReport(contract *api.Contract) *Report {
	return &Report{Files: []FileReport{}, Differences: []Finding{}, NotWhole: []Finding{}, contract: contract}
}

// IgnoreQuery makes the report ignore query parameters with these names, such as one that a proxy
// adds, in exchanges that are added later. Names are case-sensitive.
func (r *Report) IgnoreQuery(names ...string) { r.ignored = append(r.ignored, names...) }

// Check validates the exchanges of recordings against a contract. A name is a file, a folder, which
// means the files below it that end in .har or .http, or a pattern of [filepath.Match]. Files that
// cannot be read are reported too.
func Check(contract *api.Contract, names ...string) *Report {
	r := NewReport(contract)
	r.AddFiles(names...)
	return r
}

// AddFiles validates more recordings, as [Check] does.
func (r *Report) AddFiles(names ...string) {
	for _, name := range names {
		files, err := filesOf(name)
		if err != nil {
			r.addError(name, err)
			continue
		}
		for _, file := range files {
			r.addFile(file)
		}
	}
}

func (r *Report) addFile(name string) {
	f, err := os.Open(name)
	if err != nil {
		r.addError(name, err)
		return
	}
	defer f.Close()
	if isZIP(f) {
		if err := r.addZIP(name, f); err != nil {
			r.addError(name, err)
		}
		return
	}
	r.addRecording(name, f, attachedTo(filepath.Dir(name)))
}

func (r *Report) addError(name string, err error) {
	r.Files = append(r.Files, FileReport{Name: name, Error: plainPathError(err).Error()})
}

// plainPathError leaves out the name, which a report has already.
func plainPathError(err error) error {
	if bad, ok := errors.AsType[*fs.PathError](err); ok {
		return bad.Err
	}
	return err
}

// Add validates one more recording, which is reported under the name. It has no files beside it.
func (r *Report) Add(name string, recording io.Reader) { r.addRecording(name, recording, nil) }

func (r *Report) addRecording(name string, recording io.Reader, attached attachments) {
	if recording == nil || r.contract == nil {
		r.addError(name, errors.New("there is no reader, or no contract to validate against"))
		return
	}
	file := FileReport{Name: name, operations: make(map[string]*tally)}
	for x, err := range read(recording, attached) {
		if err != nil {
			file.Error = plainPathError(err).Error()
			break
		}
		r.add(&file, x)
	}
	r.Files = append(r.Files, file)
}

func (r *Report) add(file *FileReport, x exchange) {
	x.ignoreQuery(r.ignored)
	v := check(r.contract, x)
	counts := v.counts()
	r.Exchanges.Add(counts)
	file.Exchanges.Add(counts)
	if v.foreign {
		return
	}
	ofOperation := file.operations[v.operation]
	if ofOperation == nil {
		ofOperation = new(tally)
		file.operations[v.operation] = ofOperation
	}
	ofOperation.Add(counts)

	found := Finding{File: file.Name, Entry: x.entry, Operation: v.operation}
	found.Method, found.Path = placeOf(x.request)
	for i, d := range v.differences {
		if i == maxListedOfEach {
			r.Omitted += len(v.differences) - i
			ofOperation.differences.omitted += len(v.differences) - i
			break
		}
		found.Side, found.Place, found.Reason = d.Side, d.Place, d.Reason
		r.list(&r.Differences, &ofOperation.differences, found)
	}
	if v.missing != "" {
		found.Side, found.Place, found.Reason = "", "", v.missing
		r.list(&r.NotWhole, &ofOperation.notWhole, found)
	}
}

// list lists a finding, if there is room or it is the first of its operation in its file.
func (r *Report) list(findings *[]Finding, of *listing, found Finding) {
	if len(*findings) >= maxListed && of.listed > 0 {
		r.Omitted++
		of.omitted++
		return
	}
	of.listed++
	*findings = append(*findings, found)
}

func (v *verdict) counts() (c Counts) {
	switch {
	case v.foreign:
		c.Foreign = 1
	case len(v.differences) > 0:
		c.Different = 1
	case v.missing != "":
		c.NotWhole = 1
	default:
		c.Passed = 1
	}
	return c
}

// Total returns the number of exchanges.
func (c Counts) Total() int { return c.Passed + c.Different + c.NotWhole + c.Foreign }

// Add adds the numbers of more exchanges.
func (c *Counts) Add(more Counts) {
	c.Passed += more.Passed
	c.Different += more.Different
	c.NotWhole += more.NotWhole
	c.Foreign += more.Foreign
}
