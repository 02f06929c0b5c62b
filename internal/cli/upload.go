package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/pack"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// uploadFlags say how to upload.
type uploadFlags struct {
	chunkSize byteSize
	parallel  int
	exclude   []string
	follow    bool
	compress  bool
}

func (a *app) uploadCommand() *cobra.Command {
	f := uploadFlags{chunkSize: upload.DefaultChunkSize}
	c := &cobra.Command{
		Use:   "upload SRC DST",
		Short: "Upload a file or a folder, and go on where an earlier attempt ended",
		Long: `Upload the local file or folder SRC to the path DST of the store. Interrupted or failed, the same
command goes on: what had arrived is not sent again. It is done only when every byte is stored and the
store lists every file with its size; a folder gets its mark _.dir last.

With -o json standard output has one object a line: {"event":"resumed"|"retried"|"stored"|"failed",
"path":..., "size":..., "bytes":..., "error":...} as things happen, and last {"event":"done",
"path":..., "files":..., "folders":..., "size":..., "resumed":..., "sent":..., "retries":...,
"seconds":...}. Sizes are bytes. Exit code 3 says that the same command will go on.`,
		Example: `  sfstore upload ./build/App App
  sfstore upload --parallel 16 --exclude '*.pdb' ./build/App App`,
		Args: usage(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, args []string) error { return a.upload(c.Context(), args[0], args[1], f) },
	}
	c.Flags().Var(&f.chunkSize, "chunk-size", "how a file is cut, such as 8MiB; the same size is needed to go on")
	c.Flags().IntVar(&f.parallel, "parallel", upload.DefaultWorkers, "requests under way at once")
	c.Flags().StringArrayVar(&f.exclude, "exclude", nil, "leave out names or paths of a folder that match the pattern (repeatable)")
	c.Flags().BoolVar(&f.compress, "compress", false, "pack the folders of an application package as sfstore pack does, and upload that")
	c.Flags().BoolVar(&f.follow, "follow-links", false, "upload what symbolic links of a folder point to")
	return c
}

func (a *app) upload(ctx context.Context, src, dst string, f uploadFlags) error {
	client, err := a.client()
	if err != nil {
		return err
	}
	info, err := os.Stat(src)
	if err != nil {
		return usageError{"sfstore upload", err}
	}
	folder, err := a.uploadFolder(ctx, src, info, &f)
	if err != nil {
		return err
	}
	if closer, ok := folder.(io.Closer); ok {
		defer closer.Close()
	}
	show := a.uploadProgress()
	defer show.close()
	options := []upload.Option{
		upload.WithChunkSize(int64(f.chunkSize)), upload.WithWorkers(f.parallel),
		upload.WithExclude(f.exclude...), upload.WithProgress(show.event),
	}
	if f.follow {
		options = append(options, upload.WithFollowLinks())
	}
	uploader, err := upload.New(client, options...)
	if err != nil {
		return err
	}
	var report upload.Report
	if folder != nil {
		report, err = uploader.Folder(ctx, dst, folder)
	} else {
		var file upload.FileReport
		file, err = uploader.File(ctx, dst, src)
		report = upload.Report{
			Files: []upload.FileReport{file}, Size: file.Size, Resumed: file.Resumed,
			Sent: file.Sent, Retries: file.Retries, Duration: file.Duration,
		}
	}
	show.close()
	if err != nil {
		return incomplete(err)
	}
	return a.printUpload(dst, report)
}

// uploadFolder is the folder to upload: src, or its compressed form, which has a Close that
// removes it. It is nil when src is a file. What is excluded from an archive must not be
// excluded once more by the uploader, which sees archives.
func (a *app) uploadFolder(ctx context.Context, src string, info fs.FileInfo, f *uploadFlags) (fs.FS, error) {
	switch {
	case f.compress && f.follow:
		return nil, usageError{"sfstore upload", errors.New("--compress and --follow-links do not go together: archives have no links")}
	case f.compress && !info.IsDir():
		return nil, usageError{"sfstore upload", fmt.Errorf("--compress: %q is not a folder", src)}
	case !info.IsDir():
		return nil, nil
	case !f.compress:
		return os.DirFS(src), nil
	}
	excluded, err := exclusion(f.exclude)
	if err != nil {
		return nil, usageError{"sfstore upload", err}
	}
	f.exclude = nil
	a.notice("packing %s", src)
	return pack.Compress(ctx, os.DirFS(src), pack.Exclude(excluded))
}

// errIncomplete is an upload that the same command brings to its end.
type errIncomplete struct{ error }

func (e errIncomplete) Unwrap() error { return e.error }

func incomplete(err error) error {
	if file, ok := errors.AsType[*upload.Error](err); ok && file.Resumable() {
		return errIncomplete{err}
	}
	return err
}

// uploaded is the last line of an upload.
type uploaded struct {
	Event   string  `json:"event"` // "done"
	Path    string  `json:"path"`
	Files   int     `json:"files"`
	Folders int     `json:"folders"` // that got their mark
	Size    int64   `json:"size"`    // bytes of all files
	Resumed int64   `json:"resumed"` // bytes that were there already
	Sent    int64   `json:"sent"`    // bytes that went out, some perhaps twice
	Retries int     `json:"retries"`
	Seconds float64 `json:"seconds"`
}

func (a *app) printUpload(dst string, r upload.Report) error {
	u := uploaded{"done", dst, len(r.Files), r.Folders, r.Size, r.Resumed, r.Sent, r.Retries, r.Duration.Seconds()}
	return a.print(u, func(w io.Writer) {
		parts := []string{fmt.Sprintf("uploaded %s to %s", inBytes(u.Size), u.Path)}
		if u.Files != 1 || u.Folders > 0 {
			parts = append(parts, count(int64(u.Files), "file"))
		}
		parts = append(parts, fmt.Sprintf("%s sent", inBytes(u.Sent)))
		if u.Resumed > 0 {
			parts = append(parts, fmt.Sprintf("%s were there already", inBytes(u.Resumed)))
		}
		if u.Retries > 0 {
			parts = append(parts, count(int64(u.Retries), "request")+" made up for")
		}
		fmt.Fprintf(w, "%s, in %s\n", strings.Join(parts, ", "), r.Duration.Round(time.Millisecond))
	})
}

// byteSize is a flag with a size such as 8MiB, or a number of bytes.
type byteSize int64

func (s *byteSize) Set(text string) error {
	number, unit := strings.TrimRight(text, "KMGiB "), int64(1)
	switch suffix := strings.TrimSpace(strings.TrimPrefix(text, number)); suffix {
	case "", "B":
	case "KiB":
		unit = 1 << 10
	case "MiB":
		unit = 1 << 20
	default:
		return errors.New("not a size like 8MiB, 512KiB or 4194304")
	}
	var n int64
	if _, err := fmt.Sscanf(number+"\n", "%d\n", &n); err != nil || n < 1 || n > upload.MaxChunkSize/unit {
		return &imagestore.ArgumentError{Argument: "size", Value: text, Reason: "must be from 1 B to 25 MiB"}
	}
	*s = byteSize(n * unit)
	return nil
}

func (s *byteSize) String() string { return inBytes(int64(*s)) }
func (s *byteSize) Type() string   { return "size" }
