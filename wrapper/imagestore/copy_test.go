package imagestore_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func TestCopiesThatAreRefused(t *testing.T) {
	endpoint, requests := counted(t)
	c := newClient(t, endpoint)
	for name, row := range map[string]struct {
		what             imagestore.Copy
		argument, reason string
	}{
		"no source":                                      {imagestore.Copy{Destination: "B"}, "content path", "is empty"},
		"no destination":                                 {imagestore.Copy{Source: "A"}, "content path", "is empty"},
		"a parent in the source":                         {imagestore.Copy{Source: "A/..", Destination: "B"}, "content path", "segment .."},
		"a parent in the destination":                    {imagestore.Copy{Source: "A", Destination: `B\..`}, "content path", "segment .."},
		"one path for both":                              {imagestore.Copy{Source: "A", Destination: "A"}, "destination", "is or contains the source"},
		"one path in two cases":                          {imagestore.Copy{Source: "App/Code", Destination: "aPP/cODE"}, "destination", "is or contains the source"},
		"one path with two slashes":                      {imagestore.Copy{Source: "App/Code", Destination: `App\Code`}, "destination", "is or contains the source"},
		"one path with slashes around":                   {imagestore.Copy{Source: "App/Code", Destination: "/App//Code/"}, "destination", "is or contains the source"},
		"one path with spaces around":                    {imagestore.Copy{Source: "App", Destination: " App "}, "destination", "is or contains the source"},
		"one path with a dot that Windows drops":         {imagestore.Copy{Source: "App/Code", Destination: "App./Code. "}, "destination", "is or contains the source"},
		"a destination that contains the source":         {imagestore.Copy{Source: "App/Code", Destination: "App"}, "destination", "is or contains the source"},
		"a destination that contains it in another case": {imagestore.Copy{Source: `App\Code\x`, Destination: "APP"}, "destination", "is or contains the source"},
		"one path, and a flag that leaves it":            {imagestore.Copy{Source: "A", Destination: "A", Flag: imagestore.CopyEcho}, "destination", "is or contains the source"},
		"separators and blanks alone for a source":       {imagestore.Copy{Source: `\/ /`, Destination: "B"}, "content path", "is empty"},
		"separators and blanks alone":                    {imagestore.Copy{Source: "A", Destination: ` /\ `}, "content path", "is empty"},
		"the runtime's folder":                           {imagestore.Copy{Source: "A", Destination: "Store"}, "destination", "of the runtime's own"},
		"the runtime's folder with a separator":          {imagestore.Copy{Source: "A", Destination: "Store/"}, "destination", "of the runtime's own"},
		"the runtime's folder with a backslash":          {imagestore.Copy{Source: "A", Destination: `\store\`}, "destination", "of the runtime's own"},
		"the runtime's folder with blanks":               {imagestore.Copy{Source: "A", Destination: "  STORE /"}, "destination", "of the runtime's own"},
		"the runtime's folder with a dot":                {imagestore.Copy{Source: "A", Destination: "Store."}, "destination", "of the runtime's own"},
		"the runtime's other folder":                     {imagestore.Copy{Source: "A", Destination: "windowsFabricStore", Flag: imagestore.CopyEcho}, "destination", "of the runtime's own"},
		"the source among the files to skip":             {imagestore.Copy{Source: `App\Code.exe`, Destination: "B", SkipFiles: []string{"x", "CODE.EXE"}}, "file to skip", "is the source itself"},
		"a flag that is none":                            {imagestore.Copy{Source: "A", Destination: "B", Flag: "Invalid"}, "copy flag", "must be Overwrite or Echo"},
	} {
		t.Run(name, func(t *testing.T) {
			checkArgument(t, "CopyContent", c.CopyContent(t.Context(), row.what), row.argument, row.reason)
		})
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	for name, what := range map[string]imagestore.Copy{
		"a destination whose name begins like the source": {Source: "App", Destination: "App2"},
		"a source whose name begins like the destination": {Source: "App2", Destination: "App"},
		"plain text that a URL would not hold":            {Source: "C#/100%", Destination: "D?"},
		"a destination in the runtime's folder":           {Source: "App", Destination: `Store\App`},
		"a destination whose name begins like it":         {Source: "App", Destination: "Store2"},
		"a file to skip in another folder":                {Source: "App/Code", Destination: "B", SkipFiles: []string{"App"}, Flag: imagestore.CopyOverwrite},
	} {
		t.Run(name+" is fine", func(t *testing.T) {
			if err := c.CopyContent(t.Context(), what); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPathsOfCopies reads the sent request, because the server does not trim the paths.
func TestPathsOfCopies(t *testing.T) {
	type paths struct{ RemoteSource, RemoteDestination string }
	for name, row := range map[string]struct{ given, want paths }{
		"the source has backslashes":         {paths{"App/v1/Code", "X/v1"}, paths{`App\v1\Code`, "X/v1"}},
		"separators at the ends are dropped": {paths{`/App/v1\/`, `\X/v1//`}, paths{`App\v1`, "X/v1"}},
		"blanks at the ends are dropped":     {paths{"  App ", " X "}, paths{"App", "X"}},
		"both in turn are dropped":           {paths{" / App / ", ` \ X \ `}, paths{"App", "X"}},
		"what is inside stays":               {paths{`My App\a b`, `X Y/a\ b`}, paths{`My App\a b`, `X Y/a\ b`}},
	} {
		t.Run(name, func(t *testing.T) {
			var sent paths
			c := newClient(t, serve(t, func(_ http.ResponseWriter, r *http.Request) {
				if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
					t.Error(err)
				}
			}))
			if err := c.CopyContent(t.Context(), imagestore.Copy{Source: row.given.RemoteSource, Destination: row.given.RemoteDestination}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, sent); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCopiesArrive copies with paths as a person may write them, in a store of each platform.
func TestCopiesArrive(t *testing.T) {
	for name, platform := range map[string]emulator.Platform{"Windows": emulator.Windows, "Linux": emulator.Linux} {
		t.Run(name, func(t *testing.T) {
			local, err := emulator.New(emulator.WithFolder(t.TempDir()), emulator.WithPlatform(platform))
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(local)
			t.Cleanup(func() {
				server.Close()
				_ = local.Close()
			})
			c := newClient(t, server.URL)
			for _, file := range []string{"App/Code/a", "App/Code/_.dir", "App/_.dir"} {
				if err := c.UploadFile(t.Context(), file, strings.NewReader("x"), 1); err != nil {
					t.Fatal(err)
				}
			}
			for _, what := range []imagestore.Copy{
				{Source: "App/Code/", Destination: "Folder/Copy/"},
				{Source: "App/Code/a", Destination: "File/a"},
				{Source: "App/Code/a", Destination: "File/\U0001F600 ü"},
				{Source: ` App\Code\`, Destination: ` Other\ `},
			} {
				if err := c.CopyContent(t.Context(), what); err != nil {
					t.Errorf("copy %q to %q: %v", what.Source, what.Destination, err)
				}
			}
			for _, file := range []string{"Folder/Copy/a", "File/a", "File/\U0001F600 ü", "Other/a"} {
				if content, err := c.List(t.Context(), file); err != nil || len(content.Files) != 1 {
					t.Errorf("%s is not there: %+v, %v", file, content, err)
				}
			}
			root, err := c.ListRoot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var folders []string
			for _, f := range root.Folders {
				folders = append(folders, f.Path)
			}
			if diff := cmp.Diff([]string{"App", "File", "Folder", "Other"}, folders); diff != "" || len(root.Files) > 0 {
				t.Errorf("in the root (-want +got):\n%s%+v", diff, root.Files)
			}
		})
	}
}
