package recording

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// The parts of JUnit's XML that reports use.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string       `xml:"classname,attr"`
		Name    string       `xml:"name,attr"`
		Failure *junitReason `xml:"failure"`
		Error   *junitReason `xml:"error"`
		Skipped *junitReason `xml:"skipped"`
	}
	junitReason struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes the report as JUnit XML: a test suite for each file, and in it a test
// case for each operation, which fails if an exchange differs. Exchanges that are not whole
// or are foreign are skipped test cases. So a test case keeps its name from one recording to the
// next. The error is that of w.
func (r *Report) WriteJUnit(w io.Writer) error {
	var all junitSuites
	for _, file := range r.Files {
		all.Suites = append(all.Suites, r.junitSuite(file))
	}
	if r.Exchanges.Passed+r.Exchanges.Different == 0 {
		all.Suites = append(all.Suites, suiteOf("recordings", []junitCase{
			{Name: "something to validate against the contract", Error: &junitReason{Message: r.nothing()}},
		}))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) junitSuite(file FileReport) junitSuite {
	var cases []junitCase
	for _, operation := range slices.Sorted(maps.Keys(file.operations)) {
		counts := file.operations[operation]
		name := cmp.Or(operation, "no operation")
		if judged := counts.Passed + counts.Different; judged > 0 {
			c := junitCase{Name: name}
			if counts.Different > 0 {
				c.Failure = &junitReason{
					Message: differing(counts.Different, judged),
					Text:    textOf(r.Differences, file.Name, operation, counts.differences.omitted),
				}
			}
			cases = append(cases, c)
		}
		if counts.NotWhole > 0 {
			cases = append(cases, junitCase{Name: name + ", not whole", Skipped: &junitReason{
				Message: exchanges(counts.NotWhole),
				Text:    textOf(r.NotWhole, file.Name, operation, counts.notWhole.omitted),
			}})
		}
	}
	if n := file.Exchanges.Foreign; n > 0 {
		cases = append(cases, junitCase{Name: "not the image store's", Skipped: &junitReason{Message: exchanges(n)}})
	}
	if file.Error != "" {
		cases = append(cases, junitCase{Name: "readable to its end", Error: &junitReason{Message: file.Error}})
	}
	return suiteOf(file.Name, cases)
}

func suiteOf(name string, cases []junitCase) junitSuite {
	suite := junitSuite{Name: name, Tests: len(cases), Cases: cases}
	for i := range cases {
		c := &cases[i]
		c.Class = name
		switch {
		case c.Failure != nil:
			suite.Failures++
		case c.Error != nil:
			suite.Errors++
		case c.Skipped != nil:
			suite.Skipped++
		}
	}
	return suite
}

// textOf returns a line for each finding in an operation of a file, and one for those that are not
// listed.
func textOf(findings []Finding, file, operation string, omitted int) string {
	var b strings.Builder
	for _, found := range findings {
		if found.File == file && found.Operation == operation {
			fmt.Fprintln(&b, found)
		}
	}
	if omitted > 0 {
		fmt.Fprintf(&b, "%d more are not listed\n", omitted)
	}
	return b.String()
}

func differing(n, of int) string {
	verb := "differ"
	if n == 1 {
		verb = "differs"
	}
	return fmt.Sprintf("%d of %s %s from the contract", n, exchanges(of), verb)
}

// exchanges writes a number of them.
func exchanges(n int) string {
	if n == 1 {
		return "1 exchange"
	}
	return fmt.Sprintf("%d exchanges", n)
}
