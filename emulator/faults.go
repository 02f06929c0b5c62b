package emulator

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Action is what a [Fault] does to a request.
type Action int

const (
	// DropRequest closes the connection without an answer; nothing is done.
	DropRequest Action = iota + 1
	// DropReply does the work and then closes the connection.
	DropReply
	// Delay waits before the work, after the body was read. One that is longer
	// than the request's timeout parameter (60 s without it) lasts for that
	// time; the work is done then, and the answer is 504 FABRIC_E_TIMEOUT.
	Delay
	// Cut reads half of the body and closes the connection; nothing is done.
	Cut
	// Answer reads the body and answers with a status and a code of choice;
	// nothing is done.
	Answer
	// SkipChunk answers UploadFileChunk with success without recording the
	// chunk. A session that the chunk begins is created.
	SkipChunk
	// LoseSessions forgets all upload sessions before the work is done.
	LoseSessions
)

// String returns the action as [ParseFaults] spells it, without its value.
func (a Action) String() string {
	switch a {
	case Delay:
		return "delay"
	case Answer:
		return "answer"
	}
	for name, action := range actions {
		if action == a {
			return name
		}
	}
	return fmt.Sprintf("Action(%d)", int(a))
}

// Fault makes chosen requests of one operation go wrong. The requests of an
// operation are counted from 1, from the making of the store; a request
// refused for its URL, its certificate or its timeout parameter does not
// count. Every fault that chooses a request acts on it.
type Fault struct {
	// Operation is the published operationId, or empty for any of the
	// thirteen, counted together.
	Operation string
	// From is the first request chosen; 0 means Every, or 1 if that is 0 too.
	From int
	// Every chooses each n-th request from there on; 0 means every one.
	Every int
	// Count is how many requests are chosen at the most; 0 means no end.
	Count int

	Action Action
	// Delay is how long the action Delay waits. It must be positive there.
	Delay time.Duration
	// Status and Code are the answer of the action Answer: a status from 400
	// to 599 and a code such as E_ABORT.
	Status int
	Code   string
}

func (f Fault) validate() error {
	if f.Operation != "" && !isOperation(f.Operation) {
		return fmt.Errorf("unknown operation %q", f.Operation)
	}
	if f.From < 0 || f.Every < 0 || f.Count < 0 {
		return errors.New("a count of requests is negative")
	}
	switch f.Action {
	case DropRequest, DropReply, Cut, LoseSessions:
	case SkipChunk:
		if f.Operation != "UploadFileChunk" {
			return errors.New("only UploadFileChunk has chunks to skip")
		}
	case Delay:
		if f.Delay <= 0 {
			return fmt.Errorf("the delay %v is not positive", f.Delay)
		}
	case Answer:
		if f.Status < 400 || f.Status > 599 || f.Code == "" {
			return fmt.Errorf("the answer %d %q is not a status from 400 to 599 with a code", f.Status, f.Code)
		}
	default:
		return fmt.Errorf("unknown action %d", f.Action)
	}
	return nil
}

func isOperation(name string) bool {
	for _, r := range routes {
		if r.operation == name {
			return true
		}
	}
	return false
}

// chooses tells whether the fault acts on the n-th request, n from 1.
func (f Fault) chooses(n int) bool {
	every := max(f.Every, 1)
	from := f.From
	if from == 0 {
		from = every
	}
	if n < from || (n-from)%every != 0 {
		return false
	}
	return f.Count == 0 || (n-from)/every < f.Count
}

// faultPlan is what the faults of one request come to.
type faultPlan struct {
	dropRequest  bool
	dropReply    bool
	cut          bool
	skipChunk    bool
	loseSessions bool
	delay        time.Duration
	answer       *serverError
}

// injected are the faults of a store, with the requests counted so far.
type injected struct {
	list []Fault

	mu   sync.Mutex
	seen map[string]int // by operation; "" counts all
}

// next counts a request and gathers what is to happen to it.
func (f *injected) next(operation string) faultPlan {
	var plan faultPlan
	if len(f.list) == 0 {
		return plan
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen[operation]++
	f.seen[""]++
	for _, fault := range f.list {
		if (fault.Operation == "" || fault.Operation == operation) && fault.chooses(f.seen[fault.Operation]) {
			plan.add(fault)
		}
	}
	return plan
}

func (p *faultPlan) add(f Fault) {
	switch f.Action {
	case DropRequest:
		p.dropRequest = true
	case DropReply:
		p.dropReply = true
	case Cut:
		p.cut = true
	case SkipChunk:
		p.skipChunk = true
	case LoseSessions:
		p.loseSessions = true
	case Delay:
		p.delay += f.Delay
	case Answer:
		p.answer = newError(f.Status, f.Code)
	}
}
