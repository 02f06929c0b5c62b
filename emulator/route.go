package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// route is one URL template with its verb.
type route struct {
	operation string // the published operationId
	verb      string
	withPath  bool
	meta      string  // the segment after "$", if any
	since     float64 // the lowest api-version that has the operation
	sessions  bool    // of upload sessions: Windows only
	body      bodyKind
	check     func(*Store, *request) error // the gateway's checks before it calls the store; may be nil
	handle    func(*Store, *request) (response, error)
}

// bodyKind says how a request's body is read before the handler runs.
type bodyKind int

const (
	bodyIgnored bodyKind = iota
	bodySkipped          // small, and not used
	bodyRead             // small, in memory
	bodyStaged           // a file in staging
)

// routes are the image store's. No two match the same request.
var routes = []route{
	{operation: "GetImageStoreRootContent", verb: http.MethodGet, check: (*Store).checkToken, handle: (*Store).list},
	{operation: "GetImageStoreContent", verb: http.MethodGet, withPath: true, check: (*Store).checkToken, handle: (*Store).list},
	{operation: "DeleteImageStoreContent", verb: http.MethodDelete, withPath: true, body: bodySkipped, handle: (*Store).deleteContent},
	{operation: "CopyImageStoreContent", verb: http.MethodPost, meta: "Copy", body: bodyRead, check: (*Store).checkCopy, handle: (*Store).copyContent},
	{operation: "UploadFile", verb: http.MethodPut, withPath: true, body: bodyStaged, handle: (*Store).uploadFile},
	{operation: "UploadFileChunk", verb: http.MethodPut, withPath: true, meta: "UploadChunk", sessions: true, body: bodyStaged, check: (*Store).requireSession, handle: (*Store).uploadChunk},
	{operation: "GetImageStoreUploadSessionById", verb: http.MethodGet, meta: "GetUploadSession", sessions: true, check: (*Store).requireSession, handle: (*Store).sessionByID},
	{operation: "GetImageStoreUploadSessionByPath", verb: http.MethodGet, withPath: true, meta: "GetUploadSession", sessions: true, handle: (*Store).sessionsByPath},
	{operation: "DeleteImageStoreUploadSession", verb: http.MethodDelete, meta: "DeleteUploadSession", sessions: true, body: bodySkipped, check: (*Store).acceptSession, handle: (*Store).deleteSession},
	{operation: "CommitImageStoreUploadSession", verb: http.MethodPost, meta: "CommitUploadSession", sessions: true, body: bodySkipped, check: (*Store).acceptSession, handle: (*Store).commitSession},
	{operation: "GetImageStoreRootFolderSize", verb: http.MethodGet, meta: "FolderSize", since: 6.5, handle: (*Store).folderSize},
	{operation: "GetImageStoreFolderSize", verb: http.MethodGet, withPath: true, meta: "FolderSize", since: 6.5, handle: (*Store).folderSize},
	{operation: "GetImageStoreInfo", verb: http.MethodGet, meta: "Info", since: 6.5, handle: (*Store).info},
}

// match finds the route of a request and parses its URL. A wrong URL, a wrong
// verb and a wrong api-version all get 400 E_INVALIDARG.
func (s *Store) match(c *request) error {
	path, query := rawPath(c.r.URL), c.r.URL.RawQuery
	if s.platform == Linux && !isURI(path+"?"+query) {
		return errInvalidArgument
	}
	path, query = s.platform.cut(path, query)
	c.query = parseQuery(query)
	path, err := s.platform.cook(path)
	if err != nil {
		return err
	}
	segments := dropEmpty(strings.Split(path, "/"))
	if page := findPage(c.r.Method, segments); page != nil {
		if page.versioned && !s.versionAccepted(c, 0) {
			return errInvalidArgument
		}
		c.page = page
		return nil
	}
	if len(segments) == 0 || segments[0] != "ImageStore" {
		return errInvalidArgument
	}
	names, meta, ok := splitMeta(segments[1:])
	if !ok {
		return errInvalidArgument
	}
	i := slices.IndexFunc(routes, func(r route) bool {
		return r.verb == c.r.Method && r.meta == meta && r.withPath == (len(names) > 0)
	})
	if i < 0 || routes[i].sessions && s.platform != Windows || !s.versionAccepted(c, routes[i].since) {
		return errInvalidArgument
	}
	if len(names) > 0 {
		if c.path, err = s.platform.decodePath(names); err != nil {
			return err
		}
	}
	c.route = &routes[i]
	return nil
}

// rawPath is the path exactly as it was sent: a URL keeps the raw form only
// if it differs from the canonical escaping.
func rawPath(u *url.URL) string {
	if u.RawPath != "" {
		return u.RawPath
	}
	return u.EscapedPath()
}

// cut removes what the gateway does not count as path. A literal "#" removes
// the query too.
//
// inferred: on Windows an escaped "#" or "?" is decoded before the gateway
// sees it, so it truncates the path too: a%23b is a. The text after the "?"
// becomes the beginning of the query.
func (p Platform) cut(path, query string) (string, string) {
	if before, _, ok := strings.Cut(path, "#"); ok {
		return before, ""
	}
	if p == Windows {
		if before, after, ok := strings.Cut(strings.ReplaceAll(path, "%3f", "%3F"), "%3F"); ok {
			path, query = before, after+"?"+query
		}
		path, _, _ = strings.Cut(path, "%23")
	}
	query, _, _ = strings.Cut(query, "#")
	return path, query
}

// splitMeta splits a path at its "$" segment. Exactly one segment may follow
// it. A segment that only begins with "$" is an ordinary name.
func splitMeta(segments []string) (names []string, meta string, ok bool) {
	i := slices.Index(segments, "$")
	if i < 0 {
		return segments, "", true
	}
	if len(segments) != i+2 || segments[i+1] == "$" {
		return nil, "", false
	}
	return segments[:i], segments[i+1], true
}

// versionAccepted reports whether the request has an api-version between that
// of the operation and that of the runtime.
func (s *Store) versionAccepted(c *request, since float64) bool {
	v, ok := parseVersion(c.query["api-version"])
	c.version = v
	return ok && v >= max(since, 1) && v <= s.maxVersion
}
