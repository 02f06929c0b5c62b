package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// list returns the listing of the path in the arguments, or else of the root. For the root of
// an empty store the server returns an error; that is an empty listing here.
func list(ctx context.Context, client *imagestore.Client, args []string) (imagestore.Content, error) {
	if len(args) == 1 {
		return client.List(ctx, args[0])
	}
	content, err := client.ListRoot(ctx)
	if imagestore.HasCode(err, imagestore.CodeNameDoesNotExist) {
		return imagestore.Content{}, nil
	}
	return content, err
}

// descend adds to content what is below the folders.
func descend(ctx context.Context, client *imagestore.Client, content *imagestore.Content, folders []imagestore.Folder) error {
	for _, folder := range folders {
		path := slashed(folder.Path)
		below, err := client.List(ctx, path)
		if err != nil {
			return err
		}
		for _, f := range below.Folders {
			if !strings.EqualFold(parentOf(slashed(f.Path)), path) { // it could contain itself
				return fmt.Errorf("list %q: the store lists the folder %q there", path, slashed(f.Path))
			}
		}
		content.Files = append(content.Files, below.Files...)
		content.Folders = append(content.Folders, below.Folders...)
		if err := descend(ctx, client, content, below.Folders); err != nil {
			return err
		}
	}
	return nil
}

// unique drops what was found twice: a pattern may match a folder and what is in it.
func unique(content imagestore.Content) imagestore.Content {
	seen := map[string]bool{}
	content.Files = slices.DeleteFunc(content.Files, func(f imagestore.File) bool {
		twice := seen[f.Path]
		seen[f.Path] = true
		return twice
	})
	content.Folders = slices.DeleteFunc(content.Folders, func(f imagestore.Folder) bool {
		twice := seen[f.Path]
		seen[f.Path] = true
		return twice
	})
	return content
}

func parentOf(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }

// isPattern reports whether a path has an asterisk, which names in the store do not have.
func isPattern(path string) bool { return strings.Contains(path, "*") }

// listMatches lists the matches of the pattern. It descends only into folders that can contain a
// match. The part before the first pattern is looked up by the store, which may ignore its case.
func listMatches(ctx context.Context, client *imagestore.Client, pattern string) (imagestore.Content, error) {
	segments := splitPath(pattern)
	first := slices.IndexFunc(segments, func(s string) bool { return strings.ContainsAny(s, "*?[{") })
	var start []string
	if first > 0 {
		start = []string{strings.Join(segments[:first], "/")}
	}
	content, err := list(ctx, client, start)
	if err != nil {
		return content, err
	}
	wanted := strings.Join(segments[first:], "/")
	matches := func(path string) bool {
		below := strings.Split(slashed(path), "/")
		if len(below) <= first {
			return false
		}
		path = strings.Join(below[first:], "/")
		return doublestar.MatchUnvalidated(wanted, path) || doublestar.MatchUnvalidated(literal.Replace(wanted), path)
	}
	var found imagestore.Content
	for folders := content.Folders; ; folders = content.Folders {
		for _, f := range content.Files {
			if matches(f.Path) {
				found.Files = append(found.Files, f)
			}
		}
		var below imagestore.Content
		for _, f := range folders {
			path := slashed(f.Path)
			if matches(path) {
				found.Folders = append(found.Folders, f)
			}
			if strings.Count(path, "/") >= len(segments)-1 && !strings.Contains(pattern, "**") {
				continue
			}
			more, err := client.List(ctx, path)
			if err != nil {
				return found, err
			}
			below.Files, below.Folders = append(below.Files, more.Files...), append(below.Folders, more.Folders...)
		}
		if content = below; len(content.Files)+len(content.Folders) == 0 {
			break
		}
	}
	if len(found.Files)+len(found.Folders) == 0 {
		return found, fmt.Errorf("%q: %w: no match", pattern, errNotFound)
	}
	return found, nil
}

// literal escapes all special characters of a pattern but the asterisk. Names in the store may have
// them, so a pattern is tried with and without.
var literal = strings.NewReplacer("?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`)
