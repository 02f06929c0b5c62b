package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/internal/exclude"
	"github.com/sfstore/sfstore/pack"
	"github.com/sfstore/sfstore/upload"
)

func (a *app) verifyCommand() *cobra.Command {
	var patterns []string
	var compress bool
	c := &cobra.Command{
		Use:   "verify SRC PATH",
		Short: "Compare a local file or folder with the store",
		Long: `Compare names and sizes of a local file or folder with the listing of the store at PATH, in both
directions. If PATH ends in /, SRC is compared with what is below PATH under its own name, where upload
stores it. A folder of the store without its mark _.dir is a difference too. The image store has no
download, so bytes cannot be compared. A difference is exit code 6.

With -o json the result is {"path":..., "differences":[{"path":..., "local":..., "stored":...,
"note":...}]}, with sizes in bytes, or -1 for a missing file.`,
		Example:           `  sfstore verify ./build/App App`,
		ValidArgsFunction: completions(localFiles, a.storePaths, nothing),
		Args:              usage(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			return a.verify(c.Context(), args[0], args[1], patterns, compress)
		},
	}
	c.Flags().StringArrayVar(&patterns, "exclude", nil, "leave out names or paths that match the pattern (repeatable)")
	c.Flags().BoolVar(&compress, "compress", false, "compare what sfstore upload --compress stores of SRC")
	return c
}

func (a *app) verify(ctx context.Context, src, dst string, patterns []string, compress bool) error {
	client, err := a.clientOfUploads()
	if err != nil {
		return err
	}
	unmatched := []string{}
	options := []upload.Option{upload.WithProgress(func(e upload.Event) {
		switch e.Kind {
		case upload.Unmatched:
			unmatched = append(unmatched, e.Path)
		case upload.Noticed, upload.Retried:
			a.notice("%s", inWords(e))
		}
	})}
	if !compress { // archives are made without excluded files
		options = append(options, upload.WithExclude(patterns...))
	}
	uploader, err := upload.New(client, options...)
	if err != nil {
		return err
	}
	info, err := statSource(src)
	if err != nil {
		return usageError{"sfstore verify", err}
	}
	if dst, unmatched, err = verified(src, dst, info, patterns); err != nil {
		return usageError{"sfstore verify", err}
	}
	var differences []upload.Difference
	switch {
	case compress && !info.IsDir():
		return usageError{"sfstore verify", fmt.Errorf("--compress: %q is not a folder", src)}
	case compress:
		packed, packErr := pack.Compress(ctx, dirFS(src), pack.WithExclude(patterns...))
		if packErr != nil {
			return packErr
		}
		defer packed.Close()
		unmatched = append(unmatched, packed.Report().Unmatched...)
		differences, err = uploader.VerifyFolder(ctx, dst, packed)
	case info.IsDir():
		differences, err = uploader.VerifyFolder(ctx, dst, dirFS(src))
	default:
		size, sizeErr := sizeOf(src)
		if sizeErr != nil {
			return sizeErr
		}
		differences, err = uploader.VerifyFile(ctx, dst, size)
	}
	if err != nil {
		return err
	}
	result := struct {
		Path        string              `json:"path"`
		Differences []upload.Difference `json:"differences"`
		Unmatched   []string            `json:"unmatched,omitempty"` // the patterns of --exclude that matched nothing
	}{dst, append([]upload.Difference{}, differences...), unmatched}
	a.noticeUnmatched(unmatched)
	if err := a.print(result, func(w io.Writer) {
		for _, d := range differences {
			tablef(w, "%s\n", d)
		}
		if len(differences) == 0 {
			tablef(w, "the store has all of %q, with the same sizes\n", src)
		}
	}); err != nil {
		return err
	}
	if len(differences) > 0 {
		return fmt.Errorf("%w from %q in %s", errDiffers, src, count(int64(len(differences)), "place"))
	}
	return nil
}

// verified returns the path where upload stores a source, and the patterns that do not match the name
// of a file.
func verified(src, dst string, info fs.FileInfo, patterns []string) (path string, unmatched []string, err error) {
	unmatched = []string{}
	if namesFolder(dst) {
		name, err := ownName(src)
		if err != nil {
			return "", nil, err
		}
		dst = strings.TrimRight(dst, `/\`) + "/" + name
	}
	if info.IsDir() {
		return dst, unmatched, nil // the folder's files decide
	}
	compiled, err := exclude.Compile(patterns...)
	if err != nil {
		return "", nil, err
	}
	if compiled.Excludes(filepath.Base(src), false) {
		return "", nil, errors.New("--exclude leaves out the source")
	}
	return dst, append(unmatched, compiled.Unmatched()...), nil
}
