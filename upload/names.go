package upload

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// markIn returns the path of a folder's mark.
func markIn(folder string) string { return path.Join(folder, Mark) }

// nameKey returns a function that makes two names equal if they are the same for the cluster.
func (f *folder) nameKey() func(string) string {
	if f.lacksSessions() {
		return func(name string) string { return name }
	}
	return strings.ToLower
}

// checkNames checks all paths before anything is sent, and returns those that the gateway cannot
// store or would treat as equal. Clusters on Windows ignore case.
func (f *folder) checkNames() error {
	var refused []error
	key, windows := f.nameKey(), !f.lacksSessions()
	seen := make(map[string]string, len(f.tree.files))
	check := func(name, reason string) {
		if other, taken := seen[key(name)]; taken && reason == "" {
			reason = fmt.Sprintf("differs from %q only in case, which Windows clusters ignore", other)
		}
		seen[key(name)] = name
		if reason != "" {
			refused = append(refused, &imagestore.ArgumentError{Argument: "file", Value: name, Reason: reason})
		} else if err := f.client.CheckPath(f.path + "/" + name); err != nil {
			refused = append(refused, err)
		}
	}
	for _, folder := range f.tree.folders {
		if folder != "." {
			check(folder, unstorable(folder, windows))
		}
		check(markIn(folder), "")
	}
	for _, file := range f.tree.files {
		reason := unstorable(file, windows)
		if strings.TrimRightFunc(file, unicode.IsSpace) != file {
			reason = "ends with white space, which the store does not keep"
		}
		check(file, reason)
	}
	return errors.Join(refused...)
}

// unstorable returns why the store cannot keep a name, or "".
func unstorable(name string, windows bool) string {
	base := path.Base(name)
	switch i := strings.IndexAny(base, `<>:"|?*`); {
	case strings.Contains(base, `\`):
		return "has a backslash, which separates folders in the store"
	case windows && i >= 0:
		return fmt.Sprintf("has the character %s, which Windows cannot store", base[i:i+1])
	}
	return ""
}

// checkText returns an error if a name is not UTF-8.
func checkText(name string) error {
	if !utf8.ValidString(name) {
		return errors.New("its name is not UTF-8")
	}
	return nil
}

// noticeForms reports names that macOS and Windows write differently.
func (f *folder) noticeForms() {
	for _, name := range slices.Concat(f.tree.folders, f.tree.files) {
		if base := path.Base(name); !norm.NFC.IsNormalString(base) {
			f.notice(f.path+"/"+name, fmt.Sprintf("the name %q is not in the composed form of Unicode (NFC), so macOS and Windows may treat it as another", name))
		}
	}
}
