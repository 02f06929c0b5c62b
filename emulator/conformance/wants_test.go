package conformance

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// The answers that many facts come to.
const (
	invalid      = "400 E_INVALIDARG"
	invalidID    = "400 FABRIC_E_INVALID_UPLOAD_SESSION_ID"
	refusedRange = "400 FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE"
	conflict     = "409 FABRIC_E_UPLOAD_SESSION_ID_CONFLICT"
	reservedName = "400 FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR"
	noFile       = "404 FABRIC_E_FILE_NOT_FOUND"
	unknown      = "404 NotFound"
	emptyStore   = "404 FABRIC_E_NAME_DOES_NOT_EXIST"
)

func (x exchange) want(f func(g *gateway, r reply)) exchange {
	x.wants = append(slices.Clip(x.wants), f)
	return x
}

// is wants a status, with the code of an error that has a body.
func (x exchange) is(want string) exchange {
	return x.want(func(g *gateway, r reply) {
		if r.String() != want {
			g.problem("got %q (%.300s), want %q", r, r.body, want)
		}
	})
}

// hasStatus wants a status, whatever the body: HTTP itself may have refused
// the request.
func (x exchange) hasStatus(want int) exchange {
	return x.want(func(g *gateway, r reply) {
		if r.status != want {
			g.problem("got %q (%.300s), want the status %d", r, r.body, want)
		}
	})
}

// hasBody wants exactly this body.
func (x exchange) hasBody(want string) exchange {
	return x.want(func(g *gateway, r reply) {
		if want := g.expand(want); r.body != want {
			g.problem("the body is %.300q, want %q", r.body, want)
		}
	})
}

// looksLike wants a body that matches as a whole.
func (x exchange) looksLike(pattern string) exchange {
	return x.want(func(g *gateway, r reply) {
		if !regexp.MustCompile("^(?:" + g.expand(pattern) + ")$").MatchString(r.body) {
			g.problem("the body is %.300q, want one like %s", r.body, pattern)
		}
	})
}

// hasHeader wants a header; an empty value wants it to be absent.
func (x exchange) hasHeader(name, want string) exchange {
	return x.want(func(g *gateway, r reply) {
		if got := r.header.Get(name); got != want {
			g.problem("the header %s is %q, want %q", name, got, want)
		}
	})
}

const jsonType = "application/json; charset=utf-8"

// saysJSON wants the headers that go with JSON, body or not.
func (x exchange) saysJSON() exchange {
	return x.hasHeader("Content-Type", jsonType).hasHeader("X-Content-Type-Options", "nosniff")
}

// listing is the body of a listing.
type listing struct {
	StoreFiles []struct {
		StoreRelativePath, FileSize, ModifiedDate string
		FileVersion                               struct{ VersionNumber string }
	}
	StoreFolders      []struct{ StoreRelativePath, FileCount string }
	ContinuationToken *string
}

// paths are the paths in a listing below the fact's folder, with "/": files
// as they come, and folders, whose order means nothing, in order.
func (l listing) lines(g *gateway) []string {
	below := func(path string) string {
		path = strings.ReplaceAll(path, `\`, "/")
		return strings.TrimPrefix(path, g.folder+"/")
	}
	var files, folders []string
	for _, f := range l.StoreFiles {
		files = append(files, below(f.StoreRelativePath)+" "+f.FileSize)
	}
	for _, f := range l.StoreFolders {
		folders = append(folders, below(f.StoreRelativePath)+"/ "+f.FileCount)
	}
	slices.Sort(folders)
	return append(files, folders...)
}

func (g *gateway) listing(r reply) (l listing) {
	if err := json.Unmarshal([]byte(r.body), &l); err != nil || r.status != 200 {
		g.problem("got %q, want a listing: %v", r, err)
	}
	return l
}

// shows wants a listing of these files ("a 5" with the size) and folders
// ("b/ 2" with the count), below the fact's own folder.
func (x exchange) shows(want ...string) exchange {
	return x.want(func(g *gateway, r reply) {
		if got := g.listing(r).lines(g); !slices.Equal(got, want) {
			g.problem("listed %q, want %q", got, want)
		}
	})
}

// expects wants one session that expects these ranges: "0-2 6-9".
func (x exchange) expects(want string) exchange {
	return x.want(func(g *gateway, r reply) {
		var got struct {
			UploadSessions []struct {
				ExpectedRanges []struct{ StartPosition, EndPosition string }
			}
		}
		if err := json.Unmarshal([]byte(r.body), &got); err != nil || len(got.UploadSessions) != 1 {
			g.problem("got %q (%.300s), want one session", r, r.body)
			return
		}
		var ranges []string
		for _, e := range got.UploadSessions[0].ExpectedRanges {
			ranges = append(ranges, e.StartPosition+"-"+e.EndPosition)
		}
		if got := strings.Join(ranges, " "); got != want {
			g.problem("%q is expected, want %q", got, want)
		}
	})
}
