package api_test

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api"
)

func TestCoverage(t *testing.T) {
	var coverage api.Coverage
	contract := load(t).Counting(&coverage)
	if missing := coverage.Missing(contract); len(missing) != 13 {
		t.Errorf("missing at first: %q", missing)
	}
	fence := contract.Fence(answering(204, "", ""), func(error) {})
	for range 2 {
		fence.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", askSessions, nil))
	}
	if err := contract.Response(request(t, "GET", askSessions), 403, nil, nil); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(map[int]int{204: 2, 403: 1}, coverage.Statuses("GetImageStoreUploadSessionByPath")); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if missing := coverage.Missing(contract); len(missing) != 12 {
		t.Errorf("missing then: %q", missing)
	}
	if err := load(t).Response(request(t, "GET", askInfo), 403, nil, nil); err != nil {
		t.Error(err)
	}
	if got := coverage.Statuses("GetImageStoreInfo"); len(got) > 0 {
		t.Errorf("an exchange that another contract saw was counted: %v", got)
	}
}
