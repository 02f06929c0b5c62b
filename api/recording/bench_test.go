package recording_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/sfstore/sfstore"
	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

// benched is an exchange in the form that both sides of the benchmark take.
type benched struct {
	request *http.Request
	sent    []byte
	status  int
	header  http.Header
	answer  []byte
}

// exchanges10000 returns typical traffic of a client: mostly small responses, and some listings. The
// text is a HAR of it.
func exchanges10000(b *testing.B) (all []benched, text string) {
	b.Helper()
	listing := written{method: "GET", target: "/ImageStore/App?api-version=6.2&timeout=60", status: 200, received: sessions.received,
		answer: `{"StoreFiles":[` + strings.Repeat(`{"StoreRelativePath":"App\\Code.bin","FileVersion":{"VersionNumber":"1","EpochDataLossNumber":"2",`+
			`"EpochConfigurationNumber":"3"},"FileSize":"20","ModifiedDate":"2017-09-28T17:28:11.627Z"},`, 19) +
			`{"StoreRelativePath":"App\\Code.bin","FileVersion":{"VersionNumber":"1","EpochDataLossNumber":"2",` +
			`"EpochConfigurationNumber":"3"},"FileSize":"20","ModifiedDate":"2017-09-28T17:28:11.627Z"}],"StoreFolders":[],"ContinuationToken":""}`}
	var entries []any
	for i := range 10_000 {
		x := []written{sessions, copying, refused, chunk, listing}[i%5]
		r, err := http.NewRequest(x.method, "http://gateway:19080"+x.target, strings.NewReader(x.body))
		if err != nil {
			b.Fatal(err)
		}
		for _, header := range x.sent {
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Set(name, value)
		}
		if x.body != "" && r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", "application/octet-stream")
		}
		header := make(http.Header)
		for _, pair := range x.received {
			name, value, _ := strings.Cut(pair, ": ")
			header.Set(name, value)
		}
		all = append(all, benched{r, []byte(x.body), x.status, header, []byte(x.answer)})
		entries = append(entries, x.entry(false))
	}
	return all, har(b, entries...)
}

func (x *benched) byUs(contract *api.Contract) error {
	if err := contract.Request(x.request, x.sent); err != nil {
		return err
	}
	return contract.Response(x.request, x.status, x.header, x.answer)
}

func (x *benched) byKin(router routers.Router, options *openapi3filter.Options) error {
	route, parameters, err := router.FindRoute(x.request)
	if err != nil {
		return err
	}
	x.request.Body = io.NopCloser(bytes.NewReader(x.sent))
	input := &openapi3filter.RequestValidationInput{Request: x.request, PathParams: parameters, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		return err
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: x.status, Header: x.header, Options: options,
		Body: io.NopCloser(bytes.NewReader(x.answer)),
	})
}

// kinRouter returns the router of kin-openapi that needs no other module. It supports only content
// paths of one segment, which all of the exchanges have.
func kinRouter(b *testing.B) routers.Router {
	b.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		b.Fatal(err)
	}
	doc.Servers = nil
	router, err := legacy.NewRouter(doc)
	if err != nil {
		b.Fatal(err)
	}
	return router
}

// BenchmarkValidate validates 10,000 exchanges against the contract, with this project and with
// kin-openapi alone, in turns. Its metric "ratio" is how many times as long this project takes. The
// metric "with-reading" is the same for a HAR of the exchanges, which kin-openapi cannot read.
func BenchmarkValidate(b *testing.B) {
	contract, router := load(b), kinRouter(b)
	exchanges, text := exchanges10000(b)
	options := &openapi3filter.Options{
		MultiError: true, SkipSettingDefaults: true, IncludeResponseStatus: true,
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
	var ours, kins, whole time.Duration
	for b.Loop() {
		start := time.Now()
		for i := range exchanges {
			if err := exchanges[i].byUs(contract); err != nil {
				b.Fatal(err)
			}
		}
		ours += time.Since(start)
		start = time.Now()
		for i := range exchanges {
			if err := exchanges[i].byKin(router, options); err != nil {
				b.Fatal(fmt.Errorf("exchange %d: %w", i, err))
			}
		}
		kins += time.Since(start)
		start = time.Now()
		report := recording.NewReport(contract)
		report.Add("har", strings.NewReader(text))
		whole += time.Since(start)
		if report.Err() != nil || report.Exchanges.Passed != len(exchanges) {
			b.Fatalf("counts %+v: %v", report.Exchanges, report.Err())
		}
	}
	b.ReportMetric(whole.Seconds()/kins.Seconds(), "with-reading")
	b.ReportMetric(ours.Seconds()/kins.Seconds(), "ratio")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*len(exchanges)), "ns/exchange")
	b.ReportMetric(0, "ns/op")
}
