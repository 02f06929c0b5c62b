package cli

import "fmt"

// noticeUnmatched reports the patterns of --exclude that matched nothing.
func (a *app) noticeUnmatched(patterns []string) {
	for _, pattern := range patterns {
		a.notice("%s", unmatched(pattern))
	}
}

func unmatched(pattern string) string { return fmt.Sprintf("--exclude %q matched nothing", pattern) }

// noticeMissing reports folders that the manifests of a package name and the package lacks. Only a
// package of differences may lack them.
func (a *app) noticeMissing(folders []string) {
	for _, folder := range folders {
		a.notice("%s: the manifests name this folder, and it is missing", folder)
	}
}
