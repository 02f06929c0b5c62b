package tree

import (
	"path/filepath"
	"strings"
	"unicode/utf16"
)

// maxName is how long a name can be on NTFS, in UTF-16 units.
const maxName = 255

// CheckNames returns a [*NameError] for a path with names that files cannot have
// on this system.
func CheckNames(path string) error {
	for name := range names(path) {
		if reason := refused(name); reason != "" {
			return &NameError{name, reason}
		}
	}
	return nil
}

func refused(name string) string {
	switch {
	case name == "": // stored under [EmptyName]
		return ""
	case strings.ContainsAny(name, `<>:"|?*\`) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
		return `has a control character or one of <>:"|?*\`
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return "ends with a dot or a blank"
	case !filepath.IsLocal(name):
		return "is the name of a device"
	case len(utf16.Encode([]rune(name))) > maxName:
		return "is longer than 255 characters"
	}
	return ""
}
