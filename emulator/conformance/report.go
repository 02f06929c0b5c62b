package conformance

// Verdict is the result of a fact.
type Verdict string

// The verdicts.
const (
	Holds    Verdict = "holds"
	Differs  Verdict = "differs"
	NotAsked Verdict = "not asked"
)

// Report is the result of a run. It contains no host names and no credentials, so that it can be
// attached to a bug report. Its JSON form is that of sfstore conform -o json.
type Report struct {
	// Suite is the version of the suite.
	Suite string `json:"suite"`
	// Cluster describes the gateway.
	Cluster Cluster `json:"cluster"`
	// Complete reports whether all facts were asked that can be asked.
	Complete bool `json:"complete"`
	// Topics count the facts, in the order in which they were asked.
	Topics []Topic `json:"topics"`
	// Facts are in the order in which they were asked.
	Facts []Finding `json:"facts"`
	// Information has the results of probes. None of it is right or wrong.
	Information []Observation `json:"information"`
}

// Cluster describes a gateway.
type Cluster struct {
	// Version of the runtime, such as 9.1.1583.9590; empty if the gateway does not report it.
	Version string `json:"version"`
	// Platform is "windows" or "linux", by the separator in listings.
	Platform string `json:"platform"`
	// Sessions reports whether the gateway supports upload sessions.
	Sessions bool `json:"sessions"`
}

// Topic counts the facts of one table.
type Topic struct {
	Topic    string `json:"topic"`
	Holds    int    `json:"holds"`
	Differs  int    `json:"differs"`
	NotAsked int    `json:"notAsked"`
}

// Finding is the result of one fact.
type Finding struct {
	Topic   string  `json:"topic"`
	Fact    string  `json:"fact"`
	Source  string  `json:"source"`
	Verdict Verdict `json:"verdict"`
	// Reason says why it was not asked.
	Reason string `json:"reason,omitempty"`
	// Instead has the actual values.
	Instead []string `json:"instead,omitempty"`
}

// Observation is the outcome of a probe.
type Observation struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// Total returns the sum of the counts of all topics.
func (r *Report) Total() Topic {
	var sum Topic
	for _, t := range r.Topics {
		sum.Holds += t.Holds
		sum.Differs += t.Differs
		sum.NotAsked += t.NotAsked
	}
	return sum
}

// add adds a fact, and counts it.
func (r *Report) add(f Finding) {
	r.Facts = append(r.Facts, f)
	if n := len(r.Topics); n == 0 || r.Topics[n-1].Topic != f.Topic {
		r.Topics = append(r.Topics, Topic{Topic: f.Topic})
	}
	t := &r.Topics[len(r.Topics)-1]
	switch f.Verdict {
	case Holds:
		t.Holds++
	case Differs:
		t.Differs++
	case NotAsked:
		t.NotAsked++
	}
}
