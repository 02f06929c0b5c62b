package recording_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

// In a test these are three lines, with t.Error for the result of Err. The folder has recordings of a
// browser, of a proxy and of curl.
func ExampleCheck() {
	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	report := recording.Check(contract, "testdata")
	fmt.Println(report.Err())
	fmt.Printf("%+v\n", report.Exchanges)
	// Output:
	// <nil>
	// {Passed:33 Different:0 NotWhole:2 Foreign:1}
}

func ExampleReport_Add() {
	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	report := recording.NewReport(contract)
	report.Add("info.http", strings.NewReader(`GET /ImageStore/$/Info?api-version=6.5&verbose=1 HTTP/1.1

HTTP/1.1 200 OK
Content-Type: application/json

{"DiskInfo": {"Capacity": 1000202039296}}
`))
	fmt.Println(report.Err())
	// Output:
	// info.http: entry 1: GET /ImageStore/$/Info: GetImageStoreInfo: request query "verbose": is not documented
	// info.http: entry 1: GET /ImageStore/$/Info: GetImageStoreInfo: response /DiskInfo/Capacity: value must be a string, got 1000202039296
}

// With a contract that has coverage, statuses and codes that a set of recordings lacks can be found.
func ExampleNewReport() {
	var coverage api.Coverage
	contract, err := api.Load()
	if err != nil {
		panic(err)
	}
	report := recording.NewReport(contract.WithCoverage(&coverage))
	report.AddFiles("testdata/curl.http")
	fmt.Println(slices.Contains(coverage.Missing(contract), "GetImageStoreInfo"))
	fmt.Println(coverage.Codes())
	// Output:
	// true
	// map[FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR:1]
}
