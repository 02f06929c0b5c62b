package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestRequestLog(t *testing.T) {
	var lines []string
	var last Exchange
	exchanges := make(chan Exchange, 1)
	b := newBench(t, WithFaults(Fault{Operation: "DeleteImageStoreContent", Action: DropRequest}),
		WithRequestLog(func(e Exchange) { exchanges <- e }))
	log := func() {
		last = <-exchanges
		lines = append(lines, fmt.Sprint(last.Method, " ", last.Path, " ", last.Operation, " ", last.Status, " ", last.Code, " ", last.BytesIn, " ", last.BytesOut))
	}
	b.do("PUT", "/ImageStore/a%2Fb?"+version, "hello", "Authorization", "Bearer secret", "Cookie", "secret", "X-Other", "kept")
	log()
	if h := last.Request; h.Get("Authorization") != "REDACTED" || h.Get("Cookie") != "REDACTED" || h.Get("X-Other") != "kept" {
		t.Errorf("request headers %v", h)
	}
	if h := last.Response; h.Get("Content-Type") != jsonType || last.Duration <= 0 {
		t.Errorf("response headers %v, duration %v", h, last.Duration)
	}
	b.do("GET", "/ImageStore/none?"+version, "")
	log()
	b.do("GET", "/Nodes", "")
	log()
	_, _ = b.try("DELETE", "/ImageStore/a?"+version, "")
	log()
	want := []string{
		"PUT /ImageStore/a%2Fb?api-version=6.5 UploadFile 200  5 0",
		"GET /ImageStore/none?api-version=6.5 GetImageStoreContent 404  0 0",
		"GET /Nodes  400 E_INVALIDARG 0 62",
		"DELETE /ImageStore/a?api-version=6.5 DeleteImageStoreContent 0  0 0",
	}
	if got := strings.Join(lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
