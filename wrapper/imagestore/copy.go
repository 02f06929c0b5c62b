package imagestore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sfstore/sfstore/gen"
)

// Copy says what [Client.CopyContent] copies. Separators ("/" and "\") and blanks at the ends of
// both paths are not sent: the server would not find the source, or would store the copy beside the
// destination. In the source "/" is sent as "\", which is the only separator that Windows clusters
// accept there; Linux clusters accept it too.
type Copy struct {
	Source        string   // the file or folder
	Destination   string   // the path of the copy
	SkipFiles     []string // names of files to leave out, at any depth, compared without regard to case
	CheckMarkFile bool     // sent as given; servers were observed to ignore it
	Flag          CopyFlag // CopyOverwrite unless set
}

// CopyFlag says what happens to a destination that exists.
type CopyFlag string

const (
	// CopyOverwrite replaces the destination; a folder is deleted before the copy begins.
	CopyOverwrite CopyFlag = "Overwrite"
	// CopyEcho leaves a file, or a folder that has its mark, unchanged.
	CopyEcho CopyFlag = "Echo"
)

// Check returns an [*ArgumentError] for a copy that would do harm. The server deletes a destination
// before the copy, so it must not be or contain the source, nor be one of the runtime's own
// folders, Store and WindowsFabricStore. A source file among SkipFiles makes the server read past
// the end of a list. [Client.CopyContent] calls Check.
func (c Copy) Check() error {
	c = c.trimmed()
	for _, path := range []string{c.Source, c.Destination} {
		if err := checkPath(path); err != nil {
			return err
		}
	}
	source, destination := storedPath(c.Source), storedPath(c.Destination)
	if strings.HasPrefix(source+"/", destination+"/") {
		return &ArgumentError{Argument: "destination", Value: c.Destination,
			Reason: "is or contains the source, which the server would delete before it copies"}
	}
	if destination == "store" || destination == "windowsfabricstore" {
		return &ArgumentError{Argument: "destination", Value: c.Destination,
			Reason: "is a folder of the runtime's own, which the server would delete before it copies"}
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

// storedPath is the path as the server's file system may compare it: without regard to case, and
// without the spaces and dots that Windows drops from the end of a name.
func storedPath(path string) string {
	segments := strings.FieldsFunc(strings.TrimSpace(path), isSeparator)
	for i, segment := range segments {
		segments[i] = strings.TrimRight(segment, " .")
	}
	return strings.ToLower(strings.Join(segments, "/"))
}

// trimmed returns the copy with its paths as they are sent.
func (c Copy) trimmed() Copy {
	const ends = `/\ `
	c.Source = strings.ReplaceAll(strings.Trim(c.Source, ends), "/", `\`)
	c.Destination = strings.Trim(c.Destination, ends)
	return c
}

func (c Copy) toAPI() gen.ImageStoreCopyDescription {
	c = c.trimmed()
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

// CopyContent copies a file or a folder inside the image store. A source folder must have
// its `_.dir` mark. A copy that would do harm is an [*ArgumentError], and nothing is sent: see
// [Copy.Check]. A source that is missing, or lacks its mark, is an error of class [ErrNotFound].
//
//contract:operation CopyImageStoreContent
func (c *Client) CopyContent(ctx context.Context, what Copy) error {
	if err := what.Check(); err != nil {
		return err
	}
	op := operation{"CopyImageStoreContent", func() string { return fmt.Sprintf("copy %q to %q", what.Source, what.Destination) }}
	body, err := json.Marshal(what.toAPI())
	if err != nil {
		return err
	}
	rsp, err := c.api.CopyImageStoreContentWithBody(ctx, &gen.CopyImageStoreContentParams{
		APIVersion: c.version("6.0"), Timeout: c.timeout(),
	}, "application/json", bytes.NewReader(escapedPairs(body)))
	return done(op, rsp, err)
}

// escapedPairs writes each character beyond U+FFFF as the two escapes that JSON has for it. The
// server's reader takes such a character itself for the end of the text (Common/JsonReader.h).
func escapedPairs(text []byte) []byte {
	var escaped []byte
	for _, r := range string(text) {
		if high, low := utf16.EncodeRune(r); r > 0xFFFF {
			escaped = fmt.Appendf(escaped, `\u%04x\u%04x`, high, low)
		} else {
			escaped = utf8.AppendRune(escaped, r)
		}
	}
	return escaped
}
