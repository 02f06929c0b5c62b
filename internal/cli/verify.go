package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/upload"
)

func (a *app) verifyCommand() *cobra.Command {
	var exclude []string
	c := &cobra.Command{
		Use:   "verify SRC PATH",
		Short: "Compare a local file or folder with the store",
		Long: `Compare names and sizes of a local file or folder with what the store lists at PATH, both ways. A
folder of the store without its mark _.dir is a difference too. The image store has no way to read a
file back, so bytes cannot be compared. A difference is exit code 6.

With -o json the result is {"path":..., "differences":[{"path":..., "local":..., "stored":...}]},
sizes in bytes and -1 for a file that is not there.`,
		Example: `  sfstore verify ./build/App App`,
		Args:    usage(cobra.ExactArgs(2)),
		RunE:    func(c *cobra.Command, args []string) error { return a.verify(c.Context(), args[0], args[1], exclude) },
	}
	c.Flags().StringArrayVar(&exclude, "exclude", nil, "leave out names or paths that match the pattern (repeatable)")
	return c
}

// errDiffers is a comparison that found something.
var errDiffers = errors.New("the store differs")

func (a *app) verify(ctx context.Context, src, dst string, exclude []string) error {
	client, err := a.client()
	if err != nil {
		return err
	}
	uploader, err := upload.New(client, upload.WithExclude(exclude...))
	if err != nil {
		return err
	}
	info, err := os.Stat(src)
	if err != nil {
		return usageError{"sfstore verify", err}
	}
	var differences []upload.Difference
	if info.IsDir() {
		differences, err = uploader.VerifyFolder(ctx, dst, os.DirFS(src))
	} else {
		differences, err = uploader.VerifyFile(ctx, dst, info.Size())
	}
	if err != nil {
		return err
	}
	result := struct {
		Path        string              `json:"path"`
		Differences []upload.Difference `json:"differences"`
	}{dst, append([]upload.Difference{}, differences...)}
	if err := a.print(result, func(w io.Writer) {
		for _, d := range differences {
			fmt.Fprintln(w, d)
		}
	}); err != nil {
		return err
	}
	if len(differences) > 0 {
		return fmt.Errorf("%w from %q in %s", errDiffers, src, count(int64(len(differences)), "place"))
	}
	a.notice("the store has all of %q, with the same sizes", src)
	return nil
}
