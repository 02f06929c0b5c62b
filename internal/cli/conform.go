package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/emulator/conformance"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) conformCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "conform",
		Short: "Check whether a cluster behaves as sfstore and its local store expect",
		Long: `Check whether a cluster behaves as sfstore and its local store expect. It checks some three hundred
facts from the source of Service Fabric 6.4. A cluster that differs may be right; the report helps to
correct sfstore.

It stores small files, the largest of 4 MiB, in one folder with a unique name, begins upload sessions
below it, and removes both at the end, also if it is interrupted. It sends one request at a time, with a
pause after each that is as long as the response took. It needs the rights of an administrator, and
begins only after a confirmation, or with --yes.

Each fact holds, differs (with the actual value), or was not asked (with the reason). The information at
the end is neither right nor wrong. The exit code is 0 if no fact differs, 6 if one does, 3 if it was
interrupted, 4 if the cluster refused the client, and 1 if there was no response, or something could not
be removed.

With -o json the result is one object, which docs/json.md describes. It contains no host names and no
secrets: attach it to a report.`,
		Example: `  sfstore conform --endpoint http://localhost:19080
  sfstore conform --yes -o json --endpoint https://mycluster.example.org:19080 --cert client.pem --ca ca.pem`,
		ValidArgsFunction: nothing,
		Args:              usage(cobra.NoArgs),
		RunE:              func(c *cobra.Command, _ []string) error { return a.conform(c.Context(), yes) },
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "begin without a confirmation")
	return c
}

func (a *app) conform(ctx context.Context, yes bool) error {
	const command = "sfstore conform"
	if a.flags.apiVersion.isSet {
		return usageError{command, errors.New("--api-version has no effect: each fact has its own")}
	}
	client, err := a.client()
	if err != nil {
		return err
	}
	suite, err := conformance.New(client.Endpoint(), client.Generated().Client)
	if err != nil {
		return err
	}
	plan := fmt.Sprintf("store files in the folder %s of %s, begin upload sessions below it, and delete both again", suite.Folder(), client.Endpoint())
	if !yes {
		if err := a.confirm(ctx, command, plan+"?"); err != nil {
			return err
		}
	} else {
		a.notice("going to %s", plan)
	}
	// A client that may not list gets the error of package imagestore here, for which there are hints.
	if _, err := client.List(ctx, suite.Folder()); err != nil && !errors.Is(err, imagestore.ErrNotFound) {
		return err
	}
	suite.Version = thisBuild().Version
	topic := ""
	suite.Progress = func(f conformance.Finding) {
		if f.Topic != topic {
			topic = f.Topic
			a.notice("asking: %s", topic)
		}
	}
	report, err := suite.Run(ctx)
	if len(report.Facts) > 0 {
		if err := a.print(report, func(w io.Writer) { printConformance(w, report) }); err != nil {
			return err
		}
	}
	if err != nil {
		return conformFailure(ctx, err)
	}
	switch n := report.Total().Differs; n {
	case 0:
		return nil
	case 1:
		return codedError{errors.New("1 fact differs"), exitDiffers}
	default:
		return codedError{fmt.Errorf("%d facts differ", n), exitDiffers}
	}
}

// conformFailure wraps an error for its exit code.
func conformFailure(ctx context.Context, err error) error {
	response, ok := errors.AsType[*conformance.ResponseError](err)
	switch {
	case ctx.Err() != nil && !isA[*conformance.LeftoverError](err):
		return fmt.Errorf("interrupted; everything that was stored is removed: %w", context.Cause(ctx))
	case ok && (response.Status == http.StatusForbidden || response.Status == http.StatusUnauthorized):
		return fmt.Errorf("%w: %w", err, imagestore.ErrRefused)
	}
	return err
}

func printConformance(w io.Writer, r *conformance.Report) {
	topic := ""
	for _, f := range r.Facts {
		if f.Topic != topic {
			topic = f.Topic
			fmt.Fprintf(w, "%s\n", topic)
		}
		switch f.Verdict {
		case conformance.Holds:
			fmt.Fprintf(w, "  holds      %s\n", f.Fact)
		case conformance.NotAsked:
			fmt.Fprintf(w, "  not asked  %s (%s)\n", f.Fact, f.Reason)
		case conformance.Differs:
			fmt.Fprintf(w, "  DIFFERS    %s\n", f.Fact)
			for _, line := range f.Instead {
				fmt.Fprintf(w, "             %s\n", line)
			}
			fmt.Fprintf(w, "             source: %s\n", f.Source)
		}
	}
	if len(r.Information) > 0 {
		fmt.Fprintln(w, "Information, neither right nor wrong")
	}
	for _, o := range r.Information {
		fmt.Fprintf(w, "  %s\t%s\n", o.Question, o.Answer)
	}
	fmt.Fprint(w, "\nTOPIC\tHOLD\tDIFFER\tNOT ASKED\n")
	all := r.Total()
	all.Topic = "all"
	for _, t := range append(slices.Clip(r.Topics), all) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\n", t.Topic, t.Holds, t.Differs, t.NotAsked)
	}
	fmt.Fprintf(w, "\nruntime %s, behaves like %s; suite %s\n", cmp.Or(r.Cluster.Version, "unknown"), r.Cluster.Platform, r.Suite)
}
