package cli

import (
	"github.com/spf13/cobra"
)

// globalFlags are the flags of every command.
type globalFlags struct {
	*source // the settings of the cluster that are given by flags
	output  outputFormat
	quiet   bool
	verbose bool
}

func (f *globalFlags) register(root *cobra.Command) {
	f.source, f.output = newSource("flags"), outputTable
	flags := root.PersistentFlags()
	flags.AddFlagSet(f.flagSet)
	flags.VarP(&f.output, "output", "o", "table or json")
	flags.BoolVar(&f.quiet, "quiet", false, "no notices on standard error")
	flags.BoolVar(&f.verbose, "verbose", false, "log each request on standard error")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json"}, cobra.ShellCompDirectiveNoFileComp))
}
