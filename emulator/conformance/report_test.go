package conformance

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// report is what came of the facts at a cluster.
type report struct {
	mu    sync.Mutex
	lines []finding
}

type finding struct {
	topic, says string
	skipped     string   // why it was not asked
	problems    []string // why it does not hold
}

func (r *report) add(f finding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, f)
}

// write lists the facts by topic, and counts them.
func (r *report) write(w io.Writer, endpoint string, p platform) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var holds, differs, skipped int
	topic := ""
	fmt.Fprintf(w, "\n%s, which behaves like %s\n", endpoint, p)
	for _, f := range r.lines {
		if f.topic != topic {
			topic = f.topic
			fmt.Fprintf(w, "\n%s\n", topic)
		}
		switch {
		case f.skipped != "":
			skipped++
			fmt.Fprintf(w, "  not asked  %s (%s)\n", f.says, f.skipped)
		case len(f.problems) > 0:
			differs++
			fmt.Fprintf(w, "  DIFFERS    %s\n             %s\n", f.says, strings.Join(f.problems, "\n             "))
		default:
			holds++
			fmt.Fprintf(w, "  holds      %s\n", f.says)
		}
	}
	fmt.Fprintf(w, "\n%d facts hold, %d differ, %d were not asked\n", holds, differs, skipped)
}
