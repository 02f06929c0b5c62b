package api_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore"
	"github.com/sfstore/sfstore/api"
)

func TestCoverage(t *testing.T) {
	var coverage api.Coverage
	contract := load(t).WithCoverage(&coverage)
	all := contract.Operations()
	if diff := cmp.Diff(all, coverage.Missing(contract)); diff != "" {
		t.Errorf("missing at first (-want +got):\n%s", diff)
	}
	handler := contract.Middleware(responding(204, "", ""), func(error) {})
	for range 2 {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", askSessions, nil))
	}
	if err := contract.Response(request(t, "GET", askSessions), 403, nil, nil); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(map[int]int{204: 2, 403: 1}, coverage.Statuses("GetImageStoreUploadSessionByPath")); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	rest := slices.DeleteFunc(all, func(id string) bool { return id == "GetImageStoreUploadSessionByPath" })
	if diff := cmp.Diff(rest, coverage.Missing(contract)); diff != "" {
		t.Errorf("missing then (-want +got):\n%s", diff)
	}
	if err := load(t).Response(request(t, "GET", askInfo), 403, nil, nil); err != nil {
		t.Error(err)
	}
	if got := coverage.Statuses("GetImageStoreInfo"); len(got) > 0 {
		t.Errorf("an exchange that another contract saw was counted: %v", got)
	}
}

func TestCoverageOfARangeOfStatuses(t *testing.T) {
	document := strings.Replace(string(sfstore.Document), "        '204':\n", "        2XX:\n", 1) // of the root's listing
	ranged, err := api.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	var coverage api.Coverage
	contract := ranged.WithCoverage(&coverage)
	for _, status := range []int{200, 201} {
		_ = contract.Response(request(t, "GET", "/ImageStore?api-version=6.0"), status, nil, nil)
		want := []string{"2XX", "400", "403", "404", "default"}[status-200:]
		if diff := cmp.Diff(want, coverage.MissingStatuses(contract, "GetImageStoreRootContent")); diff != "" {
			t.Errorf("missing after %d (-want +got):\n%s", status, diff)
		}
	}
}

func TestCoverageOfStatusesAndCodes(t *testing.T) {
	var coverage api.Coverage
	contract := load(t).WithCoverage(&coverage)
	const info = "GetImageStoreInfo"
	if diff := cmp.Diff([]string{"200", "400", "403", "default"}, contract.Statuses(info)); diff != "" {
		t.Errorf("statuses of the document (-want +got):\n%s", diff)
	}
	if got := contract.Statuses("No"); got != nil {
		t.Errorf("statuses of no operation: %q", got)
	}
	known := len(coverage.MissingCodes(contract))
	if known != len(contract.ErrorCodes()) {
		t.Errorf("%d codes are missing at first, want all %d", known, len(contract.ErrorCodes()))
	}
	for _, answer := range []struct {
		status int
		body   string
	}{
		{503, `{"Error":{"Code":"E_ABORT"}}`},
		{503, `{"Error":{"Code":"E_ABORT"}}`},
		{400, `{"Error":{"Code":"0x80070070"}}`},
		{400, `{"Error":{"Code":"a code with spaces"}}`},
		{400, `{"Error":{"Code":5}}`},
		{400, `<html>`},
		{302, ``},
		{200, `{"Error":{"Code":"E_FAIL"}}`},
	} {
		_ = contract.Response(request(t, "GET", askInfo), answer.status, asJSON, []byte(answer.body))
	}
	if diff := cmp.Diff([]string{"403"}, coverage.MissingStatuses(contract, info)); diff != "" {
		t.Errorf("missing statuses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"E_ABORT": 2, "0x80070070": 1}, coverage.Codes()); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	if got := coverage.MissingCodes(contract); len(got) != known-1 || slices.Contains(got, "E_ABORT") {
		t.Errorf("%d codes are missing, want %d without E_ABORT", len(got), known-1)
	}
}
