package emulator

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// contentPath names a file or a folder of the store.
type contentPath struct {
	// sent is the path as the request spelled it, decoded and not
	// normalised. Upload sessions are compared by it and echo it.
	sent string
	// store is the normalised path: "/" between the names on either platform,
	// and the case as sent. It is empty for the root, which blanks can name.
	store string
}

// decodePath decodes the names between the template's parts. It runs after the
// URL was split, so what it decodes never changes which template matches.
func (p Platform) decodePath(segments []string) (contentPath, error) {
	if p == Windows {
		return decodeWindows(segments)
	}
	return decodeLinux(segments)
}

// cook decodes the path of a URL like the HTTP driver of Windows, which owns the
// port. The driver does so before the URL is split: an escaped slash separates,
// an escaped "$" begins the metadata, and escapes are allowed everywhere.
//
// inferred: the driver would also turn "\" into "/", but the published example
// of a session on SwaggerTest\Common.dll has its backslash in the response, so
// it stays as sent. A "%" that is left after this decoding and does not begin an
// escape makes the URL invalid.
func (p Platform) cook(path string) (string, error) {
	if p != Windows {
		return path, nil
	}
	cooked, err := url.PathUnescape(path)
	if err != nil {
		return "", errInvalidArgument
	}
	return cooked, nil
}

// decodeWindows decodes what the driver decoded before, as the gateway does.
func decodeWindows(names []string) (contentPath, error) {
	cooked := strings.Join(names, "/")
	// inferred: a "$" after a backslash begins the metadata too, in a place
	// where no template has it.
	if slices.Contains(strings.FieldsFunc(cooked, isSeparator), "$") {
		return contentPath{}, errInvalidArgument
	}
	sent, err := url.PathUnescape(cooked)
	if err != nil {
		return contentPath{}, errInvalidArgument
	}
	if !utf8.ValidString(sent) {
		return contentPath{}, errInvalidNameURI
	}
	store, err := Windows.normalise(sent)
	return contentPath{sent, store}, err
}

// decodeLinux decodes once. It does not decode text before ":/", which looks
// like the scheme of a URL.
func decodeLinux(segments []string) (contentPath, error) {
	joined := strings.Join(segments, "/")
	scheme := ""
	if i := strings.Index(joined, ":/"); i >= 0 {
		scheme, joined = joined[:i+2], joined[i+2:]
	}
	sent, err := url.PathUnescape(joined)
	if err != nil || !utf8.ValidString(sent) {
		return contentPath{}, errInvalidArgument // inferred: bytes that are not UTF-8 name nothing
	}
	sent = scheme + sent
	store, err := Linux.normalise(sent)
	return contentPath{sent, store}, err
}

// normalise returns the store path of a plain one: it unifies the separators,
// then trims blanks (only U+0020), then separators. A path of nothing else is
// that of the root.
//
// inferred: the store itself does not check for "." and ".." and NUL; they
// are rejected here because a disk gives them a meaning.
func (p Platform) normalise(path string) (string, error) {
	path = strings.Trim(strings.Trim(strings.ReplaceAll(path, `\`, "/"), " "), "/")
	if !utf8.ValidString(path) || strings.ContainsRune(path, 0) {
		return "", errInvalidArgument
	}
	for name := range strings.SplitSeq(path, "/") {
		if name == "." || name == ".." {
			return "", errInvalidArgument
		}
	}
	return path, nil
}

// spellable reports whether a request can name a path that is on the disk.
// Separators around it keep the blanks at its ends.
func (p Platform) spellable(path string) bool {
	spelled, err := p.normalise("/" + path + "/")
	return err == nil && spelled == path
}

const (
	maxNameBytes  = 255  // the limit of the usual file systems
	maxPathBytes  = 4096 // so that a person's tools can still open the file
	maxPathDepth  = 255  // names in a path, the limit of the Windows driver
	windowsTaboos = `<>:"|?*`
)

// storable rejects the names that a file cannot have, on the platform or on
// the disk.
func (p Platform) storable(path string) error {
	if path == "" {
		return errInvalidArgument
	}
	names := strings.Split(path, "/")
	if len(path) > maxPathBytes || len(names) > maxPathDepth {
		return errPathTooLong
	}
	for _, name := range names {
		if len(name) > maxNameBytes {
			return errPathTooLong
		}
		if p == Windows && strings.ContainsFunc(name, isWindowsTaboo) {
			return errInvalidArgument.because("a Windows file name cannot contain control characters or any of %s", windowsTaboos)
		}
		if name == tree.EmptyName {
			return errInvalidArgument.because("a name in the path is reserved by this store for empty names")
		}
	}
	if err := tree.CheckNames(path); err != nil {
		return errInvalidArgument.because("%v", err)
	}
	return nil
}

func isWindowsTaboo(r rune) bool { return r < ' ' || strings.ContainsRune(windowsTaboos, r) }

func isSeparator(r rune) bool { return r == '/' || r == '\\' }

func dropEmpty(names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}
