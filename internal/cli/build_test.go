package cli

import (
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/sfstore/sfstore"
)

func TestVersionIsSetElseOfTheModuleElseOfTheCommit(t *testing.T) {
	t.Parallel()
	const hash = "0123456789abcdef0123456789abcdef01234567"
	vcs := []debug.BuildSetting{
		{Key: "vcs.revision", Value: hash},
		{Key: "vcs.time", Value: "2026-11-28T10:00:00Z"},
		{Key: "vcs.modified", Value: "true"},
	}
	for name, row := range map[string]struct {
		set  build
		info debug.BuildInfo
		want build
	}{
		"what a packager sets wins": {
			build{Version: "v1.2.3", Commit: "feed", Date: "2026-01-01T00:00:00Z"},
			debug.BuildInfo{Main: debug.Module{Version: "v1.0.0"}, Settings: vcs},
			build{Version: "v1.2.3", Commit: "feed", Date: "2026-01-01T00:00:00Z"},
		},
		"go install takes the module's": {
			build{}, debug.BuildInfo{Main: debug.Module{Version: "v1.0.0"}}, build{Version: "v1.0.0"},
		},
		"go build in a checkout has both": {
			build{}, debug.BuildInfo{Main: debug.Module{Version: "v1.0.0+dirty"}, Settings: vcs},
			build{Version: "v1.0.0+dirty", Commit: hash, Date: "2026-11-28T10:00:00Z", Modified: true},
		},
		"a development build is named after its commit": {
			build{}, debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: vcs},
			build{Version: "devel-0123456789ab", Commit: hash, Date: "2026-11-28T10:00:00Z", Modified: true},
		},
		"nothing is known": {
			build{}, debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, build{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := row.set
			got.complete(&row.info)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestVersionOfTheDocument(t *testing.T) {
	t.Parallel()
	var document struct {
		Info struct{ Version string }
	}
	if err := yaml.Unmarshal(sfstore.Document, &document); err != nil {
		t.Fatal(err)
	}
	if got := documentVersion(sfstore.Document); got != document.Info.Version {
		t.Errorf("got %q, the document has %q", got, document.Info.Version)
	}
}
