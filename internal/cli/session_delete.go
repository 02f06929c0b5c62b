package cli

import "github.com/spf13/cobra"

func (a *app) sessionDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "delete [PATH] ID",
		Short:             "End an upload session and remove its chunks",
		Long:              `End an upload session and remove its chunks. A file that was committed from it stays. An unknown session is exit code 5.`,
		Example:           `  sfstore session delete 2032ac6c-a348-4594-86da-dab0f2bb1ae1`,
		ValidArgsFunction: completions(a.storePaths, a.sessionIDs, nothing),
		Args:              usage(cobra.RangeArgs(1, 2)),
		RunE: func(c *cobra.Command, args []string) error {
			client, id, err := a.clientForSession(c.Context(), args)
			if err != nil {
				return err
			}
			if err := client.DeleteUploadSession(c.Context(), id); err != nil {
				return err
			}
			return a.result(result{Event: "deleted", Session: id.String()})
		},
	}
}
