// Package doctor finds out why a cluster cannot be reached or used.
//
//	report := doctor.Examine(ctx, doctor.Target{Client: client, Security: security})
//	for _, f := range report.Findings {
//		fmt.Println(f.Verdict, f.Check, f.Seen, f.Cure)
//	}
//
// # Steps
//
// It follows a request step by step: name, connection, TLS, the server's certificate,
// the client's, the gateway's response, which api-versions it accepts, which token the cluster
// requires and whether the given one matches, whether the store can be listed, whether there are
// upload sessions, and what kind of image store it is. It ends when the next step has nothing to
// examine.
//
// # What it sends
//
// It sends a few handshakes and GET requests without a body, and changes nothing in the cluster.
// The certificate and the token are sent only to a trusted server.
//
// # What it reports
//
// Findings quote servers only as printable text of one line. A command to run contains text of a
// server only if it looks like an id.
//
// # Time
//
// Each step ends after ten seconds; that for the token may take as long as its command may.
package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/url"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// stepLimit is how long one step may take. Tests shorten it.
var stepLimit = 10 * time.Second

// tokenLimit is longer than a token command may take.
const tokenLimit = 3 * time.Minute

// Target is a gateway, and how to use it.
type Target struct {
	Client           *imagestore.Client // of this gateway alone; with Security and Token where it is https
	Security         imagestore.Security
	Token            imagestore.TokenSource // nil: none
	APIVersion       string                 // the one chosen for all operations, or empty
	CertificateError error                  // why the client certificate could not be loaded
	// CertificateSource is where the client certificate comes from, such as a file; or empty.
	CertificateSource string
}

// Verdict is what a finding means.
type Verdict string

// The verdicts, from good to bad.
const (
	OK      Verdict = "ok"
	Warning Verdict = "warning" // works now, and may fail later
	Problem Verdict = "problem" // does not work
)

// Report has the findings at one gateway.
type Report struct {
	Endpoint string    `json:"endpoint"`
	Verdict  Verdict   `json:"verdict"` // the worst of the findings
	Findings []Finding `json:"findings"`
}

// Finding is a result of one step.
type Finding struct {
	Check   string  `json:"check"` // such as "server certificate"
	Verdict Verdict `json:"verdict"`
	Seen    string  `json:"seen"`
	Cure    string  `json:"cure,omitempty"` // what can be done about it
	Refused bool    `json:"refused"`        // a certificate or a token was not accepted, on either side

	Certificate *Certificate `json:"certificate,omitempty"` // which the finding is about
}

// Certificate describes a certificate.
type Certificate struct {
	Subject string    `json:"subject"`
	Issuer  string    `json:"issuer"`
	Names   []string  `json:"names"` // of hosts
	Expires time.Time `json:"expires"`
	SHA1    string    `json:"sha1"` // thumbprints
	SHA256  string    `json:"sha256"`
	Source  string    `json:"source,omitempty"` // of the client's: such as a file
}

// Examine examines a gateway. It returns when it is done or ctx ends, with a report of what it has
// found so far.
func Examine(ctx context.Context, t Target) Report {
	e := &examination{Target: t, report: Report{Endpoint: t.Client.Endpoint(), Verdict: OK, Findings: []Finding{}}, probe: metadataPath}
	e.url, _ = url.Parse(e.report.Endpoint) // the client has parsed it before
	for _, s := range []struct {
		limit time.Duration
		step  step
	}{
		{stepLimit, (*examination).scheme},
		{stepLimit, (*examination).resolve},
		{stepLimit, (*examination).connect},
		{stepLimit, (*examination).handshakes},
		{stepLimit, (*examination).serverCertificate},
		{stepLimit, (*examination).clientCertificate},
		{tokenLimit, (*examination).fetchToken},
		{stepLimit, (*examination).gateway},
		{stepLimit, (*examination).apiVersions},
		{stepLimit, (*examination).token},
		{stepLimit, (*examination).access},
		{stepLimit, (*examination).uploadSessions},
		{stepLimit, (*examination).imageStore},
	} {
		if !e.take(ctx, s.step, s.limit) {
			break
		}
	}
	return e.report
}

// step is a part of the examination. It reports whether the next one makes sense.
type step func(*examination, context.Context) bool

// take carries out a step. Findings of an interrupted step are dropped, because they mean nothing.
func (e *examination) take(ctx context.Context, s step, limit time.Duration) bool {
	before := e.report
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	proceed := s(e, limited)
	if ctx.Err() != nil {
		e.report = before
		return false
	}
	return proceed
}

// examination is the state of an examination.
type examination struct {
	Target
	report   Report
	url      *url.URL
	byProxy  bool                // requests do not go to the gateway directly
	chain    []*x509.Certificate // sent by the server
	asked    bool                // the server requested a client certificate in the handshake
	probe    string              // of the requests that find out which api-versions are accepted
	metadata aadMetadata         // what the gateway publishes about tokens
	silent   bool                // the gateway publishes nothing about tokens
	bearer   string              // the token, once there is one
	listing  error               // the result of listing the store
}

// maxText bounds the text of a finding, in runes.
const maxText = 1000

// found adds a finding. It may quote servers, so it is made safe to print.
func (e *examination) found(f Finding) {
	f.Seen, f.Cure = printable(f.Seen, maxText), printable(f.Cure, maxText)
	e.report.Findings = append(e.report.Findings, f)
	if f.Verdict == Problem || f.Verdict == Warning && e.report.Verdict == OK {
		e.report.Verdict = f.Verdict
	}
}

func (e *examination) ok(check, format string, args ...any) {
	e.found(Finding{Check: check, Verdict: OK, Seen: fmt.Sprintf(format, args...)})
}

func (e *examination) warn(check, cure, format string, args ...any) {
	e.found(Finding{Check: check, Verdict: Warning, Cure: cure, Seen: fmt.Sprintf(format, args...)})
}

func (e *examination) problem(check, cure, format string, args ...any) {
	e.found(Finding{Check: check, Verdict: Problem, Cure: cure, Seen: fmt.Sprintf(format, args...)})
}

func (e *examination) refused(check, cure, format string, args ...any) {
	e.found(Finding{Check: check, Verdict: Problem, Cure: cure, Seen: fmt.Sprintf(format, args...), Refused: true})
}
