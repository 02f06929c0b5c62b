package cli

import "github.com/spf13/cobra"

func (a *app) sessionCommitCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "commit [PATH] ID",
		Short: "Make the file of an upload session's chunks",
		Long: `Make the file of an upload session's chunks, and replace any file at its path. The server returns an
error while it still expects a range. A large file takes time: --timeout 10m.`,
		Example:           `  sfstore session commit --timeout 10m 2032ac6c-a348-4594-86da-dab0f2bb1ae1`,
		ValidArgsFunction: completions(a.storePaths, a.sessionIDs, nothing),
		Args:              usage(cobra.RangeArgs(1, 2)),
		RunE: func(c *cobra.Command, args []string) error {
			client, id, err := a.clientForSession(c.Context(), args)
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
