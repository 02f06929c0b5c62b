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
and why it is trusted or not, the client's certificate, what the gateway answers, its api-versions,
the token that it wants, access, upload sessions, and the kind of image store. Each endpoint is
examined. It sends a few GET requests, changes nothing, and takes ten seconds a step at most; a token
may take longer.

A finding is ok, a warning (it works, and may not always) or a problem, with a cure where there is
one. The exit code is 0 without a problem, 4 when one side does not accept the other's certificate
or token, 3 when it was interrupted, and 1 when the cluster cannot be reached or used for another
reason.

With -o json the result is {"verdict":..., "endpoints":[{"endpoint":..., "verdict":...,
"findings":[{"check":..., "verdict":..., "seen":..., "cure":..., "refused":..., "certificate":
{"subject":..., "issuer":..., "names":[...], "expires":..., "sha1":..., "sha256":...}}]}]}, where a
verdict is "ok", "warning" or "problem", that of a whole is its worst, cure and certificate may be
missing, and refused is true for what makes exit code 4.`,
		Example: `  sfstore doctor
  sfstore doctor --endpoint https://mycluster.example.org:19080 --cert client.pem --ca ca.pem`,
		Args: usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return a.doctor(c.Context()) },
	}
}

func (a *app) doctor(ctx context.Context) error {
	all, err := a.target()
	unusable, _ := errors.AsType[certificateError](err) // which is a finding
	if err != nil && unusable.error == nil {
		return err
	}
	patients := make([]doctor.Patient, len(all.endpoints))
	for i, endpoint := range all.endpoints {
		one := target{endpoints: []string{endpoint}}
		if !strings.HasPrefix(strings.ToLower(endpoint), "http:") { // where the client takes neither
			one.security, one.token = all.security, all.token
		}
		client, err := a.clientOf(one)
		if err != nil {
			return err
		}
		patients[i] = doctor.Patient{
			Client: client, Security: all.security, Token: all.token,
			APIVersion: a.flags.apiVersion.text, CertificateError: unusable.error,
		}
	}
	examined := examination{Verdict: doctor.OK, Endpoints: make([]doctor.Report, len(patients))}
	var doctors sync.WaitGroup
	for i, patient := range patients {
		doctors.Go(func() { examined.Endpoints[i] = doctor.Examine(ctx, patient) })
	}
	doctors.Wait()
	diagnosis := examined.sum()
	if err := a.print(examined, func(w io.Writer) { printExamination(w, examined) }); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("interrupted, and so not examined to the end: %w", err)
	}
	if diagnosis.problems > 0 {
		return diagnosis
	}
	return nil
}

// examination is what the doctor found, at all endpoints.
type examination struct {
	Verdict   doctor.Verdict  `json:"verdict"`
	Endpoints []doctor.Report `json:"endpoints"`
}

// sum finds the worst of the findings.
func (e *examination) sum() unwell {
	u := unwell{code: exitFailed}
	for _, report := range e.Endpoints {
		if report.Verdict == doctor.Problem || e.Verdict == doctor.OK {
			e.Verdict = report.Verdict
		}
		for _, f := range report.Findings {
			if f.Verdict == doctor.Problem {
				u.problems++
			}
			if f.Refused {
				u.code = exitRefused
			}
		}
	}
	return u
}

// unwell is a cluster that cannot be used, with the exit code by the worst finding.
type unwell struct {
	problems int64
	code     int
}

func (u unwell) Error() string { return count(u.problems, "problem") + " found" }

func printExamination(w io.Writer, e examination) {
	for _, report := range e.Endpoints {
		fmt.Fprintln(w, report.Endpoint)
		for _, f := range report.Findings {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", f.Verdict, f.Check, f.Seen)
			if c := f.Certificate; c != nil {
				fmt.Fprintf(w, "\t\t  %q, issued by %q, until %s\n", c.Subject, c.Issuer, moment(c.Expires))
				if len(c.Names) > 0 {
					fmt.Fprintf(w, "\t\t  for %s\n", strings.Join(c.Names, ", "))
				}
				fmt.Fprintf(w, "\t\t  thumbprint %s\n", c.SHA1)
			}
			if f.Cure != "" {
				fmt.Fprintf(w, "\t\t  -> %s\n", f.Cure)
			}
		}
	}
}
