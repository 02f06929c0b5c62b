package cli

import "github.com/spf13/cobra"

func (a *app) sessionListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list PATH",
		Short: "List the upload sessions of a path",
		Long: `List the upload sessions of a path, whoever began them, with a picture of what has arrived:
# all of that part of the file, : some of it, . nothing.

The server compares PATH with that of the first chunk byte for byte. An empty list is not an error.
With -o json the result is the contract's UploadSession.`,
		Example: `  sfstore session list App/Code.zip
  sfstore session list -o json "SwaggerTest\Common.dll"`,
		ValidArgsFunction: completions(a.storePaths, nothing),
		Args:              usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			sessions, err := client.UploadSessionsByPath(c.Context(), args[0])
			if err != nil {
				return err
			}
			if len(sessions) == 0 {
				a.notice("no upload session of %q", args[0])
			}
			return a.printSessions(sessions)
		},
	}
}
