package conformance

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Doer sends a request unchanged, without following redirects. An [http.Client] implements it, and
// so does a wrapper that adds a certificate or a token.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Suite checks the facts at one gateway. Make it with [New].
type Suite struct {
	// Version is the version of the suite that the report names.
	Version string
	// Progress, unless nil, is called after each fact.
	Progress func(Finding)

	endpoint *url.URL
	doer     Doer
	folder   string
	observe  func(exchange, reply) error // of tests: checks an exchange against the contract
	hurry    bool                        // of tests: no pauses
}

// New returns a suite that queries the gateway at endpoint, an http or https URL, by way of doer. It
// sends nothing. It returns an error if endpoint is anything else, or doer is nil.
func New(endpoint string, doer Doer) (*Suite, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the endpoint must be a URL such as http://localhost:19080")
	}
	if doer == nil {
		return nil, errors.New("the doer is nil")
	}
	return &Suite{
		endpoint: u, doer: doer,
		folder: "sfstore-conformance-" + strings.ToLower(rand.Text()[:10]),
	}, nil
}

// Folder returns the name of the folder that the suite works in, at the root of the store.
func (s *Suite) Folder() string { return s.folder }

// Run asks all facts and removes everything that it stored. The report is never nil; with an error it
// has the facts asked so far. The error is that of ctx if it ended, a [*ResponseError] if the
// gateway does not accept a first write, and a [*LeftoverError], possibly beside another one, if
// something could not be removed. A fact that differs is not an error.
func (s *Suite) Run(ctx context.Context) (*Report, error) {
	r := &run{Suite: s, open: map[string]bool{}}
	r.report = Report{Suite: s.Version, Topics: []Topic{}, Facts: []Finding{}, Information: []Observation{}}
	if err := r.checkAccess(ctx); err != nil {
		return &r.report, err
	}
	err := r.askAll(ctx)
	return &r.report, errors.Join(err, r.cleanUp(context.WithoutCancel(ctx)))
}

// run is one run of a suite.
type run struct {
	*Suite
	traits traits
	report Report
	facts  int             // asked so far
	silent int             // facts in a row without a response
	open   map[string]bool // ids of sessions that may exist; changed by one goroutine alone
}

// checkAccess lists the suite's own folder, which does not exist yet.
func (r *run) checkAccess(ctx context.Context) error {
	got, err := r.send(ctx, list(r.folder))
	switch {
	case err != nil:
		return fmt.Errorf("list a folder: %w", err)
	case got.status != http.StatusNotFound:
		return &ResponseError{Step: "list a folder that is not there", Status: got.status, Code: got.code}
	}
	return nil
}

func (r *run) askAll(ctx context.Context) error {
	if err := r.findTraits(ctx); err != nil {
		return err
	}
	for _, t := range topics() {
		for _, f := range t.facts {
			finding, err := r.ask(ctx, t, f)
			if err != nil {
				return err
			}
			r.report.add(finding)
			if r.Progress != nil {
				r.Progress(finding)
			}
		}
	}
	for _, p := range probes() {
		observation, err := r.observeOne(ctx, p)
		if err != nil {
			return err
		}
		r.report.Information = append(r.report.Information, observation)
	}
	r.report.Complete = true
	return nil
}

// ResponseError is a response to one of the first requests without which no fact can be asked.
type ResponseError struct {
	Step   string // "store a file"
	Status int    // such as 403
	Code   string // such as E_ACCESSDENIED; may be empty
}

func (e *ResponseError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%s: %d %s %s", e.Step, e.Status, http.StatusText(e.Status), e.Code))
}

// LeftoverError names the folder and sessions that a run could not remove.
type LeftoverError struct {
	Folder   string   // "" if it was removed
	Sessions []string // ids, which expire within an hour
}

func (e *LeftoverError) Error() string {
	var left []string
	if e.Folder != "" {
		left = append(left, fmt.Sprintf("the folder %q", e.Folder))
	}
	if len(e.Sessions) > 0 {
		left = append(left, "the upload sessions "+strings.Join(e.Sessions, ", ")+" (which expire within an hour)")
	}
	return "could not remove " + strings.Join(left, " and ")
}
