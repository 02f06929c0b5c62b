package recording

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"time"
)

// maxHeld is the size in bytes up to which a body is looked at, or more if more of it is to be
// recorded. The image store pages its listings at 3 MiB.
const maxHeld = 8 << 20

// message is what is seen of a request or a response while it passes.
type message struct {
	began, ended time.Time
	head         []byte
	holds        int64 // the size up to which its body is looked at; negative: not at all
	body         []byte
	size         int64
	digest       hash.Hash
	broken       bool // it did not come to its end
}

func begin(head []byte, holds int64) message {
	return message{began: time.Now(), head: append([]byte(nil), head...), holds: holds, digest: sha256.New()}
}

func (m *message) add(p []byte) {
	m.size += int64(len(p))
	if m.digest != nil {
		m.digest.Write(p)
	}
	if m.size > m.holds {
		m.body = nil
	} else {
		m.body = append(m.body, p...)
	}
}

// isHeld tells whether the body is there as a whole.
func (m *message) isHeld() bool { return m.size <= m.holds && !m.broken }

// sum is the digest of the body, in hexadecimal.
func (m *message) sum() string { return hex.EncodeToString(m.digest.Sum(nil)) }

// passed is a request and what came of it.
type passed struct {
	request   *http.Request
	response  *http.Response // nil when none came
	operation string         // empty for what is not the image store's
	sent      message
	answered  message
	ends      int // how many of the two have ended
}

// holdsRequest is the size up to which the body of the request is looked at: not at all where
// it is an upload's or another service's.
func (p *passed) holdsRequest(maxBody int64) int64 {
	if p.operation == "UploadFile" || p.operation == "UploadFileChunk" {
		return -1
	}
	return p.holdsResponse(maxBody)
}

func (p *passed) holdsResponse(maxBody int64) int64 {
	if p.operation == "" {
		return -1
	}
	return max(maxBody, maxHeld)
}
