package emulator_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
)

// TestAgainstTheModel drives a store and its model through random histories. It compares every response
// and, at the end, every file. -rapid.checks is the number of histories, -rapid.steps their length.
func TestAgainstTheModel(t *testing.T) { rapid.Check(t, history) }

// FuzzAgainstTheModel does the same with histories that a number determines. The fuzzer's bytes do not
// determine them directly, because it would spend its time shortening them.
func FuzzAgainstTheModel(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	check := rapid.MakeFuzz(history)
	f.Fuzz(func(t *testing.T, seed uint64) {
		var key [32]byte
		binary.LittleEndian.PutUint64(key[:], seed)
		draws := make([]byte, 128<<10)
		_, _ = rand.NewChaCha8(key).Read(draws)
		check(t, draws)
	})
}

// machine is a store beside its model.
type machine struct {
	*rapid.T
	folder string
	store  *emulator.Store
	model  *model
}

func history(t *rapid.T) {
	folder, err := os.MkdirTemp("", "sfstore-history-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	m := &machine{folder: folder, model: &model{
		platform: rapid.SampledFrom([]emulator.Platform{emulator.Windows, emulator.Windows, emulator.Linux}).Draw(t, "platform"),
		now:      time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}}
	m.T = t
	m.open()
	defer func() { m.store.Close() }()
	step := func(do func(*machine)) func(*rapid.T) {
		return func(t *rapid.T) { m.T = t; do(m) }
	}
	actions := map[string]func(*rapid.T){
		"put": step((*machine).put), "put another": step((*machine).put), "put a third": step((*machine).put), "delete": step((*machine).remove), "copy": step((*machine).copy),
		"list": step((*machine).list), "size": step((*machine).size), "restart": step((*machine).restart),
	}
	if m.model.platform == emulator.Windows {
		for name, do := range map[string]func(*machine){
			"chunk": (*machine).chunk, "more chunks": (*machine).chunk, "next chunk": (*machine).nextChunk, "finish": (*machine).finish,
			"finish another": (*machine).finish, "commit": (*machine).commit,
			"session": (*machine).session, "sessions": (*machine).sessions, "end": (*machine).end,
			"failover": (*machine).failover, "forward": (*machine).forward,
		} {
			actions[name] = step(do)
		}
	}
	t.Repeat(actions)
	m.T = t
	m.compareFiles()
}

func (m *machine) open() {
	var err error
	m.store, err = emulator.New(emulator.WithFolder(m.folder), emulator.WithPlatform(m.model.platform),
		emulator.WithClock(func() time.Time { return m.model.now }))
	if err != nil {
		m.Fatal(err)
	}
}

// ask sends a request and returns "STATUS CODE" and the body.
func (m *machine) ask(verb, target, body string, header ...string) (answer, text string) {
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	r := httptest.NewRequest(verb, "/ImageStore"+target+separator+"api-version=6.5", strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	m.store.ServeHTTP(w, r)
	var failure struct{ Error struct{ Code string } }
	_ = json.Unmarshal(w.Body.Bytes(), &failure)
	return strings.TrimSpace(fmt.Sprint(w.Code, " ", failure.Error.Code)), w.Body.String()
}

func (m *machine) compare(what, got, want string) {
	m.Helper()
	m.Logf("%s: %s", what, got)
	if got != want {
		m.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

// path draws a path, which often exists already, and its spelling in a request.
func (m *machine) path() (path, sent, spelled string) {
	known := []string{"a", "b", "c d", "_.dir", "Store", "A"}
	if testhost.IsWindows { // the disk has one spelling of a folder there, and the model has each
		known = known[:5]
	}
	names := rapid.SliceOfN(rapid.SampledFrom(known), 1, 3).Draw(m.T, "path")
	if len(m.model.files) > 0 && rapid.Bool().Draw(m.T, "one that is there") {
		names = strings.Split(rapid.SampledFrom(m.model.files).Draw(m.T, "file").path, "/")
		names = names[:rapid.IntRange(1, len(names)).Draw(m.T, "depth")]
	}
	for i, name := range names {
		if i > 0 {
			separator := rapid.SampledFrom([]string{"/", "/", "/", "%2F", "%5C"}).Draw(m.T, "separator")
			spelled += separator
			sent += map[string]string{"/": "/", "%2F": "/", "%5C": `\`}[separator]
		}
		spelled += strings.ReplaceAll(name, " ", "%20")
		sent += name
	}
	return strings.Join(names, "/"), sent, spelled
}

func (m *machine) content() string { return rapid.StringMatching(`[a-z]{0,12}`).Draw(m.T, "content") }

func (m *machine) put() {
	path, _, spelled := m.path()
	content := m.content()
	answer, _ := m.ask("PUT", "/"+spelled, content)
	m.compare("PUT "+spelled, answer, m.model.write(path, content, ""))
}

func (m *machine) remove() {
	path, _, spelled := m.path()
	answer, _ := m.ask("DELETE", "/"+spelled, "")
	m.compare("DELETE "+spelled, answer, m.model.remove(path))
}

func (m *machine) copy() {
	source, _, _ := m.path()
	destination, _, _ := m.path()
	if m.model.within(source, destination) || m.model.within(destination, source) {
		m.Skip("how much of such a copy is done depends on the order")
	}
	overwrite := rapid.Bool().Draw(m.T, "overwrite")
	flag := "Echo"
	if overwrite {
		flag = "Overwrite"
	}
	skip := rapid.SampledFrom([]string{"", "a", "_.DIR"}).Draw(m.T, "skip")
	sent := source
	if m.model.platform == emulator.Windows {
		sent = strings.ReplaceAll(source, "/", `\`)
	}
	answer, _ := m.ask("POST", "/$/Copy", fmt.Sprintf(`{"RemoteSource":%q,"RemoteDestination":%q,"CopyFlag":%q,"SkipFiles":[%q]}`, sent, destination, flag, skip))
	m.compare(fmt.Sprintf("copy %s to %s, %s without %q", source, destination, flag, skip), answer, m.model.copy(source, destination, overwrite, skip))
}

func (m *machine) restart() {
	if err := m.store.Close(); err != nil {
		m.Fatal(err)
	}
	m.model.failover()
	m.compareFiles()
	m.open()
}

// compareFiles compares the content folder with the model: every file, and no folder without one.
func (m *machine) compareFiles() {
	got, want := map[string]string{}, map[string]string{}
	for _, f := range m.model.files {
		want[f.path] = f.content
	}
	root := filepath.Join(m.folder, "content")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		path := strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(name, root)), "/")
		if err != nil || path == "" {
			return err
		}
		if d.IsDir() {
			if found, err := os.ReadDir(name); err != nil || len(found) == 0 {
				return fmt.Errorf("the folder %s is empty: %w", path, err)
			}
			return nil
		}
		text, err := os.ReadFile(name)
		got[path] = string(text)
		return err
	})
	if err != nil {
		m.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		m.Fatalf("the files on the disk (-want +got):\n%s", diff)
	}
}
