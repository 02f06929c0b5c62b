package cli

import "github.com/spf13/cobra"

func (a *app) sessionDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "delete ID",
		Short:   "End an upload session and remove its chunks",
		Long:    `End an upload session and remove its chunks. A file that was committed from it stays. An unknown session is exit code 5.`,
		Example: `  sfstore session delete 2032ac6c-a348-4594-86da-dab0f2bb1ae1`,
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, id, err := a.clientForSession(args[0])
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
