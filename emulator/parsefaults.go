package emulator

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseFaults parses faults in the form of the command line:
// OPERATION:WHICH=ACTION, separated by commas.
//
//	UploadFileChunk:3=drop-request               the third chunk never arrives
//	CommitImageStoreUploadSession:1=drop-reply   the first commit's response is lost
//	*:5=503/E_ABORT                              the fifth request of any kind fails
//	UploadFileChunk:every-4=delay/2s             each fourth chunk takes 2 s longer
//	UploadFile:from-2:count-3=cut                the second to the fourth are truncated
//
// OPERATION is a published operationId, or * for any. WHICH is a number (only
// that request), or any of from-N, every-N and count-N separated by colons;
// without it every request is chosen. ACTION is drop-request, drop-reply, cut,
// skip-chunk, lose-sessions, fail-commit, delay/DURATION or STATUS/CODE. See
// [Fault] and [Action] for what they mean.
//
// Blanks around a part are ignored, and an empty text has no faults. An error
// names the invalid part.
func ParseFaults(text string) ([]Fault, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var list []Fault
	for part := range strings.SplitSeq(text, ",") {
		f, err := parseFault(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("fault %q: %w", strings.TrimSpace(part), err)
		}
		list = append(list, f)
	}
	return list, nil
}

// String returns the fault in the form of [ParseFaults].
func (f Fault) String() string {
	words := []string{cmp.Or(f.Operation, "*")}
	if f.Count == 1 && f.From > 0 && f.Every == 0 {
		words = append(words, strconv.Itoa(f.From))
	} else {
		for _, word := range []struct {
			name string
			n    int
		}{{"from", f.From}, {"every", f.Every}, {"count", f.Count}} {
			if word.n > 0 {
				words = append(words, fmt.Sprintf("%s-%d", word.name, word.n))
			}
		}
	}
	action := f.Action.String()
	switch f.Action {
	case Delay:
		action = fmt.Sprintf("delay/%v", f.Delay)
	case Answer:
		action = fmt.Sprintf("%d/%s", f.Status, f.Code)
	}
	return strings.Join(words, ":") + "=" + action
}

func parseFault(part string) (Fault, error) {
	var f Fault
	target, action, ok := strings.Cut(part, "=")
	if !ok {
		return f, fmt.Errorf(`want OPERATION:WHICH=ACTION, and there is no "="`)
	}
	words := strings.Split(target, ":")
	if f.Operation = strings.TrimSpace(words[0]); f.Operation == "*" {
		f.Operation = ""
	} else if !isOperation(f.Operation) {
		return f, fmt.Errorf("unknown operation %q", f.Operation)
	}
	for _, word := range words[1:] {
		if err := f.parseWhich(strings.TrimSpace(word)); err != nil {
			return f, err
		}
	}
	if err := f.parseAction(strings.TrimSpace(action)); err != nil {
		return f, err
	}
	return f, f.validate()
}

func (f *Fault) parseWhich(word string) error {
	name, number, ok := strings.Cut(word, "-")
	if !ok {
		number = word
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not N, from-N, every-N or count-N with N from 1", word)
	}
	switch {
	case !ok:
		f.From, f.Every, f.Count = n, 0, 1
	case name == "from":
		f.From = n
	case name == "every":
		f.Every = n
	case name == "count":
		f.Count = n
	default:
		return fmt.Errorf("%q is not N, from-N, every-N or count-N with N from 1", word)
	}
	return nil
}

// actions are those without a value.
var actions = map[string]Action{
	"drop-request":  DropRequest,
	"drop-reply":    DropReply,
	"cut":           Cut,
	"skip-chunk":    SkipChunk,
	"lose-sessions": LoseSessions,
	"fail-commit":   FailCommit,
}

func (f *Fault) parseAction(text string) error {
	if action, ok := actions[text]; ok {
		f.Action = action
		return nil
	}
	name, value, _ := strings.Cut(text, "/")
	if name == "delay" {
		d, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("%q is not a duration such as 2s", value)
		}
		f.Action, f.Delay = Delay, d
		return nil
	}
	status, err := strconv.Atoi(name)
	if err != nil {
		return fmt.Errorf("unknown action %q", text)
	}
	f.Action, f.Status, f.Code = Answer, status, value
	return nil
}
