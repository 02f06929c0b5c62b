package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/pack"
	"github.com/sfstore/sfstore/upload"
)

// uploadFlags say how to upload.
type uploadFlags struct {
	chunkSize  byteSize
	parallel   int
	isParallel bool // it was given
	exclude    []string
	follow     bool
	compress   bool
	dryRun     bool
	remove     bool // --delete
	keep       bool
	takeOver   bool
	noResume   bool
}

func (a *app) uploadCommand() *cobra.Command {
	f := uploadFlags{chunkSize: upload.DefaultChunkSize}
	c := &cobra.Command{
		Use:   "upload SRC... DST",
		Short: "Upload files and folders, and resume an earlier attempt",
		Long: `Upload the local file or folder SRC to the path DST of the store. Several sources, or one if DST ends
in /, are stored below DST under their own names. Run the same command again to resume after an
interruption or a failure: chunks that have arrived are not sent again. Files that fit into one chunk
are sent again; --compress makes few large files of many small ones. The upload succeeds only when every byte is
stored and the store lists every file as it was written. A folder gets its mark _.dir last.

To find what an earlier attempt left, a file is read once before it is sent. With --no-resume, sending
begins at once, and the same command run again starts from zero. It is for connections as fast as the
disk, and for files larger than memory on slow disks.

Before anything is sent, every file of a folder is read and every name is checked. The upload fails if
DST has files that SRC lacks, unless --delete or --keep is given. It also fails if another upload to the
same folder is running, unless --take-over is given.

With -o json, standard output has one object per line: events as they happen, "progress" at most once
a second, and at the end "done", "failed" or "interrupted". docs/json.md describes them. Exit code 3
means: run the same command again to resume.`,
		Example: `  sfstore upload ./build/App App
  sfstore upload --dry-run ./build/App App
  sfstore upload --parallel 16 --exclude "*.pdb" ./build/App App
  sfstore upload Code.zip Config.zip App/CalcPkg/`,
		ValidArgsFunction: completions(localFiles, a.storePathsOrFiles),
		Args:              usage(cobra.MinimumNArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			last := len(args) - 1
			f.isParallel = c.Flags().Changed("parallel")
			report, err := a.upload(c.Context(), args[:last], args[last], f)
			if f.dryRun && err == nil {
				return a.printDryRun(args[last], report, f.remove)
			}
			return a.printUpload(c.Context(), args[last], report, err)
		},
	}
	c.Flags().Var(&f.chunkSize, "chunk-size", "size of a chunk, such as 8MiB; an upload resumes only with the same size")
	c.Flags().IntVar(&f.parallel, "parallel", 0, "number of concurrent requests (else up to 80, with 8 chunks or 32 MiB)")
	c.Flags().BoolVar(&f.noResume, "no-resume", false, "begin to send at once, and start from zero when run again")
	c.Flags().StringArrayVar(&f.exclude, "exclude", nil, "leave out names or paths of a folder that match the pattern (repeatable)")
	c.Flags().BoolVar(&f.compress, "compress", false, "pack the folders of an application package as sfstore pack does, and upload that")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "check everything, show what would be sent and deleted, and change nothing")
	c.Flags().BoolVar(&f.remove, "delete", false, "delete files of DST that the folder SRC lacks, after the files are stored")
	c.Flags().BoolVar(&f.keep, "keep", false, "keep files of DST that the folder SRC lacks")
	c.Flags().BoolVar(&f.takeOver, "take-over", false, "upload to a folder even if another upload to it is running, and end that upload")
	c.Flags().BoolVar(&f.follow, "follow-links", false, "upload the targets of symbolic links in a folder")
	return c
}

func (a *app) upload(ctx context.Context, sources []string, dst string, f uploadFlags) (report upload.Report, err error) {
	client, err := a.clientOfUploads()
	if err != nil {
		return report, err
	}
	items, unmatched, err := f.itemsLeft(sources, dst)
	if err != nil {
		return report, usageError{"sfstore upload", err}
	}
	oneFolder := len(sources) == 1 && items[0].isFolder // it reports its patterns itself, before it is sent
	show := a.uploadProgress()
	defer show.close()
	event := func(e upload.Event) {
		if e.Kind != upload.Unmatched || oneFolder {
			show.event(e)
		}
	}
	uploader, err := upload.New(client, append(f.options(), upload.WithProgress(event))...)
	if err != nil {
		return report, err
	}
	for _, item := range items {
		one, err := a.uploadItem(ctx, uploader, item, f, event, show.pack)
		if f.keep && err == nil {
			a.noticeKept(item.dst, one.Extras)
		}
		addReport(&report, one, item.dst)
		if err != nil {
			return report, incomplete(err)
		}
		if item.isFolder {
			unmatched = slices.DeleteFunc(unmatched, func(p string) bool { return !slices.Contains(one.Unmatched, p) })
		}
	}
	report.Unmatched = unmatched
	for _, pattern := range unmatched {
		if !oneFolder {
			show.event(upload.Event{Kind: upload.Unmatched, Path: pattern})
		}
	}
	return report, nil
}

// options are those of the uploader.
func (f *uploadFlags) options() []upload.Option {
	options := []upload.Option{upload.WithChunkSize(int64(f.chunkSize))}
	if f.isParallel {
		options = append(options, upload.WithWorkers(f.parallel))
	}
	if f.noResume {
		options = append(options, upload.WithoutResume())
	}
	if f.dryRun {
		options = append(options, upload.WithDryRun())
	}
	if f.takeOver {
		options = append(options, upload.WithTakeOver())
	}
	switch {
	case f.remove:
		options = append(options, upload.WithExtras(upload.DeleteExtras))
	case f.keep:
		options = append(options, upload.WithExtras(upload.KeepExtras))
	}
	if f.follow {
		options = append(options, upload.WithFollowLinks())
	}
	// Patterns apply to the files in an archive; the uploader, which sees archives, must not apply
	// them again.
	if !f.compress {
		options = append(options, upload.WithExclude(f.exclude...))
	}
	return options
}

// uploadItem uploads one source.
func (a *app) uploadItem(ctx context.Context, uploader *upload.Uploader, item uploadItem, f uploadFlags, event func(upload.Event), packs func(done, total int64)) (upload.Report, error) {
	switch {
	case !item.isFolder:
		file, err := uploader.File(ctx, item.dst, item.src)
		return upload.Report{
			Files: []upload.FileReport{file}, Size: file.Size, Resumed: file.Resumed,
			Sent: file.Sent, Retries: file.Retries, Duration: file.Duration,
		}, err
	case !f.compress:
		return uploader.Folder(ctx, item.dst, dirFS(item.src))
	}
	packed, err := pack.Compress(ctx, dirFS(item.src), pack.WithExclude(f.exclude...), pack.WithProgress(packs))
	if err != nil {
		return upload.Report{}, err
	}
	defer packed.Close()
	unmatched := packed.Report().Unmatched
	for _, pattern := range unmatched {
		event(upload.Event{Kind: upload.Unmatched, Path: pattern})
	}
	a.noticeMissing(packed.Report().Missing)
	report, err := uploader.Folder(ctx, item.dst, packed)
	report.Unmatched = unmatched
	return report, err
}

// noticeKept reports files of an earlier upload that --keep keeps.
func (a *app) noticeKept(dst string, extras []string) {
	if len(extras) == 0 {
		return
	}
	named, more := extras, ""
	if len(named) > 10 {
		named, more = named[:10], fmt.Sprintf(" and %d more", len(extras)-10)
	}
	a.notice("%s keeps files that the source lacks: %s%s", dst, strings.Join(named, ", "), more)
}
