package imagestore

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/sfstore/sfstore/gen"
)

// maxListed bounds a listing over all its pages, in files and folders together.
const maxListed = 4 << 20

// maxPages bounds the pages of a listing, which may be empty. The server's hold thousands of
// entries each.
const maxPages = 10_000

// list follows a listing over its pages.
func list(op operation, get func(page ...editor) (*http.Response, error)) (Content, error) {
	var content Content
	var page []editor
	for seen := map[string]bool{}; ; {
		rsp, err := get(page...)
		if err == nil && page != nil && rsp.StatusCode == http.StatusNotFound {
			// As a plain 404 it would mean that the folder, whose first page came, does not exist.
			discard(rsp.Body)
			return Content{}, malformed(op, rsp, paging("the page of a continuation token is missing"))
		}
		token, err := decodedList(op, rsp, err, func(page gen.ImageStoreContent) (string, error) {
			if err := content.add(page); err != nil {
				return "", err
			}
			next := deref(page.ContinuationToken)
			return next, content.checkNext(next, seen)
		})
		switch {
		case errors.Is(err, ErrUnpageable):
			return content, err
		case err != nil:
			return Content{}, err
		case token == "": // also of a response 204
			return content, nil
		}
		seen[token] = true
		page = []editor{withToken(token)}
	}
}

// checkNext returns an error if the listing cannot continue with a token, which the server sends
// with all pages but the last.
func (c *Content) checkNext(token string, seen map[string]bool) error {
	switch {
	case token == "":
		return nil
	case seen[token]:
		// The server drops the token if a name contains "=".
		return paging("the continuation token %q repeats, so the listing would never end", excerpt(token))
	case !isToken(token):
		return paging("the continuation token %q is not escaped for a URL", excerpt(token))
	case len(seen) >= maxPages:
		return paging("the listing continues after %d pages", maxPages)
	case len(c.Files)+len(c.Folders) > maxListed:
		return paging("the listing continues after %d entries", maxListed)
	}
	return nil
}

// pagingError is a listing that cannot be followed over its pages.
type pagingError struct{ error }

func paging(format string, args ...any) error { return &pagingError{fmt.Errorf(format, args...)} }

// withToken requests the page of a token. The server has already escaped the token and expects it
// unchanged; the generated client would escape it a second time.
func withToken(token string) editor {
	return func(_ context.Context, r *http.Request) error {
		r.URL.RawQuery += "&ContinuationToken=" + token
		return nil
	}
}

// isToken reports whether a token can be part of a query without changing it.
func isToken(token string) bool {
	for i := range len(token) {
		switch c := token[i]; {
		case c <= ' ', c >= 0x7f, c == '#', c == '&':
			return false
		}
	}
	return true
}
