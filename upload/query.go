package upload

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// knowsSessions reports whether a response to a query of sessions is from a gateway that has
// them. A gateway without, as on Linux, reports the URL itself as an invalid argument. The first
// response decides for the lifetime of the uploader.
func (c *run) knowsSessions(err error) bool {
	if err != nil && !imagestore.HasCode(err, imagestore.CodeInvalidArgument) {
		return true
	}
	has := err == nil
	c.sessions.CompareAndSwap(nil, &has)
	return *c.sessions.Load()
}

// lacksSessions reports whether the gateway is known to have no upload sessions.
func (u *Uploader) lacksSessions() bool {
	known := u.sessions.Load()
	return known != nil && !*known
}

// querySession returns the state of a session, and retries within the budget.
func (c *run) querySession(ctx context.Context, id uuid.UUID) (session imagestore.UploadSession, found bool, err error) {
	err = c.retrying(ctx, func() (err error) {
		session, found, err = c.client.UploadSessionByID(ctx, id)
		return err
	})
	return session, found, err
}

// querySessions returns the sessions of a path.
func (c *run) querySessions(ctx context.Context, path string) (sessions []imagestore.UploadSession, err error) {
	err = c.retrying(ctx, func() (err error) {
		sessions, err = c.client.UploadSessionsByPath(ctx, path)
		return err
	})
	return sessions, err
}

// queryOwnSession returns the state of the file's session. Another path or size under an id that
// was derived from both is an error, because no uploader makes such a session.
func (f *file) queryOwnSession(ctx context.Context) (imagestore.UploadSession, bool, error) {
	session, found, err := f.querySession(ctx, f.plan.session)
	if err == nil && found && (session.Path != f.path || session.Size != f.plan.size) {
		err = fmt.Errorf("upload session %s belongs to %q with %d bytes, not to %q with %d",
			session.ID, session.Path, session.Size, f.path, f.plan.size)
	}
	return session, found, err
}

// listed is the store's listing of a path: nothing, a file, or the content of a folder.
type listed struct {
	file    *imagestore.File
	folder  bool
	content imagestore.Content
}

// listOnce lists a path without a retry.
func (c *run) listOnce(ctx context.Context, path string) (listed, error) {
	content, err := c.client.List(ctx, path)
	switch {
	case isUnlistable(err):
		return listed{folder: errors.Is(err, imagestore.ErrUnpageable)}, err // only folders have pages
	case errors.Is(err, imagestore.ErrNotFound):
		return listed{}, nil
	case err != nil:
		return listed{}, err
	case len(content.Files) == 1 && len(content.Folders) == 0 && samePath(content.Files[0].Path, path):
		return listed{file: &content.Files[0]}, nil
	}
	if err := checkListing(content, path); err != nil {
		return listed{}, err
	}
	return listed{folder: len(content.Files)+len(content.Folders) > 0, content: content}, nil
}

// checkListing returns an error if a listing is not that of a folder, or has a file twice: then it
// does not show what is stored. A folder may be on two pages.
func checkListing(content imagestore.Content, folder string) error {
	checked := "" // how the last entry spells the folder
	check := func(storePath string) error {
		above := storePath[:max(0, strings.LastIndexAny(storePath, `/\`))]
		if above != checked && !samePath(above, folder) {
			return fmt.Errorf("the store lists %q in %q", slashed(storePath), folder)
		}
		checked = above
		return nil
	}
	seen := make(map[string]bool, len(content.Files))
	for _, file := range content.Files {
		if err := check(file.Path); err != nil {
			return err
		}
		if seen[file.Path] {
			return fmt.Errorf("the store lists %q twice", slashed(file.Path))
		}
		seen[file.Path] = true
	}
	for _, below := range content.Folders {
		if err := check(below.Path); err != nil {
			return err
		}
	}
	return nil
}

// isUnlistable reports whether there is a folder that the store cannot list. Either its pages do not
// end, or a file in it has no bytes, which happens for a moment while it is replaced; a missing path
// is a 404 without a code.
func isUnlistable(err error) bool {
	return errors.Is(err, imagestore.ErrUnpageable) || imagestore.HasCode(err, imagestore.CodeFileNotFound)
}

// list lists a path, and retries within the budget.
func (c *run) list(ctx context.Context, path string) (l listed, err error) {
	for budget := c.retry.begin(); ; {
		l, err = c.listOnce(ctx, path)
		switch {
		case err == nil:
			return l, nil
		case imagestore.HasCode(err, imagestore.CodeFileNotFound) && c.waitToRetry(ctx, budget, err):
		case !c.shouldRetry(ctx, budget, err):
			return l, err
		}
	}
}

// DestinationError is a path at which nothing can be stored, because the store has a folder there,
// or a file at the path or above it. Nothing was sent.
type DestinationError struct {
	Path   string // in the store, of the existing file or folder
	Reason string // such as "is a folder in the store"
}

func (e *DestinationError) Error() string { return fmt.Sprintf("%q %s", e.Path, e.Reason) }

// checkAbove looks for a file in place of a folder, from the path's parent upwards. It ends at
// the first existing folder.
func (c *run) checkAbove(ctx context.Context, storePath string) error {
	for above := path.Dir(storePath); above != "."; above = path.Dir(above) {
		l, err := c.list(ctx, above)
		switch {
		case l.file != nil:
			return &DestinationError{above, "is a file in the store, so nothing can be stored below it"}
		case l.folder || isUnlistable(err):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}
