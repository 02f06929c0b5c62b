package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, the commit, and the version of the document",
		Example: `  sfstore version
  sfstore --version`,
		Annotations:       withoutCluster,
		ValidArgsFunction: nothing,
		Args:              usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			return a.print(b, func(w io.Writer) { fmt.Fprint(w, b) })
		},
	}
}

// String is the text of sfstore version and --version. Its first line stays one for scripts.
func (b build) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "sfstore %s (%s, %s)\n", b.Version, b.Go, b.Platform)
	if b.Commit != "" {
		fmt.Fprintf(&text, "commit %s", b.Commit)
		if b.Date != "" {
			fmt.Fprintf(&text, " of %s", b.Date)
		}
		if b.Modified {
			text.WriteString(", modified")
		}
		text.WriteString("\n")
	}
	fmt.Fprintf(&text, "document %s\n", b.Document)
	return text.String()
}
