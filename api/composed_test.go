package api_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

// Recordings that are made from the document's examples are valid, and contain each operation with each
// of its statuses.
func TestRecordingsOfTheExamples(t *testing.T) {
	var coverage api.Coverage
	contract := load(t).WithCoverage(&coverage)
	report := recording.NewReport(contract)
	for _, id := range contract.Operations() {
		var recorded bytes.Buffer
		for _, response := range exampleResponses(t, contract, id) {
			write(t, &recorded, exampleRequest(t, id), response)
		}
		report.Add(id, &recorded)
		if missing := coverage.MissingStatuses(contract, id); len(missing) > 0 {
			t.Errorf("%s: no exchange with the statuses %q", id, missing)
		}
	}
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	if c := report.Exchanges; c.NotWhole+c.Foreign > 0 {
		t.Errorf("some exchanges could not be judged: %+v", c)
	}
	if missing := coverage.Missing(contract); len(missing) > 0 {
		t.Errorf("no exchange shows %q", missing)
	}
}

// exampleResponses returns a response for each example of an operation, and one for each
// status without an example.
func exampleResponses(t *testing.T, contract *api.Contract, operationID string) []*http.Response {
	t.Helper()
	var responses []*http.Response
	for _, name := range contract.Statuses(operationID) {
		status := http.StatusInternalServerError
		if name != "default" {
			var err error
			if status, err = strconv.Atoi(name); err != nil {
				t.Fatalf("%s: status %q: %v", operationID, name, err)
			}
		}
		response := func(header http.Header, body []byte) *http.Response {
			return &http.Response{
				StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: header,
				ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
			}
		}
		before := len(responses)
		for _, e := range contract.Examples() {
			if e.Operation == operationID && e.Status == name {
				responses = append(responses, response(http.Header{"Content-Type": {e.MediaType}}, e.Body))
			}
		}
		if len(responses) == before {
			responses = append(responses, response(http.Header{}, nil))
		}
	}
	return responses
}

// write writes an exchange as a recording of HTTP messages.
func write(t *testing.T, w io.Writer, request *http.Request, response *http.Response) {
	t.Helper()
	if err := request.Write(w); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(w)
	if err := response.Write(w); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(w)
}
