package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

func (a *app) validateCommand() *cobra.Command {
	var v validation
	c := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Validate recorded traffic against the contract",
		Long: `Validate recorded exchanges against the contract, openapi.yaml: HAR of browsers, proxies and sfstore
record, and the ZIP of Playwright; HTTP messages, each request followed by its response; the output of
curl -sv. The format is detected from the beginning of a file. A folder means the files below it that end
in .har or .http, and - means standard input. Patterns are expanded if the shell does not do it.

A difference is exit code 6. A file that cannot be read to its end is exit code 1, whatever was found in
it, and so is input without anything to validate. Exchanges that are not the image store's, and exchanges
with missing parts, are counted separately and never as passed.

With -o json the result is one object; docs/recordings.md describes it.`,
		Example: `  sfstore validate traffic.har
  curl -sv "http://localhost:19080/ImageStore?api-version=6.0" 2>&1 | sfstore validate -
  sfstore validate --junit report.xml --coverage recordings/`,
		Annotations:       withoutCluster,
		ValidArgsFunction: localFiles,
		Args:              usage(cobra.MinimumNArgs(1)),
		RunE:              func(_ *cobra.Command, args []string) error { return a.validate(args, v) },
	}
	flags := c.Flags()
	flags.StringVar(&v.contract, "contract", "", "OpenAPI 3.0 document to validate against, instead of the built-in one")
	flags.StringVar(&v.junit, "junit", "", "file to write the result to, as JUnit XML")
	flags.StringArrayVar(&v.ignoreQuery, "ignore-query", nil, "name of a query parameter to ignore, such as one that a proxy adds (repeatable)")
	flags.BoolVar(&v.coverage, "coverage", false, "report which operations, statuses and error codes the recordings have, and which they lack")
	return c
}

// validation are the flags of validate.
type validation struct {
	contract, junit string
	ignoreQuery     []string
	coverage        bool
}

func (a *app) validate(names []string, v validation) error {
	contract, err := loadContract(v.contract)
	if err != nil {
		return err
	}
	var coverage api.Coverage
	report := recording.NewReport(contract.WithCoverage(&coverage))
	report.IgnoreQuery(v.ignoreQuery...)
	for _, name := range names {
		_, err := statSource(name)
		found, _ := filepath.Glob(name) // a pattern that no shell expanded
		if name != "-" && err != nil && len(found) == 0 {
			return usageError{"sfstore validate", err}
		}
	}
	for _, name := range names {
		if name == "-" {
			report.Add("standard input", a.stdin)
		} else {
			report.AddFiles(name)
		}
	}
	result := validated{Report: report}
	if v.coverage {
		result.Coverage = coveredOf(contract, &coverage)
	}
	if err := a.print(result, result.table); err != nil {
		return err
	}
	if v.junit != "" {
		if err := writeJUnit(v.junit, report); err != nil {
			return err
		}
	}
	return summaryOf(report)
}

func loadContract(name string) (*api.Contract, error) {
	if name == "" {
		return api.Load()
	}
	document, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError{"sfstore validate", err}
	}
	contract, err := api.Parse(document)
	if err != nil {
		return nil, usageError{"sfstore validate", fmt.Errorf("%s: %w", name, err)}
	}
	return contract, nil
}

func writeJUnit(name string, report *recording.Report) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return report.WriteJUnit(f)
}

// validated is the result of validate.
type validated struct {
	*recording.Report
	Coverage *covered `json:"coverage,omitempty"`
}

func (v validated) table(w io.Writer) {
	for _, found := range v.Differences {
		tablef(w, "%s\n", found)
	}
	for _, found := range v.NotWhole {
		tablef(w, "%s (not whole)\n", found)
	}
	for _, file := range v.Files {
		if file.Error != "" {
			tablef(w, "%s: %s\n", file.Name, file.Error)
		}
	}
	if v.Omitted > 0 {
		tablef(w, "%d more are not listed\n", v.Omitted)
	}
	c := v.Exchanges
	tablef(w, "%s: %d passed, %d different, %d not whole, %d not the image store's\n",
		count(c.Total(), "exchange"), c.Passed, c.Different, c.NotWhole, c.Foreign)
	if v.Coverage != nil {
		v.Coverage.table(w)
	}
}

// summaryOf is the error of a report in one line. A file that cannot be read is worse than a
// difference, because it may contain any number of them.
func summaryOf(report *recording.Report) error {
	err := report.Err()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, recording.ErrUnreadable):
		return fmt.Errorf("%w to their end", recording.ErrUnreadable)
	case errors.Is(err, recording.ErrDifferent):
		return fmt.Errorf("%w in %s", recording.ErrDifferent, count(report.Exchanges.Different, "exchange"))
	}
	return err
}
