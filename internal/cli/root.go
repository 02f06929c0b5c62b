package cli

import "github.com/spf13/cobra"

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "sfstore",
		Short: "Upload to, query and manage the Service Fabric image store, or run a local one",
		Long: `The Service Fabric image store: upload, query, list, copy, delete, and a local store to try it on

Exit codes: 0 done; 1 failed; 2 wrong usage, nothing was sent; 3 interrupted or incomplete, run the
same command again to resume; 4 refused (authentication, authorization, certificate); 5 not found;
6 the comparison found a difference.`,
		Example: `  sfstore demo
  sfstore session list --endpoint http://localhost:19080 App/Code.zip
  sfstore ls --recursive App`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noVerb,
		RunE:          showHelp,
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	this := thisBuild()
	root.Version = this.Version
	root.SetVersionTemplate(this.String())
	root.SetFlagErrorFunc(a.flagError)
	root.SetHelpFunc(printHelp)
	a.flags.register(root)
	_ = root.RegisterFlagCompletionFunc("cluster", a.clusterNames)
	root.AddCommand(
		a.uploadCommand(),
		a.verifyCommand(),
		a.packCommand(),
		a.sessionCommand(),
		a.lsCommand(),
		a.statCommand(),
		a.rmCommand(),
		a.cpCommand(),
		a.duCommand(),
		a.infoCommand(),
		a.serveCommand(),
		a.recordCommand(),
		a.validateCommand(),
		a.conformCommand(),
		a.doctorCommand(),
		a.clusterCommand(),
		a.demoCommand(),
		a.versionCommand(),
	)
	return root
}

// addCobrasOwn adds help and completion, which cobra would add later, with examples.
func addCobrasOwn(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Example = "  sfstore help upload"
			c.Run, c.RunE = nil, helpOf
		case "completion":
			c.Example = "  sfstore completion bash"
			c.Args, c.RunE = noVerb, showHelp
			for _, shell := range c.Commands() {
				shell.Example = "  sfstore completion " + shell.Name()
			}
		}
	}
}

// helpOf prints the help of the command that the arguments name. Cobra's own prints another help for
// one that does not exist.
func helpOf(c *cobra.Command, args []string) error {
	about, rest, err := c.Root().Find(args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return unknownCommand(about, rest[0])
	}
	return about.Help()
}

// showHelp runs a command that only has subcommands.
func showHelp(c *cobra.Command, _ []string) error { return c.Help() }

// noVerb validates the arguments of commands that only have subcommands: an argument is an unknown
// verb.
func noVerb(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(c, args[0])
	}
	return nil
}

// usage turns cobra's errors about arguments into errors of usage.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{c.CommandPath(), err}
		}
		return nil
	}
}
