package main

import (
	"fmt"
	"net/http"
	"strings"
)

// serveRivals responds to azblob and minio-go, whose bytes were discarded already. They use little of
// the response.
func serveRivals(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch {
	case strings.HasPrefix(r.URL.Path, "/azblob/"):
		if checksum := r.Header.Get("X-Ms-Content-Crc64"); checksum != "" {
			w.Header().Set("X-Ms-Content-Crc64", checksum)
		}
		w.Header().Set("X-Ms-Request-Server-Encrypted", "true")
		w.WriteHeader(http.StatusCreated)
	case query.Has("uploads"):
		xmlBody(w, "InitiateMultipartUploadResult", "<UploadId>1</UploadId>")
	case r.Method == http.MethodPost:
		xmlBody(w, "CompleteMultipartUploadResult", `<ETag>"1"</ETag>`)
	default:
		w.Header().Set("ETag", `"1"`)
	}
}

func xmlBody(w http.ResponseWriter, name, content string) {
	w.Header().Set("Content-Type", "application/xml")
	fmt.Fprintf(w, "<%s><Bucket>minio</Bucket><Key>App/big</Key>%s</%s>", name, content, name)
}
