package imagestore

import (
	"slices"
	"strings"

	"github.com/sfstore/sfstore/gen"
)

// Copy says what [Client.CopyContent] copies. Its paths are sent as they are: the server does
// not decode them.
type Copy struct {
	Source        string   // the file or folder
	Destination   string   // the path of the copy
	SkipFiles     []string // names of files to leave out, at any depth, compared without regard to case
	CheckMarkFile bool     // sent as given; the server was never seen to look at it
	Flag          CopyFlag // CopyOverwrite unless set
}

// CopyFlag says what becomes of a destination that exists.
type CopyFlag string

const (
	// CopyOverwrite replaces the destination; a folder is deleted before the copy begins.
	CopyOverwrite CopyFlag = "Overwrite"
	// CopyEcho leaves a file, and a folder that carries its mark, as it is.
	CopyEcho CopyFlag = "Echo"
)

// Check returns an [*ArgumentError] for a copy that the server would carry out to the caller's
// harm: a destination is deleted before the copy, so it must not be the source or hold it, and
// a source file among SkipFiles makes the server read beyond a list. [Client.CopyContent]
// checks by itself.
func (c Copy) Check() error {
	for _, path := range []string{c.Source, c.Destination} {
		if err := checkPath(path); err != nil {
			return err
		}
	}
	source, destination := storedPath(c.Source), storedPath(c.Destination)
	if strings.HasPrefix(source+"/", destination+"/") {
		return &ArgumentError{Argument: "destination", Value: c.Destination,
			Reason: "is or holds the source, which the server would delete before it copies"}
	}
	name := source[strings.LastIndexByte(source, '/')+1:]
	if slices.ContainsFunc(c.SkipFiles, func(skip string) bool { return strings.EqualFold(skip, name) }) {
		return &ArgumentError{Argument: "file to skip", Value: name, Reason: "is the source itself"}
	}
	switch c.Flag {
	case "", CopyOverwrite, CopyEcho:
		return nil
	}
	return &ArgumentError{Argument: "copy flag", Value: string(c.Flag), Reason: "must be Overwrite or Echo"}
}

// storedPath is the path as the server's file system compares it, on the safe side: without
// regard to case, nor to the spaces and dots that Windows drops from the end of a name.
func storedPath(path string) string {
	segments := strings.FieldsFunc(strings.TrimSpace(path), isSeparator)
	for i, segment := range segments {
		segments[i] = strings.TrimRight(segment, " .")
	}
	return strings.ToLower(strings.Join(segments, "/"))
}

func (c Copy) toAPI() gen.ImageStoreCopyDescription {
	to := gen.ImageStoreCopyDescription{RemoteSource: c.Source, RemoteDestination: c.Destination, SkipFiles: c.SkipFiles}
	if c.CheckMarkFile {
		to.CheckMarkFile = &c.CheckMarkFile
	}
	if c.Flag != "" {
		flag := gen.CopyFlag(c.Flag)
		to.CopyFlag = &flag
	}
	return to
}
