package recording

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"sync/atomic"
	"time"
)

// room is how many bytes of bodies a connection may still hold.
type room struct{ atomic.Int64 }

// take takes so much, or nothing if there is less.
func (r *room) take(n int64) bool {
	if r.Add(-n) >= 0 {
		return true
	}
	r.Add(n)
	return false
}

// message is what is seen of a request or a response while it passes.
type message struct {
	began, ended time.Time
	head         []byte
	holds        int64 // the size up to which its body is looked at; negative: not at all
	body         []byte
	room         *room // what body takes of it is given back when the exchange is recorded
	size         int64
	digest       hash.Hash
	broken       bool // it did not come to its end
}

// begin is a message of which the head has come. What is packed is not looked at.
func begin(head []byte, header http.Header, holds int64, room *room) message {
	if header.Get("Content-Encoding") != "" {
		holds = -1
	}
	return message{began: time.Now(), head: append([]byte(nil), head...), holds: holds, room: room, digest: sha256.New()}
}

func (m *message) add(p []byte) {
	m.size += int64(len(p))
	if m.digest != nil {
		m.digest.Write(p)
	}
	if m.size > m.holds || !m.room.take(int64(len(p))) {
		m.drop()
		return
	}
	m.body = append(m.body, p...)
}

// drop lets go of the body, of which no more is looked at.
func (m *message) drop() {
	if m.room != nil {
		m.room.Add(int64(len(m.body)))
	}
	m.body, m.holds = nil, -1
}

// held is the body, or its size where the bytes were not looked at.
func (m *message) held() body {
	switch {
	case m.broken:
		return lostBody(-1)
	case m.size == 0:
		return keptBody(nil)
	case m.size > m.holds:
		return lostBody(m.size)
	}
	return keptBody(m.body)
}

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
func (p *passed) holdsRequest(limit int64) int64 {
	if p.operation == "UploadFile" || p.operation == "UploadFileChunk" {
		return -1
	}
	return p.holdsResponse(limit)
}

func (p *passed) holdsResponse(limit int64) int64 {
	if p.operation == "" {
		return -1
	}
	return max(limit, maxBody)
}
