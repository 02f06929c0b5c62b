package emulator_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// id draws one of three session ids.
func (m *machine) id() string {
	return rapid.SampledFrom([]string{
		"111111ff-2222-3333-4444-555555555555", "aaaaaa11-bbbb-cccc-dddd-eeeeeeeeeeee", "99999999-8888-7777-6666-555555555555",
	}).Draw(m.T, "id")
}

// chunk sends a random chunk; most are rejected.
func (m *machine) chunk() {
	_, sent, spelled := m.path()
	id, total := m.id(), rapid.SampledFrom([]int{0, 1, 4, 9}).Draw(m.T, "total")
	if len(m.model.sessions) > 0 && rapid.Bool().Draw(m.T, "of one that is there") {
		s := rapid.SampledFrom(m.model.sessions).Draw(m.T, "session")
		id, sent, spelled, total = s.id, s.path, spell(s.path), s.total
	}
	start := rapid.IntRange(0, total).Draw(m.T, "start")
	end := rapid.IntRange(max(start-1, 0), total+1).Draw(m.T, "end")
	m.send(sent, spelled, id, start, end, total, strings.Repeat("#", rapid.SampledFrom([]int{end - start + 1, end - start + 1, 3}).Draw(m.T, "length")))
}

// nextChunk sends a part of an expected range.
func (m *machine) nextChunk() {
	if len(m.model.sessions) == 0 {
		m.Skip("no session")
	}
	s := rapid.SampledFrom(m.model.sessions).Draw(m.T, "session")
	if len(s.expected()) == 0 {
		m.Skip("nothing is expected")
	}
	gap := rapid.SampledFrom(s.expected()).Draw(m.T, "gap")
	start := rapid.IntRange(gap[0], gap[1]).Draw(m.T, "start")
	end := rapid.IntRange(start, gap[1]).Draw(m.T, "end")
	m.sendPart(s, start, end)
}

// finish sends everything that a session expects, and commits.
func (m *machine) finish() {
	if len(m.model.sessions) == 0 {
		m.Skip("no session")
	}
	s := rapid.SampledFrom(m.model.sessions).Draw(m.T, "session")
	for _, gap := range s.expected() {
		m.sendPart(s, gap[0], gap[1])
	}
	m.commitOf(s.id)
	m.commitOf(s.id)
}

func (m *machine) sendPart(s *modelSession, start, end int) {
	body := ""
	for at := start; at <= end; at++ {
		body += string(rune('A' + at))
	}
	m.send(s.path, spell(s.path), s.id, start, end, s.total, body)
}

// spell escapes a session's path so that the server gets it unchanged.
func spell(path string) string { return strings.NewReplacer(" ", "%20", `\`, "%5C").Replace(path) }

func (m *machine) send(sent, spelled, id string, start, end, total int, body string) {
	header := fmt.Sprintf("bytes %d-%d/%d", start, end, total)
	answer, _ := m.ask("PUT", "/"+spelled+"/$/UploadChunk?session-id="+id, body, "Content-Range", header)
	m.compare(fmt.Sprintf("chunk %s of %s under %.4s", header, sent, id), answer, m.model.chunk(sent, id, start, end, total, body))
}

func (m *machine) commit() { m.commitOf(m.id()) }

func (m *machine) commitOf(id string) {
	answer, _ := m.ask("POST", "/$/CommitUploadSession?session-id="+id, "")
	m.compare(fmt.Sprintf("commit %.4s", id), answer, m.model.commit(id))
}

func (m *machine) end() {
	id := m.id()
	answer, _ := m.ask("DELETE", "/$/DeleteUploadSession?session-id="+id, "")
	m.compare(fmt.Sprintf("delete %.4s", id), answer, m.model.end(id))
}

func (m *machine) session() {
	id := m.id()
	answer, text := m.ask("GET", "/$/GetUploadSession?session-id="+id, "")
	var found []*modelSession
	if s := m.model.session(id); s != nil {
		found = append(found, s)
	}
	m.compare(fmt.Sprintf("session %.4s", id), answer+text, bodyOf(found))
}

func (m *machine) sessions() {
	_, sent, spelled := m.path()
	if len(m.model.sessions) > 0 && rapid.Bool().Draw(m.T, "one that is there") {
		sent = rapid.SampledFrom(m.model.sessions).Draw(m.T, "session").path
		spelled = spell(sent)
	}
	answer, text := m.ask("GET", "/"+spelled+"/$/GetUploadSession", "")
	var found []*modelSession
	for _, s := range m.model.sessions {
		if s.path == sent {
			found = append(found, s)
		}
	}
	// By the first byte of the first group in memory, which is its last one.
	slices.SortFunc(found, func(a, b *modelSession) int { return strings.Compare(a.id[6:8], b.id[6:8]) })
	m.compare("sessions of "+sent, answer+text, bodyOf(found))
}

// bodyOf returns the response with some sessions.
func bodyOf(found []*modelSession) string {
	if len(found) == 0 {
		return "204"
	}
	var parts []string
	for _, s := range found {
		var ranges []string
		for _, r := range s.expected() {
			ranges = append(ranges, fmt.Sprintf(`{"StartPosition":"%d","EndPosition":"%d"}`, r[0], r[1]))
		}
		parts = append(parts, fmt.Sprintf(`{"StoreRelativePath":"%s","SessionId":"%s","FileSize":"%d","ModifiedDate":"%s","ExpectedRanges":[%s]}`,
			strings.ReplaceAll(s.path, `\`, `\\`), s.id, s.total, s.modified.Format("2006-01-02T15:04:05.000Z"), strings.Join(ranges, ",")))
	}
	return `200{"UploadSessions":[` + strings.Join(parts, ",") + "]}"
}

func (m *machine) failover() {
	m.store.Failover()
	m.model.failover()
}

func (m *machine) forward() {
	m.model.forward(time.Duration(rapid.SampledFrom([]int{1, 4, 5, 14, 29, 30, 61}).Draw(m.T, "minutes")) * time.Minute)
}
