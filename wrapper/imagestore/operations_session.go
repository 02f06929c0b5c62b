package imagestore

import (
	"cmp"
	"context"
	"io"
	"net/http"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/gen"
)

// UploadFileChunk sends one chunk of the file at path, whose whole size is given in bytes. The
// first chunk of an unknown session creates it, with this path and size; the caller invents
// the id. A body that is a Closer is closed, whatever comes of the call.
//
// A chunk that arrived before is refused with [CodeUploadSessionRangeNotSatisfiable], so after
// an error that leaves it open whether the chunk arrived, ask with [Client.UploadSessionByID]
// before sending it again. An empty file cannot go up in chunks: use [Client.UploadFile].
//
//contract:operation UploadFileChunk
func (c *Client) UploadFileChunk(ctx context.Context, path string, session uuid.UUID, r Range, size int64, body io.Reader) error {
	if err := cmp.Or(c.CheckPath(path), checkSession(session), checkChunk(r, size)); err != nil {
		return refused(body, err)
	}
	op := step("UploadFileChunk", "upload chunk %s/%d of %q", r, size, path)
	rsp, err := c.api.UploadFileChunkWithBody(ctx, path, &gen.UploadFileChunkParams{
		APIVersion: c.version("6.0"), SessionID: session, ContentRange: r.ContentRange(size), Timeout: c.timeout(),
	}, octets, body, withPath(path), withLength(r.Len()))
	return done(op, rsp, err)
}

// UploadSessionsByPath returns all upload sessions of a path, whoever began them; none is no
// error. The server compares the path with that of the first chunk letter for letter.
//
//contract:operation GetImageStoreUploadSessionByPath
func (c *Client) UploadSessionsByPath(ctx context.Context, path string) ([]UploadSession, error) {
	if err := c.CheckPath(path); err != nil {
		return nil, err
	}
	op := step("GetImageStoreUploadSessionByPath", "ask for upload sessions of %q", path)
	rsp, err := c.api.GetImageStoreUploadSessionByPath(ctx, path, &gen.GetImageStoreUploadSessionByPathParams{
		APIVersion: c.version("6.0"), Timeout: c.timeout(),
	}, withPath(path))
	var reply gen.UploadSession
	if err := answer(op, rsp, err, &reply); err != nil {
		return nil, err
	}
	if rsp.StatusCode == http.StatusNoContent {
		return []UploadSession{}, nil
	}
	sessions, err := sessionsFromAPI(reply)
	if err != nil {
		return nil, malformed(op, rsp, err)
	}
	return sessions, nil
}

// UploadSessionByID returns the upload session of an id, and false when there is none.
//
//contract:operation GetImageStoreUploadSessionById
func (c *Client) UploadSessionByID(ctx context.Context, id uuid.UUID) (session UploadSession, found bool, err error) {
	if err := checkSession(id); err != nil {
		return UploadSession{}, false, err
	}
	op := step("GetImageStoreUploadSessionById", "ask for upload session %s", id)
	rsp, err := c.api.GetImageStoreUploadSessionByID(ctx, &gen.GetImageStoreUploadSessionByIDParams{
		APIVersion: c.version("6.0"), SessionID: id, Timeout: c.timeout(),
	})
	var reply gen.UploadSession
	if err := answer(op, rsp, err, &reply); err != nil {
		return UploadSession{}, false, err
	}
	if rsp.StatusCode == http.StatusNoContent {
		return UploadSession{}, false, nil
	}
	sessions, err := sessionsFromAPI(reply)
	if err == nil && len(sessions) > 0 && sessions[0].ID != id {
		err = errOtherSession
	}
	switch {
	case err != nil:
		return UploadSession{}, false, malformed(op, rsp, err)
	case len(sessions) == 0:
		return UploadSession{}, false, nil
	}
	return sessions[0], true, nil
}

// CommitUploadSession makes the file out of a session's chunks, over any file at its path.
// The server refuses with [CodeInvalidArgument] both when chunks are missing and when it does
// not know the session, as after a failover: ask for the session to tell them apart. The
// session stays, with nothing expected, until it is deleted or ends.
//
//contract:operation CommitImageStoreUploadSession
func (c *Client) CommitUploadSession(ctx context.Context, id uuid.UUID) error {
	if err := checkSession(id); err != nil {
		return err
	}
	op := step("CommitImageStoreUploadSession", "commit upload session %s", id)
	rsp, err := c.api.CommitImageStoreUploadSession(ctx, &gen.CommitImageStoreUploadSessionParams{
		APIVersion: c.version("6.0"), SessionID: id, Timeout: c.timeout(),
	})
	return done(op, rsp, err)
}

// DeleteUploadSession ends an upload session and removes its chunks; a file that was committed
// from it stays. A session that the server does not know is an error of class [ErrNotFound].
//
//contract:operation DeleteImageStoreUploadSession
func (c *Client) DeleteUploadSession(ctx context.Context, id uuid.UUID) error {
	if err := checkSession(id); err != nil {
		return err
	}
	op := step("DeleteImageStoreUploadSession", "delete upload session %s", id)
	rsp, err := c.api.DeleteImageStoreUploadSession(ctx, &gen.DeleteImageStoreUploadSessionParams{
		APIVersion: c.version("6.0"), SessionID: id, Timeout: c.timeout(),
	})
	return done(op, rsp, err)
}
