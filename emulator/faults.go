package emulator

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Action is what a [Fault] does to a request.
type Action int

const (
	// DropRequest closes the connection without a response; nothing is done.
	DropRequest Action = iota + 1
	// DropReply does the work and then closes the connection.
	DropReply
	// Delay waits before the work, after the body was read. A longer delay
	// than the request's timeout parameter (60 s without it) ends after that
	// time; the work is done then, and the response is 504 FABRIC_E_TIMEOUT.
	Delay
	// Cut reads half of the body and closes the connection; nothing is done.
	Cut
	// Answer reads the body and responds with the given status and code;
	// nothing is done.
	Answer
	// SkipChunk responds to UploadFileChunk with success without recording the
	// chunk. A session that the chunk begins is created.
	SkipChunk
	// LoseSessions calls [Store.Failover] before the work.
	LoseSessions
	// FailCommit makes a commit fail while it writes: 500 0x80070070, a full
	// disk. A file at the path stays, with the id of the failed session on it,
	// so that the same commit then succeeds and writes nothing. It is for
	// CommitImageStoreUploadSession.
	FailCommit
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

// Fault injects a fault into chosen requests of one operation. The requests of
// an operation are counted from 1, starting when the fault was added; a request
// that is rejected for its URL, certificate or timeout parameter does not
// count. Every fault that chooses a request acts on it.
type Fault struct {
	// Operation is the published operationId, or empty for all operations,
	// counted together.
	Operation string
	// From is the first request chosen; 0 means Every, or 1 if that is 0 too.
	From int
	// Every chooses each n-th request from there on; 0 means every one.
	Every int
	// Count is the maximum number of chosen requests; 0 means no limit.
	Count int

	Action Action
	// Delay is how long the action Delay waits. It must be positive there.
	Delay time.Duration
	// Status and Code are the response of the action Answer: a status from 400
	// to 599 and a code such as E_ABORT.
	Status int
	Code   string
}

// validate names the first invalid fault.
func validate(faults []Fault) error {
	for i, f := range faults {
		if err := f.validate(); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	return nil
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
	case FailCommit:
		if f.Operation != "CommitImageStoreUploadSession" {
			return errors.New("only CommitImageStoreUploadSession has a commit to fail")
		}
	case Delay:
		if f.Delay <= 0 {
			return fmt.Errorf("the delay %v is not positive", f.Delay)
		}
	case Answer:
		if f.Status < 400 || f.Status > 599 || f.Code == "" {
			return fmt.Errorf("the response %d %q is not a status from 400 to 599 with a code", f.Status, f.Code)
		}
	default:
		return fmt.Errorf("unknown action %d", f.Action)
	}
	return nil
}

func isOperation(name string) bool {
	return slices.ContainsFunc(routes, func(r route) bool { return r.operation == name })
}

// chooses reports whether the fault acts on the n-th request, n from 1.
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

// faultPlan is the combination of the faults of one request.
type faultPlan struct {
	actions []Action
	delay   time.Duration // of all delays together
	answer  *serverError  // of the last Answer
}

func (p *faultPlan) add(f Fault) {
	p.actions = append(p.actions, f.Action)
	switch f.Action {
	case Delay:
		p.delay += f.Delay
	case Answer:
		p.answer = newError(f.Status, f.Code)
	}
}

func (p *faultPlan) has(a Action) bool { return slices.Contains(p.actions, a) }
