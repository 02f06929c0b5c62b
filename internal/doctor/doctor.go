// Package doctor finds out why a cluster cannot be reached or used.
//
//	report := doctor.Examine(ctx, doctor.Patient{Client: client, Security: security})
//	for _, f := range report.Findings {
//		fmt.Println(f.Verdict, f.Check, f.Seen, f.Cure)
//	}
//
// # Steps
//
// It goes the way of a request, step by step: name, connection, TLS, the server's certificate,
// the client's, what the gateway answers, which api-versions it accepts, which token the cluster
// wants and whether the one given fits, whether the store can be listed, whether there are upload
// sessions, and what kind of image store it is. It ends where the next step has nothing to stand
// on.
//
// # What it sends
//
// A few handshakes and GET requests without a body. It changes nothing in the cluster. The
// certificate is shown, and the token sent, only to a server that is trusted.
//
// # What it says
//
// What servers say is in findings only as printable text of one line, and in a command to run
// only where it looks like an id.
//
// # Time
//
// Each step ends after ten seconds, that for the token after what its command may take.
package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/url"
	"time"

	"github.com/sfstore/sfstore/internal/transport"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// stepLimit is how long one step may take. Tests shorten it.
var stepLimit = 10 * time.Second

// tokenLimit is more than a command may take to print one.
const tokenLimit = 3 * time.Minute

// Patient is a gateway, and how it is to be used.
type Patient struct {
	Client           *imagestore.Client // of this gateway alone; with Security and Token where it is https
	Security         imagestore.Security
	Token            imagestore.TokenSource // nil: none
	APIVersion       string                 // that was chosen for all operations, or empty
	CertificateError error                  // why the client certificate could not be loaded
}

// Verdict is what a finding means.
type Verdict string

// The verdicts, from good to bad.
const (
	OK      Verdict = "ok"
	Warning Verdict = "warning" // works, and may not always
	Problem Verdict = "problem" // does not work
)

// Report is what was found at one gateway.
type Report struct {
	Endpoint string    `json:"endpoint"`
	Verdict  Verdict   `json:"verdict"` // the worst of the findings
	Findings []Finding `json:"findings"`
}

// Finding is what one step saw.
type Finding struct {
	Check   string  `json:"check"` // such as "server certificate"
	Verdict Verdict `json:"verdict"`
	Seen    string  `json:"seen"`
	Cure    string  `json:"cure,omitempty"` // what can be done about it
	Refused bool    `json:"refused"`        // a certificate or a token was not accepted, on either side

	Certificate *Certificate `json:"certificate,omitempty"` // that the finding is about
}

// Certificate is what a certificate says of itself.
type Certificate struct {
	Subject string    `json:"subject"`
	Issuer  string    `json:"issuer"`
	Names   []string  `json:"names"` // of hosts
	Expires time.Time `json:"expires"`
	SHA1    string    `json:"sha1"` // thumbprints
	SHA256  string    `json:"sha256"`
}

// Examine examines a gateway. It returns when it is done or ctx ends; what it has found until
// then is in the report.
func Examine(ctx context.Context, p Patient) Report {
	e := &examination{Patient: p, report: Report{Endpoint: p.Client.Endpoint(), Verdict: OK, Findings: []Finding{}}}
	e.url, _ = url.Parse(e.report.Endpoint) // which the client has parsed before
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

// step is a part of the examination. It says whether the next one makes sense.
type step func(*examination, context.Context) bool

// take takes a step. What one saw that ctx interrupted says nothing.
func (e *examination) take(ctx context.Context, s step, limit time.Duration) bool {
	before := e.report
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	goOn := s(e, limited)
	if ctx.Err() != nil {
		e.report = before
		return false
	}
	return goOn
}

// examination is an examination under way.
type examination struct {
	Patient
	report   Report
	url      *url.URL
	byProxy  bool                // requests do not go to the gateway directly
	chain    []*x509.Certificate // that the server showed
	asked    bool                // the server asked for a client certificate in the handshake
	metadata aadMetadata         // what the gateway says of tokens
	bearer   string              // the token, once it is there
	listing  error               // what came of listing the store
}

// maxText bounds how long a finding tells something, in runes.
const maxText = 1000

// found adds a finding. Servers have a part in what it says, so it is made safe to print.
func (e *examination) found(f Finding) {
	f.Seen, f.Cure = transport.Printable(f.Seen, maxText), transport.Printable(f.Cure, maxText)
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
