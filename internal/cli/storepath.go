package cli

import "strings"

// namesFolder reports whether a destination ends in a separator, which means "into this folder".
func namesFolder(dst string) bool {
	return strings.Trim(dst, `/\`) != "" && strings.LastIndexAny(dst, `/\`) == len(dst)-1
}

// joinPath returns the path of a name in the folder dst.
func joinPath(dst, name string) string { return strings.TrimRight(dst, `/\`) + "/" + name }

// splitPath returns the names in a path.
func splitPath(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' })
}

// slashed writes a path of a listing with /, as the command takes it. Files and folders never
// have a backslash in their names; only the paths of upload sessions may.
func slashed(path string) string { return strings.ReplaceAll(path, `\`, "/") }
