package emulator

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// contentPath names a file or a folder of the store.
type contentPath struct {
	// sent is the path as the request spelled it, decoded and not
	// normalised. Upload sessions are compared by it and echo it.
	sent string
	// store is the normalised path: "/" between the names on either platform,
	// and the case as sent.
	store string
}

// decodePath turns the escaped names between the template's parts into a
// path. It runs after the URL was split, so an escaped slash never moves the
// border of a template.
func (p Platform) decodePath(segments []string) (contentPath, error) {
	if p == Windows {
		return decodeWindows(segments)
	}
	return decodeLinux(segments)
}

// decodeWindows decodes twice: the driver that owns the port hands the
// gateway a decoded URL, and the gateway decodes what it finds there again.
//
// inferred: the driver would also turn "\" into "/", but the published example
// of a session on SwaggerTest\Common.dll comes back with its backslash, so
// it stays as sent. What is left of a "%" after the first decoding and is no
// escape makes the URL invalid.
func decodeWindows(segments []string) (contentPath, error) {
	cooked, err := url.PathUnescape(strings.Join(segments, "/"))
	if err != nil {
		return contentPath{}, errInvalidArgument
	}
	cooked = strings.Join(dropEmpty(strings.Split(cooked, "/")), "/")
	sent, err := url.PathUnescape(cooked)
	if err != nil {
		return contentPath{}, errInvalidArgument
	}
	if !utf8.ValidString(sent) {
		return contentPath{}, errInvalidNameURI
	}
	// inferred: a "$" that only decoding brought to light is taken for the
	// metadata marker in a place where no template has one.
	if slices.Contains(strings.FieldsFunc(sent, isSeparator), "$") {
		return contentPath{}, errInvalidArgument
	}
	store, err := Windows.normalise(sent)
	return contentPath{sent, store}, err
}

// decodeLinux decodes once, and leaves what comes before ":/" alone because it
// looks like the scheme of a URL.
func decodeLinux(segments []string) (contentPath, error) {
	// The URL parser there refuses these bytes unless they are escaped.
	joined := strings.Join(segments, "/")
	if strings.ContainsAny(joined, "[]^|\"<>`\\") {
		return contentPath{}, errInvalidArgument
	}
	scheme := ""
	if i := strings.Index(joined, ":/"); i >= 0 {
		scheme, joined = joined[:i+2], joined[i+2:]
	}
	sent, err := url.PathUnescape(joined)
	if err != nil || !utf8.ValidString(sent) {
		return contentPath{}, errInvalidArgument // inferred: bytes that are no UTF-8 have no name
	}
	sent = scheme + sent
	store, err := Linux.normalise(sent)
	return contentPath{sent, store}, err
}

// normalise makes the store path of a plain one: one kind of separator, no
// blanks or separators at the ends.
//
// inferred: the store itself does not look for "." and "..", for NUL or (on
// Linux) for empty names; they are refused here because a disk gives them a
// meaning. So is a path of blanks, which would name the root. Blanks and
// separators are trimmed together, so that a normalised path stays what it is.
func (p Platform) normalise(path string) (string, error) {
	path = strings.TrimFunc(strings.ReplaceAll(path, `\`, "/"), func(r rune) bool { return r == '/' || unicode.IsSpace(r) })
	names := strings.Split(path, "/")
	if p == Windows {
		names = dropEmpty(names)
	}
	if len(names) == 0 || !utf8.ValidString(path) || strings.ContainsRune(path, 0) {
		return "", errInvalidArgument
	}
	for _, name := range names {
		if name == "" || name == "." || name == ".." {
			return "", errInvalidArgument
		}
	}
	return strings.Join(names, "/"), nil
}

// spellable tells whether a request can name a path that is on the disk.
func (p Platform) spellable(path string) bool {
	spelled, err := p.normalise(path)
	return err == nil && spelled == path
}

const (
	maxNameBytes  = 255  // what the usual file systems hold
	maxPathBytes  = 4096 // so that a person's tools can still open the file
	maxPathDepth  = 255  // names in a path, the limit of the Windows driver
	windowsTaboos = `<>:"|?*`
)

// storable refuses the names that a file cannot have, on the platform or on
// the disk below.
func (p Platform) storable(path string) error {
	if len(path) > maxPathBytes {
		return errPathTooLong.because("the path is %d bytes long; this store holds at most %d", len(path), maxPathBytes)
	}
	names := strings.Split(path, "/")
	if len(names) > maxPathDepth {
		return errPathTooLong.because("the path has %d names; this store holds at most %d", len(names), maxPathDepth)
	}
	for _, name := range names {
		if len(name) > maxNameBytes {
			return errPathTooLong.because("a name in the path is %d bytes long; this store holds at most %d", len(name), maxNameBytes)
		}
		if p == Windows && strings.ContainsFunc(name, isWindowsTaboo) {
			return errInvalidArgument.because("a Windows file name cannot hold control characters or any of %s", windowsTaboos)
		}
	}
	return nil
}

func isWindowsTaboo(r rune) bool { return r < ' ' || strings.ContainsRune(windowsTaboos, r) }

func isSeparator(r rune) bool { return r == '/' || r == '\\' }

func dropEmpty(names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// folderOf is the path of the folder that holds path; "" is the root.
func folderOf(path string) string {
	return path[:max(strings.LastIndexByte(path, '/'), 0)]
}

// nameOf is the last name of path.
func nameOf(path string) string {
	return path[strings.LastIndexByte(path, '/')+1:]
}
