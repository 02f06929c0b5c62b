package conformance

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// listing is the body of a listing.
type listing struct {
	StoreFiles []struct {
		StoreRelativePath, FileSize, ModifiedDate string
		FileVersion                               struct{ EpochDataLossNumber, EpochConfigurationNumber, VersionNumber string }
	}
	StoreFolders      []struct{ StoreRelativePath, FileCount string }
	ContinuationToken *string
}

// lines returns the paths in a listing below the fact's folder, with "/", in the order of the
// listing: files with their size, and folders with their count.
func (l listing) lines(t *trial) (files, folders []string) {
	below := func(path string) string {
		path = strings.ReplaceAll(path, `\`, "/")
		return strings.TrimPrefix(path, t.folder+"/")
	}
	for _, f := range l.StoreFiles {
		files = append(files, below(f.StoreRelativePath)+" "+f.FileSize)
	}
	for _, f := range l.StoreFolders {
		folders = append(folders, below(f.StoreRelativePath)+"/ "+f.FileCount)
	}
	return files, folders
}

func (t *trial) listing(r reply) (l listing) {
	if err := json.Unmarshal([]byte(r.body), &l); err != nil || r.status != 200 {
		t.problem("got %q, expected a listing: %v", r, err)
	}
	return l
}

// shows expects a listing of these files ("a 5" with the size) and folders ("b/ 2" with the count),
// below the fact's own folder. Folders may come in any order.
func (x exchange) shows(expected ...string) exchange {
	return x.want(func(t *trial, r reply) {
		files, folders := t.listing(r).lines(t)
		slices.Sort(folders)
		if got := slices.Concat(files, folders); !slices.Equal(got, expected) {
			t.problem("listed %q, expected %q", got, expected)
		}
	})
}

// showsOneFile expects a listing of one file, whichever it is.
func (x exchange) showsOneFile() exchange {
	return x.want(func(t *trial, r reply) {
		if n := len(t.listing(r).StoreFiles); n != 1 {
			t.problem("%d files are listed, expected 1", n)
		}
	})
}

// showsFolders expects a listing with these folders in this order.
func (x exchange) showsFolders(expected ...string) exchange {
	return x.want(func(t *trial, r reply) {
		if _, got := t.listing(r).lines(t); !slices.Equal(got, expected) {
			t.problem("listed the folders %q, expected %q", got, expected)
		}
	})
}

// from lists from the token for a path below the fact's folder. Its separators are the platform's.
func (x exchange) from(path string) exchange {
	x.token = path
	return x
}

// version is that of a file. Versions order by data loss, configuration and number.
type version struct{ dataLoss, configuration, number int64 }

func (v version) compare(w version) int {
	return cmp.Or(cmp.Compare(v.dataLoss, w.dataLoss), cmp.Compare(v.configuration, w.configuration), cmp.Compare(v.number, w.number))
}

// version returns that of the one file in a listing.
func (t *trial) version(r reply) (v version) {
	l := t.listing(r)
	if len(l.StoreFiles) != 1 {
		t.problem("%d files are listed, expected 1", len(l.StoreFiles))
		return v
	}
	wire := l.StoreFiles[0].FileVersion
	for _, part := range []struct {
		to   *int64
		text string
	}{{&v.dataLoss, wire.EpochDataLossNumber}, {&v.configuration, wire.EpochConfigurationNumber}, {&v.number, wire.VersionNumber}} {
		n, err := strconv.ParseInt(part.text, 10, 64)
		if err != nil {
			t.problem("the version has the number %.40q: %v", part.text, err)
		}
		*part.to = n
	}
	return v
}

// remember keeps the version of the file "a".
func remember(name string) step {
	return list("{}/a").want(func(t *trial, r reply) { t.versions[name] = t.version(r) })
}

// grewFrom expects one file with a greater version than the one remembered.
func (x exchange) grewFrom(name string) exchange {
	return x.want(func(t *trial, r reply) {
		if got, before := t.version(r), t.versions[name]; got.compare(before) <= 0 {
			t.problem("the version is %v after %v", got, before)
		}
	})
}

// keeps expects one file with the version remembered.
func (x exchange) keeps(name string) exchange {
	return x.want(func(t *trial, r reply) {
		if got, before := t.version(r), t.versions[name]; got != before {
			t.problem("the version is %v, expected %v as before", got, before)
		}
	})
}
