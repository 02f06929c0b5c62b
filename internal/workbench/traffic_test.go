package workbench_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/workbench"
)

type requests struct {
	Total    int
	Requests []struct {
		Number                  int
		Method, Path, Operation string
		Status                  int
		Code                    string
		BytesIn                 int
		Differences             []struct{ Side, Place, Reason string }
	}
}

type verdict struct {
	Kept        bool
	Requests    int
	Differences []struct {
		Request             int
		Side, Place, Reason string
	}
}

func TestOneCallReportsWhetherTheClientConformed(t *testing.T) {
	b := newBench(t)
	b.send("PUT", "/ImageStore/a?"+version, "hello")
	b.send("GET", "/", "") // not in the contract
	if v := get[verdict](b, "contract"); !v.Kept || v.Requests != 1 || len(v.Differences) != 0 {
		t.Errorf("a good client: %+v", v)
	}
	b.send("GET", "/ImageStore?"+version+"&timeout=soon", "")
	b.send("PATCH", "/ImageStore/a?"+version, "")
	status, text := b.send("GET", workbench.Prefix+"contract", "")
	v := get[verdict](b, "contract")
	if status != 409 || v.Kept || v.Requests != 3 || len(v.Differences) != 2 || v.Differences[0].Side != "request" || v.Differences[0].Place != `query "timeout"` || v.Differences[0].Request != 3 {
		t.Errorf("a bad client: %d %s", status, text)
	}
	log := get[requests](b, "requests?after=2")
	if log.Total != 4 || len(log.Requests) != 2 || len(log.Requests[0].Differences) != 1 || !strings.Contains(log.Requests[1].Differences[0].Reason, "no operation") {
		t.Errorf("requests %+v", log)
	}
	if status, _ := b.control("DELETE", "requests", ""); status != 204 {
		t.Fatal(status)
	}
	b.send("GET", "/ImageStore/a?"+version, "")
	if v := get[verdict](b, "contract"); !v.Kept || v.Requests != 1 {
		t.Errorf("after they were forgotten: %+v", v)
	}
	if log := get[requests](b, "requests"); log.Total != 5 || len(log.Requests) != 1 || log.Requests[0].Number != 5 {
		t.Errorf("after they were forgotten: %+v", log)
	}
}

// TestTheVerdictWaitsForTheLog has a response that its client has received completely while it is still
// being validated.
func TestTheVerdictWaitsForTheLog(t *testing.T) {
	store, err := emulator.New(emulator.WithFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := workbench.New(store, workbench.Options{Contract: contract})
	ask := func(method, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set(workbench.Header, "1")
		rsp := httptest.NewRecorder()
		w.ServeHTTP(rsp, r)
		return rsp
	}
	synctest.Test(t, func(t *testing.T) {
		slow := &slowWriter{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
		go w.ServeHTTP(slow, httptest.NewRequest("GET", "/ImageStore?timeout=soon&"+version, nil))
		<-slow.answered
		statuses := make(chan int, 1)
		go func() { statuses <- ask("GET", workbench.Prefix+"contract").Code }()
		synctest.Wait()
		select {
		case status := <-statuses:
			t.Errorf("the verdict before the last request is validated: %d", status)
		default:
		}
		close(slow.goOn)
		synctest.Wait()
		if status := <-statuses; status != 409 {
			t.Errorf("the verdict after the last request: %d", status)
		}
		// A client that never reads its response delays a verdict, but not forever.
		stuck := &slowWriter{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
		go w.ServeHTTP(stuck, httptest.NewRequest("GET", "/ImageStore?"+version, nil))
		<-stuck.answered
		if status := ask("GET", workbench.Prefix+"contract").Code; status != 409 {
			t.Errorf("the verdict with a stuck client: %d", status)
		}
		close(stuck.goOn)
	})
}

// slowWriter is a response whose client has it before its handler returns.
type slowWriter struct {
	http.ResponseWriter
	answered, goOn chan struct{}
}

func (w *slowWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	close(w.answered)
	<-w.goOn
	return n, err
}

func TestWithoutAContractThereIsNoVerdict(t *testing.T) {
	b := newBench(t, func(o *workbench.Options) { o.Contract = nil })
	b.send("GET", "/ImageStore?"+version+"&timeout=soon", "")
	if status, _ := b.send("GET", workbench.Prefix+"contract", ""); status != 501 {
		t.Errorf("%d, want 501", status)
	}
	if log := get[requests](b, "requests"); len(log.Requests) != 1 || len(log.Requests[0].Differences) != 0 {
		t.Errorf("requests %+v", log)
	}
}

func TestTheLastThousandRequestsAreKept(t *testing.T) {
	b := newBench(t)
	for i := range 7 {
		b.send("GET", fmt.Sprintf("/ImageStore/before-%d?%s", i, version), "")
	}
	b.control("DELETE", "requests", "")
	for i := range 1003 {
		b.send("GET", fmt.Sprintf("/ImageStore/f-%d?%s", i, version), "")
	}
	log := get[requests](b, "requests?after=5")
	if log.Total != 1010 || len(log.Requests) != 1000 {
		t.Fatalf("total %d, kept %d", log.Total, len(log.Requests))
	}
	for i, r := range log.Requests {
		if r.Number != 11+i || !strings.HasPrefix(r.Path, fmt.Sprintf("/ImageStore/f-%d?", i+3)) {
			t.Fatalf("request %d is number %d, %s", i, r.Number, r.Path)
		}
	}
}

func TestADroppedConnectionIsLogged(t *testing.T) {
	b := newBench(t)
	b.control("POST", "faults", `{"fault":"UploadFile=drop-reply"}`)
	if status, _ := b.send("PUT", "/ImageStore/a?"+version, "hello"); status != 0 {
		t.Fatalf("the reply came: %d", status)
	}
	log := get[requests](b, "requests")
	if len(log.Requests) != 1 || log.Requests[0].Status != 0 || log.Requests[0].BytesIn != 5 || log.Requests[0].Operation != "UploadFile" {
		t.Errorf("requests %+v", log)
	}
}
