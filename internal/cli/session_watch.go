package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) sessionWatchCommand() *cobra.Command {
	var source string
	interval := seconds(time.Second)
	c := &cobra.Command{
		Use:   "watch PATH",
		Short: "Watch the upload sessions of a path until they end",
		Long: `Watch the upload sessions of a path, whoever uploads, until each is complete, committed or gone. It shows
a picture of what has arrived, with rate and time left. Without a terminal it prints a line for each
change. With --source DIR, PATH is the destination of the folder DIR, and the sessions of its large
files are watched until all of them are stored.

A path without a session is exit code 5, and so is a session that is gone without a commit. With -o json
each line is an object; docs/json.md describes it.`,
		Example: `  sfstore session watch App/Code.zip
  sfstore session watch --source ./build/App App`,
		ValidArgsFunction: completions(a.storePaths, nothing),
		Args:              usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			if interval <= 0 {
				return usageError{"sfstore session watch", errors.New("--interval must be positive")}
			}
			w := &watcher{client: client}
			if source == "" {
				w.files = []*watchedFile{{path: args[0]}}
			} else if w.files, err = largeFiles(source, args[0]); err != nil {
				return usageError{"sfstore session watch", err}
			}
			w.waits = source != ""
			return a.watch(c.Context(), w, time.Duration(interval))
		},
	}
	c.Flags().StringVar(&source, "source", "", "local `folder` whose upload to PATH is watched")
	_ = c.RegisterFlagCompletionFunc("source", localFolders)
	c.Flags().Var(&interval, "interval", "time between two queries")
	return c
}

// watch queries the sessions until all have ended, and shows each change.
func (a *app) watch(ctx context.Context, w *watcher, interval time.Duration) error {
	show := a.watchLines(w)
	defer show.close()
	if err := w.poll(ctx); err != nil {
		return err
	}
	if !w.waits && len(w.sessions) == 0 {
		return fmt.Errorf("upload session of %q: %w", w.files[0].path, errNotFound)
	}
	timer := time.NewTicker(interval)
	defer timer.Stop()
	for failed := ""; !w.ended(); {
		if err := show.changed(); err != nil {
			return err
		}
		var err error
		select {
		case <-ctx.Done():
		case <-timer.C:
			err = w.poll(ctx)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted: %w", context.Cause(ctx))
		}
		if err != nil && !isPassing(err) {
			return err
		}
		if err != nil && err.Error() != failed { // once for all polls that fail in the same way
			failed = err.Error()
			a.notice("retrying: %v", err)
		}
	}
	err := show.changed()
	show.close()
	return errors.Join(w.lost(), err)
}

// isPassing reports whether a later query may succeed.
func isPassing(err error) bool {
	return errors.Is(err, imagestore.ErrNoResponse) && !errors.Is(err, imagestore.ErrRefused) ||
		errors.Is(err, imagestore.ErrUnavailable) || errors.Is(err, imagestore.ErrTimeout)
}

// watchShow shows the state of the sessions.
type watchShow interface {
	changed() error // after each query; it returns an error of the output
	close()         // may be called again
}

func (a *app) watchLines(w *watcher) watchShow {
	if a.flags.output == outputTable && a.paints(a.stdout) {
		return watchBlock{newLive(a.stdout, w.lines)}
	}
	return &watchLog{app: a, watcher: w, last: map[string]string{}}
}

// watchBlock paints itself.
type watchBlock struct{ *live }

func (watchBlock) changed() error { return nil }

// watchLog prints the sessions that changed.
type watchLog struct {
	*app
	*watcher
	last map[string]string // what was printed, by session
}

func (l *watchLog) changed() error {
	for _, s := range l.snapshot() {
		key := fmt.Sprint(s.state, s.Received())
		if l.last[s.ID.String()] == key {
			continue
		}
		l.last[s.ID.String()] = key
		if err := l.print(s.event(), func(w io.Writer) { tablef(w, "%s\n", strings.TrimRight(s.line(80), " ")) }); err != nil {
			return err
		}
	}
	return nil
}

func (*watchLog) close() {}
