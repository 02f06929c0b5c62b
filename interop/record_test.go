package interop

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/emulator"
)

// The recording of an upload conforms to the contract, and contains none of the secrets that were sent.
func TestSfctlUploadsThroughSfstoreRecord(t *testing.T) {
	program := built(t)
	onBothPlatforms(t, func(t *testing.T, platform emulator.Platform) {
		data, c := t.TempDir(), newSfctl(t)
		upstream := startServe(t, program, "--data", data, "--platform", platform.String())
		file := filepath.Join(t.TempDir(), "sfctl.har")
		url, stop := startRecord(t, program, upstream, file)

		// sfctl's HTTP library sends the credentials of this file with every request.
		home := strings.TrimPrefix(c.environment[0], "HOME=")
		if err := os.WriteFile(filepath.Join(home, ".netrc"), []byte("machine 127.0.0.1 login canary password canary\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c.must(t, "cluster", "select", "--endpoint", url)
		content := appPackage()
		content["Web/Config/Settings.xml"] = []byte("<Password>canary</Password>\n")
		if r := c.upload(t, "App", content); r.exit != 0 {
			t.Fatalf("exit code %d\n%s%s", r.exit, r.stdout, r.stderr)
		}
		c.must(t, "store", "root-info")
		stop()
		same(t, read(t, filepath.Join(data, "content", "App")), content.marked())
		checkRecording(t, file, len(sfctlKnown))
	})
}

// startRecord runs `sfstore record` until stop is called.
func startRecord(t *testing.T, program, upstream, file string) (url string, stop func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, "record", "--upstream", upstream, "--listen", "127.0.0.1:0", "--out", file)
	var said strings.Builder
	cmd.Stderr = &said
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("sfstore record prints no URL: %v", err)
	}
	return strings.TrimSpace(line), func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("sfstore record: %v\n%s", err, said.String())
		}
	}
}

// checkRecording expects no difference, and this number of exchanges that are not the image store's.
func checkRecording(t *testing.T, file string, foreign int) {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	report := recording.Check(contract, file)
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	if c := report.Exchanges; c.Passed < 10 || c.NotWhole > 0 || c.Foreign != foreign {
		t.Errorf("the exchanges are %+v", c)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `{"name":"Authorization","value":"REDACTED"}`) {
		t.Error("no credentials went through")
	}
	for _, secret := range []string{"canary", "Y2FuYXJ5OmNhbmFyeQ"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s is in the recording", secret)
		}
	}
}
