package interop

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// command is a run of sfctl after a package was uploaded.
type command struct {
	name string
	args string // no path contains a blank
	exit int
	want string // the summary of its JSON; paths as on Linux
	says string // a part of its standard error
}

var afterUpload = []command{
	{"the root is listed", "store root-info", 0, "App with 16", ""},
	{"the package is listed", "store stat --content-path App", 0, "App/_.dir 0, App/ApplicationManifest.xml 23, App/Web with 14", ""},
	{"a file is listed", "store stat --content-path App/Web/Code/empty.bin", 0, "App/Web/Code/empty.bin 0", ""},
	{"a missing path fails", "store stat --content-path Nothing", 1, "", "TypeError"}, // instead of reporting 404, which has no body
	{"a folder is deleted", "store delete --content-path App/Web/Code", 0, "", ""},
	{"what was deleted is gone", "store stat --content-path App/Web", 0, "App/Web/_.dir 0, App/Web/ServiceManifest.xml 19, App/Web/Config with 2, App/Web/Data with 2", ""},
	{"what is missing is deleted without complaint", "store delete --content-path Nothing", 0, "", ""},
	{"a reserved folder is not deleted", "store delete --content-path Store", 1, "", "FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR"},
	{"the package is deleted", "store delete --content-path App", 0, "", ""},
	{"an empty store fails to be listed", "store root-info", 1, "", "FABRIC_E_NAME_DOES_NOT_EXIST"},
}

func TestSfctlUploadsAPackageListsItAndDeletesIt(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, platform emulator.Platform) {
		s, c := newStore(t, platform, sfctlKnown), newSfctl(t)
		c.must(t, "cluster", "select", "--endpoint", s.url)
		for _, attempt := range []string{"into an empty store", "over itself"} {
			if r := c.upload(t, "App", appPackage()); r.exit != 0 {
				t.Fatalf("upload %s: exit code %d\n%s%s", attempt, r.exit, r.stdout, r.stderr)
			}
			same(t, read(t, filepath.Join(s.folder, "App")), appPackage().marked())
		}
		for _, step := range afterUpload {
			t.Run(step.name, func(t *testing.T) { step.check(t, s, c.run(t, strings.Fields(step.args)...)) })
		}
		same(t, read(t, s.folder), tree{})
	})
}

func (step command) check(t *testing.T, s *store, r ran) {
	t.Helper()
	if r.exit != step.exit {
		t.Errorf("exit code %d, want %d", r.exit, step.exit)
	}
	if got, want := summary(t, []byte(r.stdout)), s.spelled(step.want); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !strings.Contains(r.stderr, step.says) {
		t.Errorf("says %q and not %q", r.stderr, step.says)
	}
}
