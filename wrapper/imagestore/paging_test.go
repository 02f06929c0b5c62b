package imagestore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// page is a response with one folder and the token of the next page.
func page(folder, token string) string {
	return fmt.Sprintf(`{"StoreFiles":[],"StoreFolders":[{"StoreRelativePath":%q,"FileCount":"1"}],"ContinuationToken":%q}`, folder, token)
}

func TestListingFollowsItsPages(t *testing.T) {
	type lister func(context.Context, *imagestore.Client) (imagestore.Content, error)
	for name, row := range map[string]struct {
		list     lister
		pages    []string // an empty one gets 204
		requests []string
		folders  []string
	}{
		"a token goes back letter for letter": {
			list: func(ctx context.Context, c *imagestore.Client) (imagestore.Content, error) {
				return c.List(ctx, "App")
			},
			pages: []string{page("A", `App%5CTools%20Pkg`), page("B", `App%5ctools+%2b~'(=)`), page("C", "")},
			requests: []string{
				"/ImageStore/App?api-version=6.2&timeout=60",
				"/ImageStore/App?api-version=6.2&timeout=60&ContinuationToken=App%5CTools%20Pkg",
				"/ImageStore/App?api-version=6.2&timeout=60&ContinuationToken=App%5ctools+%2b~'(=)",
			},
			folders: []string{"A", "B", "C"},
		},
		"a later page with nothing in it is the end": {
			list:  func(ctx context.Context, c *imagestore.Client) (imagestore.Content, error) { return c.ListRoot(ctx) },
			pages: []string{page("A", "next"), ""},
			requests: []string{
				"/ImageStore?api-version=6.0&timeout=60",
				"/ImageStore?api-version=6.0&timeout=60&ContinuationToken=next",
			},
			folders: []string{"A"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var requests []string
			c := newClient(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				body := row.pages[len(requests)]
				requests = append(requests, r.RequestURI)
				w.Header().Set("Content-Type", jsonType)
				if body == "" {
					w.WriteHeader(http.StatusNoContent)
				}
				_, _ = io.WriteString(w, body)
			}))
			content, err := row.list(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.requests, requests); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			var folders []string
			for _, f := range content.Folders {
				folders = append(folders, f.Path)
			}
			if diff := cmp.Diff(row.folders, folders); diff != "" {
				t.Errorf("folders (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListingStopsAtABadToken(t *testing.T) {
	for name, row := range map[string]struct {
		tokens   []string // of the pages in turn; the last one is used for all further pages
		reason   string
		requests int
	}{
		"the token repeats at once":              {[]string{"a"}, "repeats", 2},
		"the token repeats later":                {[]string{"a", "b", "a"}, "repeats", 3},
		"the token would begin a parameter":      {[]string{"a&timeout=1"}, "not escaped", 1},
		"the token would begin a fragment":       {[]string{"a#b"}, "not escaped", 1},
		"the token has a space":                  {[]string{"a b"}, "not escaped", 1},
		"the token would begin a header":         {[]string{"a\r\nX-Evil: 1"}, "not escaped", 1},
		"the token has letters beyond ASCII":     {[]string{"ä"}, "not escaped", 1},
		"a later page's token would break a URL": {[]string{"a", "b&c"}, "not escaped", 2},
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			c := newClient(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
				token := row.tokens[min(requests, len(row.tokens)-1)]
				requests++
				w.Header().Set("Content-Type", jsonType)
				_, _ = io.WriteString(w, page("A", token))
			}))
			content, err := c.List(t.Context(), "App")
			if !errors.Is(err, imagestore.ErrMalformed) || !strings.Contains(err.Error(), row.reason) {
				t.Errorf("got %v, %v", content, err)
			}
			if requests != row.requests {
				t.Errorf("%d requests were sent, not %d", requests, row.requests)
			}
		})
	}
}

// TestListingEndsOnItsOwn serves empty pages, each with a new token.
func TestListingEndsOnItsOwn(t *testing.T) {
	requests := 0
	c := newClient(t, "http://gateway", throughTransport(func(r *http.Request) (*http.Response, error) {
		requests++
		body := fmt.Sprintf(`{"StoreFiles":[],"StoreFolders":[],"ContinuationToken":"%d"}`, requests)
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {jsonType}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}))
	_, err := c.ListRoot(t.Context())
	if !errors.Is(err, imagestore.ErrMalformed) || !strings.Contains(err.Error(), "continues after") {
		t.Errorf("after %d pages got %v", requests, err)
	}
}
