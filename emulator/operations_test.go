package emulator_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	"github.com/sfstore/sfstore/emulator"
)

const query = "?api-version=6.5"

func putOnce(client *http.Client, url, path, body string) int {
	return do(client, http.MethodPut, url+"/ImageStore/"+path+query, body)
}

func deleteOnce(client *http.Client, url, path string) int {
	return do(client, http.MethodDelete, url+"/ImageStore/"+path+query, "")
}

// copyOnce writes the source with \, because a Windows gateway compares it so.
func copyOnce(client *http.Client, url, source, destination string) int {
	body := fmt.Sprintf(`{"RemoteSource":%q,"RemoteDestination":%q}`, strings.ReplaceAll(source, "/", `\`), destination)
	return do(client, http.MethodPost, url+"/ImageStore/$/Copy"+query, body)
}

// commitOnce sends a body in three chunks, the last one first, and commits.
func commitOnce(client *http.Client, url, path, body string) int {
	var b [16]byte
	_, _ = rand.Read(b[:])
	id := fmt.Sprintf("&session-id=%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
	third := len(body) / 3
	for _, span := range [][2]int{{2 * third, len(body)}, {0, third}, {third, 2 * third}} {
		status := do(client, http.MethodPut, url+"/ImageStore/"+path+"/$/UploadChunk"+query+id, body[span[0]:span[1]],
			"Content-Range", fmt.Sprintf("bytes %d-%d/%d", span[0], span[1]-1, len(body)))
		if status != http.StatusOK {
			return status
		}
	}
	return do(client, http.MethodPost, url+"/ImageStore/$/CommitUploadSession"+query+id, "")
}

// listedSize returns the size of a file in its listing, or -1.
func listedSize(store *emulator.Store, path string) (int64, error) {
	w := httptest.NewRecorder()
	store.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ImageStore/"+path+query, nil))
	if w.Code == http.StatusNotFound {
		return -1, nil
	}
	var listing struct {
		StoreFiles []struct{ FileSize string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &listing); err != nil || len(listing.StoreFiles) != 1 {
		return 0, fmt.Errorf("%s: %d %s", path, w.Code, w.Body)
	}
	return strconv.ParseInt(listing.StoreFiles[0].FileSize, 10, 64)
}
