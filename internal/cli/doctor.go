package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/internal/doctor"
)

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Find out why a cluster cannot be reached or used",
		Long: `Find out why a cluster cannot be reached or used: name, connection, TLS, the server's certificate
and why it is trusted or not, the client's certificate, the gateway's response, its api-versions, the
token that it requires, access, upload sessions, and the kind of image store. It examines each endpoint.
It sends a few GET requests, changes nothing, and takes at most ten seconds per step; a token may take
longer.

A finding is ok, a warning (it works now, and may fail later) or a problem, with a cure if there is one.
The exit code is 0 without a problem, 4 if one side does not accept the other's certificate or token, 3
if it was interrupted, and 1 if the cluster cannot be reached or used for another reason.

With -o json the result is {"verdict":..., "endpoints":[{"endpoint":..., "verdict":...,
"findings":[{"check":..., "verdict":..., "seen":..., "cure":..., "refused":..., "certificate":
{"subject":..., "issuer":..., "names":[...], "expires":..., "sha1":..., "sha256":...,
"source":...}}]}]}. A verdict is "ok", "warning" or "problem"; the verdict of an endpoint is the worst of its
findings. The members cure, certificate and source may be missing; refused is true for a problem that
makes the exit code 4.`,
		Example: `  sfstore doctor
  sfstore doctor --endpoint https://mycluster.example.org:19080 --cert client.pem --ca ca.pem`,
		ValidArgsFunction: nothing,
		Args:              usage(cobra.NoArgs),
		RunE:              func(c *cobra.Command, _ []string) error { return a.doctor(c.Context()) },
	}
}

func (a *app) doctor(ctx context.Context) error {
	all, err := a.target()
	unusable, _ := errors.AsType[certificateError](err) // it becomes a finding
	if err != nil && unusable.error == nil {
		return err
	}
	targets := make([]doctor.Target, len(all.endpoints))
	for i, endpoint := range all.endpoints {
		one := target{endpoints: []string{endpoint}, timeout: all.timeout, apiVersion: all.apiVersion}
		if !strings.HasPrefix(strings.ToLower(endpoint), "http:") { // where the client takes neither
			one.security, one.token = all.security, all.token
		}
		client, err := a.clientOf(one)
		if err != nil {
			return err
		}
		targets[i] = doctor.Target{
			Client: client, Security: all.security, Token: all.token,
			APIVersion: all.apiVersion.text, CertificateError: unusable.error,
			CertificateSource: all.source,
		}
	}
	examined := examination{Verdict: doctor.OK, Endpoints: make([]doctor.Report, len(targets))}
	var doctors sync.WaitGroup
	for i, one := range targets {
		doctors.Go(func() { examined.Endpoints[i] = doctor.Examine(ctx, one) })
	}
	doctors.Wait()
	problems, code := examined.sum()
	if err := a.print(examined, func(w io.Writer) { printExamination(w, examined) }); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted before the examination was complete: %w", context.Cause(ctx))
	}
	if problems > 0 {
		return codedError{errors.New(count(problems, "problem") + " found"), code}
	}
	return nil
}

// examination has the doctor's findings at all endpoints.
type examination struct {
	Verdict   doctor.Verdict  `json:"verdict"`
	Endpoints []doctor.Report `json:"endpoints"`
}

// sum finds the worst of the findings, counts the problems, and chooses the exit code for them.
func (e *examination) sum() (problems, code int) {
	code = exitFailed
	for _, report := range e.Endpoints {
		if report.Verdict == doctor.Problem || e.Verdict == doctor.OK {
			e.Verdict = report.Verdict
		}
		for _, f := range report.Findings {
			if f.Verdict == doctor.Problem {
				problems++
			}
			if f.Refused {
				code = exitRefused
			}
		}
	}
	return problems, code
}

func printExamination(w io.Writer, e examination) {
	for _, report := range e.Endpoints {
		tablef(w, "%s\n", report.Endpoint)
		for _, f := range report.Findings {
			tablef(w, "  %s\t%s\t%s\n", f.Verdict, f.Check, f.Seen)
			if c := f.Certificate; c != nil {
				tablef(w, "\t\t  %q, issued by %q, until %s\n", c.Subject, c.Issuer, moment(c.Expires))
				if len(c.Names) > 0 {
					tablef(w, "\t\t  for %s\n", strings.Join(c.Names, ", "))
				}
				tablef(w, "\t\t  thumbprint %s\n", c.SHA1)
				if c.Source != "" {
					tablef(w, "\t\t  from %s\n", c.Source)
				}
			}
			if f.Cure != "" {
				tablef(w, "\t\t  -> %s\n", f.Cure)
			}
		}
	}
}
