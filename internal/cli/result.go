package cli

import (
	"io"
	"strings"
)

// result is the effect of a command that changes something, one object per line with -o json.
type result struct {
	Event       string `json:"event"`                 // "committed", "copied" or "deleted"
	Path        string `json:"path,omitempty"`        // of the store, with /
	Destination string `json:"destination,omitempty"` // of a copy
	Session     string `json:"session,omitempty"`     // id of the upload session
	Files       int64  `json:"files,omitempty"`       // how many files were deleted
}

func (a *app) result(r result) error {
	return a.print(r, func(w io.Writer) {
		words := []string{r.Event, r.Path + r.Session} // a result is about one or the other
		if r.Destination != "" {
			words = append(words, "to", r.Destination)
		}
		if r.Files > 0 {
			words[len(words)-1] += ","
			words = append(words, count(r.Files, "file"))
		}
		tablef(w, "%s\n", strings.Join(words, " "))
	})
}
