package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/internal/exclude"
	"github.com/sfstore/sfstore/pack"
	"github.com/sfstore/sfstore/upload"
)

// verifyFlags say what is compared.
type verifyFlags struct {
	exclude  []string
	compress bool
}

func (a *app) verifyCommand() *cobra.Command {
	var f verifyFlags
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
			return a.verify(c.Context(), args[0], args[1], f)
		},
	}
	c.Flags().StringArrayVar(&f.exclude, "exclude", nil, "leave out names or paths that match the pattern (repeatable)")
	c.Flags().BoolVar(&f.compress, "compress", false, "compare what sfstore upload --compress stores of SRC")
	return c
}

// verified is the result of verify.
type verified struct {
	Path        string              `json:"path"`
	Differences []upload.Difference `json:"differences"`
	Unmatched   []string            `json:"unmatched,omitempty"` // the patterns of --exclude that matched nothing
}

func (a *app) verify(ctx context.Context, src, dst string, f verifyFlags) error {
	client, err := a.clientOfUploads()
	if err != nil {
		return err
	}
	result := verified{Differences: []upload.Difference{}}
	options := []upload.Option{upload.WithProgress(func(e upload.Event) {
		switch e.Kind {
		case upload.Unmatched:
			result.Unmatched = append(result.Unmatched, e.Path)
		case upload.Noticed, upload.Retried:
			a.notice("%s", inWords(e))
		}
	})}
	if !f.compress { // archives are made without excluded files
		options = append(options, upload.WithExclude(f.exclude...))
	}
	uploader, err := upload.New(client, options...)
	if err != nil {
		return err
	}
	info, err := statSource(src)
	if err != nil {
		return usageError{"sfstore verify", err}
	}
	if result.Path, result.Unmatched, err = f.destination(src, dst, info); err != nil {
		return usageError{"sfstore verify", err}
	}
	differences, unmatched, err := f.compare(ctx, uploader, src, result.Path, info)
	if err != nil {
		return err
	}
	result.Differences = append(result.Differences, differences...)
	result.Unmatched = append(result.Unmatched, unmatched...)
	a.noticeUnmatched(result.Unmatched)
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
		return codedError{fmt.Errorf("the store differs from %q in %s", src, count(len(differences), "place")), exitDiffers}
	}
	return nil
}

// compare compares a source with the path dst. It also returns the patterns that matched nothing of a
// package, which the uploader does not report.
func (f *verifyFlags) compare(ctx context.Context, uploader *upload.Uploader, src, dst string, info fs.FileInfo) (differences []upload.Difference, unmatched []string, err error) {
	switch {
	case f.compress && !info.IsDir():
		return nil, nil, usageError{"sfstore verify", fmt.Errorf("--compress: %q is not a folder", src)}
	case f.compress:
		packed, err := pack.Compress(ctx, dirFS(src), pack.WithExclude(f.exclude...))
		if err != nil {
			return nil, nil, err
		}
		defer packed.Close()
		differences, err = uploader.VerifyFolder(ctx, dst, packed)
		return differences, packed.Report().Unmatched, err
	case info.IsDir():
		differences, err = uploader.VerifyFolder(ctx, dst, dirFS(src))
		return differences, nil, err
	}
	size, err := sizeOf(src)
	if err != nil {
		return nil, nil, err
	}
	differences, err = uploader.VerifyFile(ctx, dst, size)
	return differences, nil, err
}

// destination returns the path where upload stores a source, and the patterns that do not match the
// name of a file.
func (f *verifyFlags) destination(src, dst string, info fs.FileInfo) (path string, unmatched []string, err error) {
	if namesFolder(dst) {
		name, err := ownName(src)
		if err != nil {
			return "", nil, err
		}
		dst = joinPath(dst, name)
	}
	if info.IsDir() {
		return dst, nil, nil // the folder's files decide
	}
	compiled, err := exclude.Compile(f.exclude...)
	if err != nil {
		return "", nil, err
	}
	if compiled.Excludes(filepath.Base(src), false) {
		return "", nil, errors.New("--exclude leaves out the source")
	}
	return dst, compiled.Unmatched(), nil
}
