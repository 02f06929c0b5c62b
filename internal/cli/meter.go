package cli

import (
	"fmt"
	"time"
)

const (
	meterWindow = 15 * time.Second       // over which a rate is measured
	meterStep   = 200 * time.Millisecond // between two marks
)

// meter measures how fast a number grows.
type meter struct{ marks []mark }

type mark struct {
	at    time.Time
	total int64
}

// note records the number at a moment. Moments must grow.
func (m *meter) note(now time.Time, total int64) {
	if n := len(m.marks); n > 1 && now.Sub(m.marks[n-2].at) < meterStep {
		m.marks[n-1] = mark{now, total}
		return
	}
	m.marks = append(m.marks, mark{now, total})
	for len(m.marks) > 2 && now.Sub(m.marks[1].at) > meterWindow {
		m.marks = m.marks[1:]
	}
}

// rate is the growth in a second.
func (m *meter) rate(now time.Time) float64 {
	if len(m.marks) == 0 || !now.After(m.marks[0].at) {
		return 0
	}
	return float64(m.marks[len(m.marks)-1].total-m.marks[0].total) / now.Sub(m.marks[0].at).Seconds()
}

// pace describes a rate and the time left, such as "25.0 MiB/s, 1m20s left". It is empty if
// nothing is known.
func pace(rate float64, remaining int64) string {
	if rate < 1 {
		return ""
	}
	text := inBytes(int64(rate)) + "/s"
	if remaining > 0 {
		text += fmt.Sprintf(", %s left", timeLeft(rate, remaining))
	}
	return text
}

// timeLeft is rounded up to whole seconds, and bounded.
func timeLeft(rate float64, remaining int64) time.Duration {
	const longest = 1000 * time.Hour
	seconds := float64(remaining) / rate
	if seconds > longest.Seconds() {
		return longest
	}
	return time.Duration(seconds+1) * time.Second
}
