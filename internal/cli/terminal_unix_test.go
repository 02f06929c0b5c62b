//go:build linux || darwin

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// atTerminal runs the command in a terminal of that size, and calls a function for each piece of its
// output, standard output included.
func atTerminal(t *testing.T, size pty.Winsize, read func(terminal *os.File, text string), args ...string) (output string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sfstore", args...)
	terminal, err := pty.StartWithSize(cmd, &size)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	var b strings.Builder
	buffer := make([]byte, 64<<10)
	for {
		n, err := terminal.Read(buffer)
		b.Write(buffer[:n])
		read(terminal, b.String())
		if err != nil { // on Linux, when the command has ended
			break
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, b.String())
	}
	return b.String()
}

// frame is one painting of a live block: how many rows it moves up first, and its lines.
type frame struct {
	up    int
	lines []string
}

var frameBegins = regexp.MustCompile(`(?:\x1b\[(\d+)A)?\r\x1b\[J`)

func frames(t *testing.T, output string) (all []frame) {
	t.Helper()
	begins := frameBegins.FindAllStringSubmatchIndex(output, -1)
	for i, at := range begins {
		end := len(output)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		var f frame
		if at[2] >= 0 {
			for _, digit := range output[at[2]:at[3]] {
				f.up = f.up*10 + int(digit-'0')
			}
		}
		for line := range strings.Lines(output[at[1]:end]) {
			f.lines = append(f.lines, strings.TrimRight(line, "\r\n"))
		}
		all = append(all, f)
	}
	if len(all) == 0 {
		t.Fatalf("nothing was painted: %q", output)
	}
	return all
}

func TestBarsTellTheTruth(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := serve(t, "--quiet", "--fault", "UploadFileChunk=delay/100ms,CommitImageStoreUploadSession=delay/1s")
	if err := os.WriteFile(filepath.Join(dir, "Code.zip"), make([]byte, 6<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "small"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	const wide, narrow = 120, 50
	resized := false
	output := atTerminal(t, pty.Winsize{Rows: 24, Cols: wide}, func(terminal *os.File, text string) {
		if !resized && strings.Contains(text, "#") {
			resized = true
			if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: narrow}); err != nil {
				t.Error(err)
			}
		}
	}, "upload", "--endpoint", s.url, "--parallel", "1", "--chunk-size", "512KiB", dir, "App")

	all := frames(t, output)
	columns, committing := wide, false
	for i, f := range all {
		if len(f.lines) == 2 && strings.Contains(f.lines[0], "committing, ") {
			committing = true
			if !strings.HasPrefix(f.lines[1], "0 of 2 files stored  ") {
				t.Errorf("while a file is committed, the terminal shows %q", f.lines)
			}
		}
		if i == 0 {
			continue
		}
		if last := i == len(all)-1; !last && len(f.lines) > 0 && !fits(f.lines, wide/2) {
			columns = wide
		} else if len(f.lines) > 0 && fits(f.lines, narrow) {
			columns = narrow
		}
		rows := 0
		for _, line := range all[i-1].lines {
			rows += max(1, (len(line)+columns-1)/columns)
		}
		if f.up != rows {
			t.Errorf("a frame goes up %d rows over %q in %d columns, want %d", f.up, all[i-1].lines, columns, rows)
		}
	}
	if !committing {
		t.Error("no frame shows that the file is committed")
	}
	if !strings.Contains(output, "2 of 2 files stored") {
		t.Errorf("files are not counted when they are stored:\n%q", output)
	}
	if regexp.MustCompile(`\d [kKMG]B|\d[kKMG]iB`).MatchString(output) {
		t.Errorf("units are not those of the rest:\n%q", output)
	}
	if last := all[len(all)-1].lines; !strings.HasPrefix(last[len(last)-1], "uploaded 6.0 MiB to App, 2 files, ") {
		t.Errorf("the last lines are %q", last)
	}
	s.stop(t)
}

func fits(lines []string, columns int) bool {
	for _, line := range lines {
		if len(line) >= columns {
			return false
		}
	}
	return true
}

func TestAFolderUploadIsWatched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := serve(t, "--quiet", "--fault", "UploadFileChunk=delay/100ms")
	for _, name := range []string{"Code.zip", "Data.zip"} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, 5<<20), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	upload := exec.CommandContext(t.Context(), "sfstore", "upload", "--endpoint", s.url, "--parallel", "2", "--chunk-size", "512KiB", dir, "App")
	if err := upload.Start(); err != nil {
		t.Fatal(err)
	}
	output := atTerminal(t, pty.Winsize{Rows: 24, Cols: 100}, func(*os.File, string) {},
		"session", "watch", "--endpoint", s.url, "--interval", "50ms", "--source", dir, "App")
	for _, form := range []string{
		`App/Code\.zip +\d+ %  \[#*[#:.]*\.+\]  \d+\.\d [KM]iB/s, \d+s left`,
		`App/(Code|Data)\.zip +100 %  \[#{40,}\]  (complete|committed)`,
	} {
		if !regexp.MustCompile(form).MatchString(output) {
			t.Errorf("no line has the form %s:\n%q", form, output)
		}
	}
	if err := upload.Wait(); err != nil {
		t.Error(err)
	}
	s.stop(t)
}

func TestPackingHasABar(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"ApplicationManifest.xml": `<ApplicationManifest xmlns="http://schemas.microsoft.com/2011/01/fabric"><ServiceManifestImport><ServiceManifestRef ServiceManifestName="A" ServiceManifestVersion="1.0"/></ServiceManifestImport></ApplicationManifest>`,
		"A/ServiceManifest.xml":   `<ServiceManifest Name="A" xmlns="http://schemas.microsoft.com/2011/01/fabric"><CodePackage Name="Code" Version="1.0"/></ServiceManifest>`,
		"A/Code/a.exe":            strings.Repeat("0123456789", 100_000),
	} {
		path := filepath.Join(dir, "App", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	output := atTerminal(t, pty.Winsize{Rows: 24, Cols: 100}, func(*os.File, string) {},
		"pack", filepath.Join(dir, "App"), filepath.Join(dir, "Packed"))
	if !regexp.MustCompile(`packing  \[#{30}\]  976\.\d KiB of 976\.\d KiB`).MatchString(output) {
		t.Errorf("no bar: %q", output)
	}
}
