package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/sfstore/sfstore/api"
)

// In a test, report is t.Error.
func ExampleContract_Middleware() {
	var handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"DiskInfo": {"Capacity": 1000202039296}}`)
	})
	report := func(err error) { fmt.Println(err) }

	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	handler = contract.Middleware(handler, report)

	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/ImageStore/$/Info?api-version=6.5", nil))
	// Output:
	// GET /ImageStore/$/Info: GetImageStoreInfo: response /DiskInfo/Capacity: value must be a string, got 1000202039296
}

func ExampleContract_Operation() {
	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	for _, path := range []string{"/ImageStore/App/Code", "/ImageStore/App%5CCode/$/GetUploadSession", "/ImageStore/App/$/Code"} {
		r := httptest.NewRequest("GET", path, nil)
		fmt.Println(contract.Operation(r))
	}
	// Output:
	// GetImageStoreContent <nil>
	// GetImageStoreUploadSessionByPath <nil>
	//  no operation of the contract: GET /ImageStore/App/$/Code
}

func ExampleContract_Request() {
	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequest("GET", "/ImageStore?timeout=0", nil)
	differences, _ := errors.AsType[api.Differences](contract.Request(r, nil))
	for _, d := range differences {
		fmt.Printf("%s of the %s: %s\n", d.Place, d.Side, d.Reason)
	}
	// Output:
	// query "api-version" of the request: is missing
	// query "timeout" of the request: number must be at least 1, got 0
}

func ExampleCoverage() {
	var coverage api.Coverage
	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	contract = contract.WithCoverage(&coverage)

	r := httptest.NewRequest("GET", "/ImageStore/$/Info?api-version=6.5", nil)
	if err := contract.Response(r, http.StatusForbidden, nil, nil); err != nil {
		panic(err)
	}
	fmt.Println(coverage.Statuses("GetImageStoreInfo"))
	fmt.Println(slices.Contains(coverage.Missing(contract), "GetImageStoreInfo"), slices.Contains(coverage.Missing(contract), "UploadFile"))
	// Output:
	// map[403:1]
	// false true
}

func ExampleContract_ExampleRequest() {
	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	r, err := contract.ExampleRequest("http://localhost:19080", "GetImageStoreFolderSize")
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Method, r.URL)
	// Output: GET http://localhost:19080/ImageStore/SwaggerTest%5CCommon.dll/$/FolderSize?api-version=6.5&timeout=60
}

func ExampleContract_Members() {
	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	members := contract.Members("UploadFileChunk")
	fmt.Println(members.Path)
	fmt.Println(members.Query)
	// Output:
	// /ImageStore/{contentPath}/$/UploadChunk
	// [_cacheToken api-version session-id timeout]
}
