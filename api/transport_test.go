package api_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTransportReports(t *testing.T) {
	for _, row := range []struct {
		name    string
		request string // method, target, body
		handler http.HandlerFunc
		want    []string
	}{
		{"nothing of a good exchange", "GET " + askSessions, responding(200, "application/json", sessions), nil},
		{"nothing of a 204", "GET " + askSessions, responding(204, "", ""), nil},
		{"nothing of a good copy", "POST /ImageStore/$/Copy?api-version=6.0 " + goodCopy, responding(200, "", ""), nil},
		{"nothing of an upload", "PUT /ImageStore/a?api-version=6.0 x", responding(200, "", ""), nil},
		{"the body of a request", "POST /ImageStore/$/Copy?api-version=6.0 []", responding(200, "", ""),
			[]string{`POST /ImageStore/$/Copy: CopyImageStoreContent: request body: value must be an object, got an array`}},
		{"a response", "GET " + askInfo, responding(200, "application/json", `{"DiskInfo": 5}`),
			[]string{`GET /ImageStore/$/Info: GetImageStoreInfo: response /DiskInfo: value must be an object, got 5`}},
		{"a status", "GET " + askInfo, responding(202, "", ""),
			[]string{`GET /ImageStore/$/Info: GetImageStoreInfo: response status: 202 is not documented`}},
		{"no operation", "GET /ImageStore/$/No", responding(200, "", ""),
			[]string{`no operation of the contract: GET /ImageStore/$/No`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			server := httptest.NewServer(row.handler)
			defer server.Close()
			var got reports
			client := &http.Client{Transport: load(t).Transport(server.Client().Transport, got.add)}
			parts := append(strings.SplitN(row.request, " ", 3), "")
			answers := make([]string, 2)
			for i, c := range []*http.Client{server.Client(), client} {
				r, err := http.NewRequest(parts[0], server.URL+parts[1], strings.NewReader(parts[2]))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/json")
				answers[i] = exchange(t, c, r)
			}
			if diff := cmp.Diff(answers[0], answers[1]); diff != "" {
				t.Errorf("the transport changed the response (-without +with):\n%s", diff)
			}
			got.want(t, row.want...)
		})
	}
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransportValidatesARequestThatFailed(t *testing.T) {
	var got reports
	failure := errors.New("connection refused")
	client := &http.Client{Transport: load(t).Transport(roundTripFunc(func(*http.Request) (*http.Response, error) {
		return nil, failure
	}), got.add)}
	if _, err := client.Get("http://gateway/ImageStore?x=1&api-version=6.0"); !errors.Is(err, failure) {
		t.Errorf("error %v, want %v", err, failure)
	}
	got.want(t, `GET /ImageStore: GetImageStoreRootContent: request query "x": is not documented`)
}

// Of a body that is closed early, only the head is validated.
func TestTransportOfAResponseClosedEarly(t *testing.T) {
	var got reports
	transport := load(t).Transport(roundTripFunc(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/html"}},
			ContentLength: -1, Body: io.NopCloser(strings.NewReader("<html>"))}, nil
	}), got.add)
	answer, err := transport.RoundTrip(request(t, "GET", askInfo))
	if err != nil {
		t.Fatal(err)
	}
	got.want(t)
	answer.Header.Set("Content-Type", "application/json") // too late to be seen
	for range 2 {                                         // closing twice reports once
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	got.want(t, `GET /ImageStore/$/Info: GetImageStoreInfo: response content type: "text/html" is not documented, want application/json`)
}

// A response is complete at its end or at its announced length, whichever comes first.
func TestTransportOfAResponseReadInFull(t *testing.T) {
	const want = "GET /ImageStore/$/Info: GetImageStoreInfo: response body: value must be an object, got an array"
	for _, row := range []struct {
		name      string
		announced int64
		read      func(io.ReadCloser) error
	}{
		{"to its end", -1, func(body io.ReadCloser) error {
			_, err := io.ReadAll(body)
			return err
		}},
		{"to its announced length", 2, func(body io.ReadCloser) error {
			_, err := io.ReadFull(body, make([]byte, 2))
			return errors.Join(err, body.Close())
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got reports
			transport := load(t).Transport(roundTripFunc(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: asJSON, ContentLength: row.announced,
					Body: io.NopCloser(strings.NewReader("[]"))}, nil
			}), got.add)
			answer, err := transport.RoundTrip(request(t, "GET", askInfo))
			if err != nil {
				t.Fatal(err)
			}
			if err := row.read(answer.Body); err != nil {
				t.Error(err)
			}
			got.want(t, want)
		})
	}
}

// Of a request that is sent again, the last attempt is validated.
func TestTransportOfARequestSentAgain(t *testing.T) {
	var got reports
	transport := load(t).Transport(roundTripFunc(func(r *http.Request) (*http.Response, error) {
		_, _ = io.ReadFull(r.Body, make([]byte, 3))
		_ = r.Body.Close()
		again, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		if body, err := io.ReadAll(again); string(body) != "[]   " {
			t.Errorf("the second body is %q: %v", body, err)
		}
		return nil, errors.New("no response")
	}), got.add)
	r, err := http.NewRequest("POST", "http://gateway/ImageStore/$/Copy?api-version=6.0", strings.NewReader("[]   "))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if _, err := transport.RoundTrip(r); err == nil {
		t.Error("no error")
	}
	got.want(t, `POST /ImageStore/$/Copy: CopyImageStoreContent: request body: value must be an object, got an array`)
}

// If the client does not know the length of a body, what was sent is validated.
func TestTransportOfARequestOfUnknownLength(t *testing.T) {
	for _, row := range []struct {
		name string
		read int // bytes that are sent
		want []string
	}{
		{"sent to its end", 10, []string{`POST /ImageStore/$/Copy: CopyImageStoreContent: request body: value must be an object, got an array`}},
		{"not sent to its end", 1, nil},
		{"not sent at all", 0, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got reports
			transport := load(t).Transport(roundTripFunc(func(r *http.Request) (*http.Response, error) {
				_, _ = io.ReadFull(r.Body, make([]byte, row.read))
				return nil, errors.New("no response")
			}), got.add)
			r := request(t, "POST", "/ImageStore/$/Copy?api-version=6.0")
			r.Header.Set("Content-Type", "application/json")
			r.Body = io.NopCloser(strings.NewReader("[]"))
			if _, err := transport.RoundTrip(r); err == nil {
				t.Error("no error")
			}
			got.want(t, row.want...)
		})
	}
}
