package imagestore

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/sfstore/sfstore/gen"
)

// maxListed bounds a listing over all its pages, in files and folders together.
const maxListed = 4 << 20

// maxPages bounds the pages of a listing, which may be empty. The server's hold thousands of
// entries each.
const maxPages = 10_000

// RootContent lists the root of the image store. A store with nothing at all in it answers
// with an error of class [ErrNotFound].
//
//contract:operation GetImageStoreRootContent
func (c *Client) RootContent(ctx context.Context) (Content, error) {
	op := step("GetImageStoreRootContent", "list the root")
	return c.list(op, func(page editor) (*http.Response, error) {
		return c.api.GetImageStoreRootContent(ctx, &gen.GetImageStoreRootContentParams{
			APIVersion: c.version("6.0"), Timeout: c.timeout(),
		}, page)
	})
}

// Content lists a folder, or the one file that path names. A path where nothing is stored is
// an error of class [ErrNotFound]. There is no operation that returns a file's bytes.
//
//contract:operation GetImageStoreContent
func (c *Client) Content(ctx context.Context, path string) (Content, error) {
	if err := c.CheckPath(path); err != nil {
		return Content{}, err
	}
	op := step("GetImageStoreContent", "list %q", path)
	return c.list(op, func(page editor) (*http.Response, error) {
		return c.api.GetImageStoreContent(ctx, path, &gen.GetImageStoreContentParams{
			APIVersion: c.version("6.2"), Timeout: c.timeout(),
		}, withPath(path), page)
	})
}

// list follows a listing over its pages.
func (c *Client) list(op operation, get func(page editor) (*http.Response, error)) (Content, error) {
	var content Content
	token, seen := "", map[string]bool{}
	for {
		rsp, err := get(withToken(token))
		var page gen.ImageStoreContent
		if err := answer(op, rsp, err, &page); err != nil {
			return Content{}, err
		}
		if rsp.StatusCode == http.StatusNoContent {
			return content, nil
		}
		if err := content.add(page); err != nil {
			return Content{}, malformed(op, rsp, err)
		}
		token = deref(page.ContinuationToken)
		switch {
		case token == "":
			return content, nil
		case seen[token]:
			// The server does so when a name has "=" in it: it drops the token.
			return Content{}, malformed(op, rsp, fmt.Errorf("the continuation token %q repeats, so the listing would never end", excerpt(token)))
		case !isToken(token):
			return Content{}, malformed(op, rsp, fmt.Errorf("the continuation token %q is not escaped for a URL", excerpt(token)))
		case len(seen) >= maxPages:
			return Content{}, malformed(op, rsp, fmt.Errorf("the listing goes on after %d pages", maxPages))
		case len(content.Files)+len(content.Folders) > maxListed:
			return Content{}, malformed(op, rsp, fmt.Errorf("the listing goes on after %d entries", maxListed))
		}
		seen[token] = true
	}
}

// withToken asks for the page of a token. The server has escaped the token already and wants
// it back letter for letter, while the generated client would escape it once more.
func withToken(token string) editor {
	return edit(func(r *http.Request) {
		if token != "" {
			r.URL.RawQuery += "&ContinuationToken=" + token
		}
	})
}

// isToken says whether a token can stand in a query without changing it.
func isToken(token string) bool {
	for i := range len(token) {
		switch c := token[i]; {
		case c <= ' ', c >= 0x7f, c == '#', c == '&':
			return false
		}
	}
	return true
}

// UploadFile stores size bytes of body as the file at path, over any file there, and makes
// the folders on the way. A body that is a Closer is closed, whatever comes of the call. Size
// must be what the body holds: with fewer bytes or more the call fails. Large files go up in chunks,
// see package upload.
//
//contract:operation UploadFile
func (c *Client) UploadFile(ctx context.Context, path string, body io.Reader, size int64) error {
	if err := cmp.Or(c.CheckPath(path), checkSize(size)); err != nil {
		return refused(body, err)
	}
	op := step("UploadFile", "upload %q", path)
	rsp, err := c.api.UploadFileWithBody(ctx, path, &gen.UploadFileParams{
		APIVersion: c.version("6.0"), Timeout: c.timeout(),
	}, octets, body, withPath(path), withLength(size))
	return done(op, rsp, err)
}

// refused keeps the promise that a body is closed where the transport never gets to see it.
func refused(body io.Reader, err error) error {
	if closer, ok := body.(io.Closer); ok {
		_ = closer.Close()
	}
	return err
}

func checkSize(size int64) error {
	if size < 0 {
		return &ArgumentError{Argument: "size", Value: fmt.Sprint(size), Reason: "is negative"}
	}
	return nil
}

// DeleteContent deletes the file at path, or the folder with all that is below it. Deleting
// what does not exist succeeds. The runtime's own folders, Store and WindowsFabricStore, are
// refused by the server.
//
//contract:operation DeleteImageStoreContent
func (c *Client) DeleteContent(ctx context.Context, path string) error {
	if err := c.CheckPath(path); err != nil {
		return err
	}
	op := step("DeleteImageStoreContent", "delete %q", path)
	rsp, err := c.api.DeleteImageStoreContent(ctx, path, &gen.DeleteImageStoreContentParams{
		APIVersion: c.version("6.0"), Timeout: c.timeout(),
	}, withPath(path))
	return done(op, rsp, err)
}

// CopyContent copies a file or a folder inside the image store. A source folder must carry
// its `_.dir` mark. Refused before anything is sent are copies in which the server would
// delete the source, or fail on its own: see [Copy].
//
//contract:operation CopyImageStoreContent
func (c *Client) CopyContent(ctx context.Context, what Copy) error {
	if err := what.Check(); err != nil {
		return err
	}
	op := step("CopyImageStoreContent", "copy %q to %q", what.Source, what.Destination)
	rsp, err := c.api.CopyImageStoreContent(ctx, &gen.CopyImageStoreContentParams{
		APIVersion: c.version("6.0"), Timeout: c.timeout(),
	}, what.toAPI())
	return done(op, rsp, err)
}
