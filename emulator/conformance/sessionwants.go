package conformance

import (
	"encoding/json"
	"slices"
	"strings"
)

type uploadSession struct {
	SessionID      string `json:"SessionId"`
	FileSize       string
	ExpectedRanges []struct{ StartPosition, EndPosition string }
}

func (t *trial) sessions(r reply) []uploadSession {
	var got struct{ UploadSessions []uploadSession }
	if err := json.Unmarshal([]byte(r.body), &got); err != nil || r.status != 200 {
		t.problem("got %q (%.300s), expected upload sessions", r, r.body)
	}
	return got.UploadSessions
}

// expects expects one session that expects these ranges: "0-2 6-9".
func (x exchange) expects(ranges string) exchange {
	return x.want(func(t *trial, r reply) {
		got := t.sessions(r)
		if len(got) != 1 {
			t.problem("got %d sessions (%.300s), expected one", len(got), r.body)
			return
		}
		var expected []string
		for _, e := range got[0].ExpectedRanges {
			expected = append(expected, e.StartPosition+"-"+e.EndPosition)
		}
		if got := strings.Join(expected, " "); got != ranges {
			t.problem("the session expects %q instead of %q", got, ranges)
		}
	})
}

// lists expects the sessions with these ids, in this order.
func (x exchange) lists(ids ...string) exchange {
	return x.want(func(t *trial, r reply) {
		var got, expected []string
		for _, s := range t.sessions(r) {
			got = append(got, s.SessionID)
		}
		for _, id := range ids {
			expected = append(expected, t.expand(id))
		}
		if !slices.Equal(got, expected) {
			t.problem("the sessions are %q, expected %q", got, expected)
		}
	})
}
