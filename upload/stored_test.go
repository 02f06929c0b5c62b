package upload

import (
	"errors"
	"testing"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func TestWhatAListingMustShow(t *testing.T) {
	version := func(config int64, number uint64) imagestore.FileVersion {
		return imagestore.FileVersion{ConfigurationEpoch: config, Number: number}
	}
	before := &imagestore.File{Path: `App\a`, Size: 3, Version: version(1, 7)}
	for name, row := range map[string]struct {
		now    imagestore.File
		before *imagestore.File
		stored bool
	}{
		"a file that was not there":          {imagestore.File{Path: `App\a`, Size: 3, Version: version(1, 1)}, nil, true},
		"a newer version":                    {imagestore.File{Path: `App\a`, Size: 3, Version: version(1, 8)}, before, true},
		"a version of a later epoch":         {imagestore.File{Path: `App\a`, Size: 3, Version: version(2, 1)}, before, true},
		"another case":                       {imagestore.File{Path: `APP\A`, Size: 3, Version: version(1, 8)}, before, true},
		"the path as Linux writes it":        {imagestore.File{Path: `App/a`, Size: 3, Version: version(1, 8)}, before, true},
		"the same version":                   {imagestore.File{Path: `App\a`, Size: 3, Version: version(1, 7)}, before, false},
		"an older version":                   {imagestore.File{Path: `App\a`, Size: 3, Version: version(1, 6)}, before, false},
		"another size":                       {imagestore.File{Path: `App\a`, Size: 4, Version: version(1, 8)}, before, false},
		"a file of that name somewhere else": {imagestore.File{Path: `Other\a`, Size: 3, Version: version(1, 8)}, before, false},
		"another file of the folder":         {imagestore.File{Path: `App\b`, Size: 3, Version: version(1, 8)}, nil, false},
	} {
		err := checkVersion(row.now, "App/a", 3, row.before)
		if (err == nil) != row.stored || err != nil && !errors.Is(err, ErrNotStored) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
