package conformance

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// maxSilent is the number of facts in a row without a response after which a run is aborted.
const maxSilent = 3

// trial is a fact that is being asked.
type trial struct {
	*run
	folder    string // the fact's own: "{}" in targets and bodies
	ids       map[string]string
	versions  map[string]version
	problems  []string
	responded bool
	err       error // the last request without a response
}

func (r *run) newTrial() *trial {
	r.facts++
	return &trial{
		run: r, folder: fmt.Sprintf("%s/r%03d", r.folder, r.facts),
		ids: map[string]string{}, versions: map[string]version{},
	}
}

// ask asks a fact, if it applies to the gateway, and removes the fact's files and sessions. The error
// is that of ctx, or of a gateway that stopped responding.
func (r *run) ask(ctx context.Context, t topic, f fact) (Finding, error) {
	finding := Finding{
		Topic: t.name, Fact: f.says, Source: cmp.Or(f.source, t.source),
		Verdict: NotAsked, Reason: cmp.Or(f.local, r.traits.excludes(f.on)),
	}
	if finding.Reason != "" {
		return finding, nil
	}
	a := r.newTrial()
	err := a.do(ctx, f.do)
	finding.Verdict, finding.Instead = Holds, a.problems
	if len(a.problems) > 0 {
		finding.Verdict = Differs
	}
	return finding, err
}

// do carries out the steps up to the first failure.
func (t *trial) do(ctx context.Context, steps []step) error {
	for _, s := range steps {
		s.run(ctx, t)
		if len(t.problems) > 0 {
			break
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.removeOwn(ctx)
	if t.responded || t.err == nil {
		t.silent = 0
	} else if t.silent++; t.silent == maxSilent {
		return fmt.Errorf("the gateway stopped responding: %w", t.err)
	}
	return nil
}

// removeOwn removes the fact's files and sessions. If that fails, the end of the run removes them.
func (t *trial) removeOwn(ctx context.Context) {
	t.removeSessions(ctx)
	_, _ = t.send(ctx, remove(t.folder))
}

// problem adds an actual value. People pass reports on, so it must not name a host.
func (t *trial) problem(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, name := range []string{t.endpoint.Host, t.endpoint.Hostname()} {
		text = strings.ReplaceAll(text, name, "(host)")
	}
	t.problems = append(t.problems, text)
}

// fail adds that there was no response. The text of the error may name hosts and is not reported.
func (t *trial) fail(err error) {
	t.err = err
	late, ok := errors.AsType[net.Error](err)
	switch {
	case ok && late.Timeout(), errors.Is(err, context.DeadlineExceeded):
		t.problem("no response in time")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		t.problem("the connection was closed without a whole response")
	default:
		t.problem("no response")
	}
}

// expand puts the fact's own folder and session ids into a text: "{}" is the folder, `{\}` the folder
// with the separators of Windows as JSON has them, "<1>", "<2>" and so on are ids, and "<1!>" is one
// in upper case.
func (t *trial) expand(text string) string {
	text = strings.ReplaceAll(text, "{}", t.folder)
	text = strings.ReplaceAll(text, `{\}`, strings.ReplaceAll(t.folder, "/", `\\`))
	for _, key := range []string{"1", "2", "3"} {
		if strings.Contains(text, "<"+key) {
			text = strings.ReplaceAll(text, "<"+key+">", t.id(key))
			text = strings.ReplaceAll(text, "<"+key+"!>", strings.ToUpper(t.id(key)))
		}
	}
	return text
}

// id returns the session id of that key, a new random one.
func (t *trial) id(key string) string {
	if t.ids[key] == "" {
		t.ids[key] = randomID()
	}
	return t.ids[key]
}

func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
