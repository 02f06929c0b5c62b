package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) sessionCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "session",
		Short: "Show, commit or delete upload sessions",
		Example: `  sfstore session list App/Code.zip
  sfstore session watch App/Code.zip`,
		Args: noVerb,
		RunE: showHelp,
	}
	c.AddCommand(a.sessionListCommand(), a.sessionShowCommand(), a.sessionWatchCommand(), a.sessionCommitCommand(), a.sessionDeleteCommand())
	return c
}

// clientForSession returns the client and the session id, which is the last argument. If a path
// precedes it, the session must be of that path.
func (a *app) clientForSession(ctx context.Context, args []string) (*imagestore.Client, uuid.UUID, error) {
	id, err := imagestore.ParseSessionID(args[len(args)-1])
	if err != nil {
		return nil, uuid.Nil, err
	}
	client, err := a.client()
	if err != nil || len(args) == 1 {
		return client, id, err
	}
	session, found, err := client.UploadSessionByID(ctx, id)
	if err == nil && found && session.Path != args[0] {
		err = fmt.Errorf("upload session %s of %q: %w: it belongs to %q", id, args[0], errNotFound, session.Path)
	}
	return client, id, err
}

// sessionList has the shape of the contract's UploadSession.
type sessionList struct {
	UploadSessions []imagestore.UploadSession
}

// printSessions writes a line per session, with a picture of what has arrived that fills the
// width of the terminal.
func (a *app) printSessions(sessions []imagestore.UploadSession) error {
	return a.print(sessionList{sessions}, func(w io.Writer) {
		if len(sessions) == 0 {
			return
		}
		const before = len("2032ac6c-a348-4594-86da-dab0f2bb1ae1  1023.9 KiB  ARRIVED  2017-09-28 17:28:11Z  []")
		width := max(terminalWidth(a.stdout)-before, 10)
		tablef(w, "SESSION\tSIZE\tARRIVED\tLAST CHUNK\t# arrived, . expected\n")
		for _, s := range sessions {
			tablef(w, "%s\t%s\t%d %%\t%s\t%s\n", s.ID, inBytes(s.Size), percent(s), moment(s.Modified), picture(s, width))
		}
	})
}
