package cli

import "github.com/spf13/cobra"

func (a *app) sessionCommitCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "commit ID",
		Short: "Make the file of an upload session out of its chunks",
		Long: `Make the file of an upload session out of its chunks, over any file at its path.
The server refuses while a range is still expected. For a large file give it time: --timeout 10m.`,
		Example: `  sfstore session commit --timeout 10m 2032ac6c-a348-4594-86da-dab0f2bb1ae1`,
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, id, err := a.clientForSession(args[0])
			if err != nil {
				return err
			}
			if err := client.CommitUploadSession(c.Context(), id); err != nil {
				return err
			}
			return a.result(result{Event: "committed", Session: id.String()})
		},
	}
}
