package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

func (a *app) validateCommand() *cobra.Command {
	var v validation
	c := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Hold recorded traffic to the contract",
		Long: `Hold recorded exchanges to the contract, openapi.yaml: HAR of browsers, proxies and sfstore record; HTTP
messages, a request and its response one after the other; what curl -sv prints. How a file begins tells
which it is. A folder stands for the files below it that end in .har or .http, and - for standard input.

A difference is exit code 6. A file that cannot be read to its end is exit code 1, whatever was found in
it, and so is input in which nothing could be held to the contract. Exchanges that are not the image
store's, and those of which a part was not kept, are counted as such and never as passed.

With -o json the result is one object; docs/recordings.md describes it.`,
		Example: `  sfstore validate traffic.har
  curl -sv http://localhost:19080/ImageStore?api-version=6.0 2>&1 | sfstore validate -
  sfstore validate --junit report.xml --coverage recordings/`,
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error { return a.validate(args, v) },
	}
	flags := c.Flags()
	flags.StringVar(&v.contract, "contract", "", "OpenAPI 3.0 document to hold the recordings to, instead of the built-in one")
	flags.StringVar(&v.junit, "junit", "", "file to write the result to as JUnit's XML")
	flags.BoolVar(&v.coverage, "coverage", false, "tell which operations, statuses and error codes the recordings have, and which never")
	return c
}

// validation is what the flags of validate ask for.
type validation struct {
	contract, junit string
	coverage        bool
}

func (a *app) validate(names []string, v validation) error {
	contract, err := loadContract(v.contract)
	if err != nil {
		return err
	}
	var coverage api.Coverage
	report := recording.NewReport(contract.Counting(&coverage))
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
		fmt.Fprintln(w, found)
	}
	for _, found := range v.NotWhole {
		fmt.Fprintf(w, "%s (not whole)\n", found)
	}
	for _, file := range v.Files {
		if file.Error != "" {
			fmt.Fprintf(w, "%s: %s\n", file.Name, file.Error)
		}
	}
	if v.Omitted > 0 {
		fmt.Fprintf(w, "%d more are not listed\n", v.Omitted)
	}
	c := v.Exchanges
	fmt.Fprintf(w, "%s: %d passed, %d different, %d not whole, %d not the image store's\n",
		count(int64(c.Passed+c.Different+c.NotWhole+c.Foreign), "exchange"), c.Passed, c.Different, c.NotWhole, c.Foreign)
	if v.Coverage != nil {
		v.Coverage.table(w)
	}
}

// summaryOf is the error of a report in one line. What cannot be read is worse than what
// differs: it may hold anything.
func summaryOf(report *recording.Report) error {
	err := report.Err()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, recording.ErrUnreadable):
		return fmt.Errorf("%w to their end", recording.ErrUnreadable)
	case errors.Is(err, recording.ErrDifferent):
		return fmt.Errorf("%w in %s", recording.ErrDifferent, count(int64(report.Exchanges.Different), "exchange"))
	}
	return err
}
