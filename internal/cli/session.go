package cli

import (
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) sessionCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "session",
		Short: "Upload sessions: what of a file has arrived, and what the server still expects",
		Args:  usage(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.sessionListCommand(), a.sessionShowCommand(), a.sessionCommitCommand(), a.sessionDeleteCommand())
	return c
}

// clientForSession makes the client, and reads the id that a command is about.
func (a *app) clientForSession(text string) (*imagestore.Client, uuid.UUID, error) {
	id, err := imagestore.ParseSessionID(text)
	if err != nil {
		return nil, uuid.Nil, err
	}
	client, err := a.client()
	return client, id, err
}

// sessionList has the shape of the contract's UploadSession.
type sessionList struct {
	UploadSessions []imagestore.UploadSession
}

// printSessions writes a line a session, with a picture of what has arrived that fills the
// width of the terminal.
func (a *app) printSessions(sessions []imagestore.UploadSession) error {
	return a.print(sessionList{sessions}, func(w io.Writer) {
		if len(sessions) == 0 {
			return
		}
		const before = len("2032ac6c-a348-4594-86da-dab0f2bb1ae1  1023.9 KiB  ARRIVED  2017-09-28 17:28:11Z  []")
		width := max(terminalWidth(a.stdout)-before, 10)
		fmt.Fprintln(w, "SESSION\tSIZE\tARRIVED\tLAST CHUNK\t# arrived, . expected")
		for _, s := range sessions {
			fmt.Fprintf(w, "%s\t%s\t%d %%\t%s\t%s\n", s.ID, inBytes(s.Size), percent(s), moment(s.Modified), picture(s, width))
		}
	})
}

// percent rounds down, so that 100 is said only when nothing is missing.
func percent(s imagestore.UploadSession) int64 {
	if s.Size == 0 {
		return 100
	}
	return share(100, s.Received(), s.Size)
}
