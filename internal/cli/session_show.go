package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) sessionShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show [PATH] ID",
		Short: "Show an upload session with all expected ranges",
		Long: `Show an upload session with all ranges that the server still expects. An unknown session is exit code 5.
With -o json the result is the contract's UploadSession, a list of one.`,
		Example:           `  sfstore session show 2032ac6c-a348-4594-86da-dab0f2bb1ae1`,
		ValidArgsFunction: completions(a.storePaths, a.sessionIDs, nothing),
		Args:              usage(cobra.RangeArgs(1, 2)),
		RunE: func(c *cobra.Command, args []string) error {
			client, id, err := a.clientForSession(c.Context(), args)
			if err != nil {
				return err
			}
			session, found, err := client.UploadSessionByID(c.Context(), id)
			if err != nil {
				return err
			}
			if !found {
				return fmt.Errorf("upload session %s: %w: it never began, ended, or was lost in a failover", id, errNotFound)
			}
			return a.print(sessionList{[]imagestore.UploadSession{session}}, func(w io.Writer) { a.describe(w, session) })
		},
	}
}

func (a *app) describe(w io.Writer, s imagestore.UploadSession) {
	tablef(w, "session\t%s\n", s.ID)
	tablef(w, "path\t%s\n", s.Path)
	tablef(w, "size\t%d\n", s.Size)
	tablef(w, "last chunk\t%s\n", moment(s.Modified))
	tablef(w, "arrived\t%d (%d %%)\n", s.Received(), percent(s))
	tablef(w, "expected\t%d in %s\n", s.Remaining(), count(len(s.Expected), "range"))
	for _, r := range s.Expected {
		tablef(w, "\t%s\n", r)
	}
	tablef(w, "\t%s\n", picture(s, max(terminalWidth(a.stdout)-len("last chunk  []"), 10)))
}
