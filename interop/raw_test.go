package interop

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

const (
	session1 = "11111111-2222-3333-4444-555555555555"
	session2 = "22222222-bbbb-cccc-dddd-eeeeeeeeeeee"
	session3 = "33333333-bbbb-cccc-dddd-eeeeeeeeeeee"
)

// put stores a file with a request of the test itself.
func (s *store) put(t *testing.T, path, content string) {
	t.Helper()
	s.send(t, "/ImageStore/"+path+"?api-version=6.0", content, "")
}

// chunk sends a part of a file. No generated client can, because their uploads have no bodies.
func (s *store) chunk(t *testing.T, path, session, contentRange, content string) {
	t.Helper()
	s.send(t, "/ImageStore/"+path+"/$/UploadChunk?api-version=6.0&session-id="+session, content, contentRange)
}

func (s *store) send(t *testing.T, target, content, contentRange string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.url+target, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	if contentRange != "" {
		req.Header.Set("Content-Range", contentRange)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("PUT %s: %s %s", target, resp.Status, body)
	}
}
