package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) sessionShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show an upload session with every range that is still expected",
		Long: `Show an upload session with every range that is still expected. An unknown session is exit code 5.
With -o json the result is the contract's UploadSession, a list of one.`,
		Example: `  sfstore session show 2032ac6c-a348-4594-86da-dab0f2bb1ae1`,
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, id, err := a.clientForSession(args[0])
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
	fmt.Fprintf(w, "session\t%s\n", s.ID)
	fmt.Fprintf(w, "path\t%s\n", s.Path)
	fmt.Fprintf(w, "size\t%d\n", s.Size)
	fmt.Fprintf(w, "last chunk\t%s\n", moment(s.Modified))
	fmt.Fprintf(w, "arrived\t%d (%d %%)\n", s.Received(), percent(s))
	fmt.Fprintf(w, "expected\t%d in %s\n", s.Remaining(), count(int64(len(s.Expected)), "range"))
	for _, r := range s.Expected {
		fmt.Fprintf(w, "\t%s\n", r)
	}
	fmt.Fprintf(w, "\t%s\n", picture(s, max(terminalWidth(a.stdout)-len("last chunk  []"), 10)))
}
