package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTheJSONPageShowsWhatIsPrinted runs each command of docs/json.md, and compares its output with the
// page: the members of each object and their types.
func TestTheJSONPageShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Code.zip": "hello", "other": "hello, world",
		"Pkg/ApplicationManifest.xml":  `<ApplicationManifest xmlns="http://schemas.microsoft.com/2011/01/fabric"><ServiceManifestImport><ServiceManifestRef ServiceManifestName="Calc" ServiceManifestVersion="1.0"/></ServiceManifestImport></ApplicationManifest>`,
		"Pkg/Calc/ServiceManifest.xml": `<ServiceManifest Name="Calc" xmlns="http://schemas.microsoft.com/2011/01/fabric"><CodePackage Name="Code" Version="1.0"/></ServiceManifest>`,
		"Pkg/Calc/Code/calc.exe":       "0123456789",
		"traffic.http":                 "GET /ImageStore/$/Info?api-version=6.5&code=1 HTTP/1.1\r\n\r\nHTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n{\"Error\":{\"Code\": \"E_FAIL\"}}\n",
		"config/sfstore/config.yaml":   "default: prod\nclusters:\n  prod: {endpoints: [\"https://prod.example.org:19080\"], cert: client.pem}\n  dev: {endpoints: [\"http://localhost:19080\"]}\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, "--quiet")
	if status := do(t, "PUT", s.url+sessionURL, "0123456789", "Content-Range", "bytes 0-9/20"); status != http.StatusOK {
		t.Fatalf("chunk: %d", status)
	}
	documented := regexp.MustCompile("(?s)```\n\\$ sfstore (.*?)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	for _, block := range documented {
		args := strings.Fields(block[1])
		cmd := exec.CommandContext(t.Context(), "sfstore", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "SFSTORE_ENDPOINT="+s.url, "XDG_CONFIG_HOME="+filepath.Join(dir, "config"), "SFSTORE_CONFIG="+filepath.Join(dir, "config/sfstore/config.yaml"))
		out, _ := cmd.CombinedOutput() // failures are documented too
		if strings.Join(args[:2], " ") == "session show" {
			if status := do(t, "PUT", s.url+sessionURL, "0123456789", "Content-Range", "bytes 10-19/20"); status != http.StatusOK {
				t.Fatalf("chunk: %d", status)
			}
		}
		want, got := objects(t, block[1], block[2]), objects(t, block[1], string(out))
		if len(got) != len(want) {
			t.Errorf("sfstore %s prints %d objects, and the page shows %d:\n%s", block[1], len(got), len(want), out)
			continue
		}
		for i := range want {
			if why := differ(want[i], got[i], ""); why != "" {
				t.Errorf("sfstore %s: object %d: %s:\n%s", block[1], i+1, why, out)
			}
		}
	}
	s.stop(t)
}

// objects reads objects, each of which may take several lines.
func objects(t *testing.T, command, text string) (all []any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	for decoder.More() {
		var value any
		if err := decoder.Decode(&value); err != nil {
			t.Fatalf("sfstore %s: %v in %s", command, err, text)
		}
		all = append(all, value)
	}
	return all
}

// differ describes how the shape of a value differs from that on the page, and is empty if it does not.
func differ(want, got any, at string) string {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return at + " is not an object"
		}
		for name := range object {
			if _, ok := want[name]; !ok {
				return fmt.Sprintf("%s/%s is not on the page", at, name)
			}
		}
		for name, value := range want {
			if _, ok := object[name]; !ok {
				return fmt.Sprintf("%s/%s is only on the page", at, name)
			}
			if why := differ(value, object[name], at+"/"+name); why != "" {
				return why
			}
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(want) == 0 != (len(list) == 0) {
			return at + " is not a list like the one on the page"
		}
		for i, value := range list {
			if !slices.ContainsFunc(want, func(w any) bool { return differ(w, value, "") == "" }) {
				return fmt.Sprintf("%s/%d: no element on the page is like it: %s", at, i, differ(want[0], value, ""))
			}
		}
	default:
		if a, b := fmt.Sprintf("%T", want), fmt.Sprintf("%T", got); a != b {
			return fmt.Sprintf("%s is a %s, and a %s on the page", at, b, a)
		}
	}
	return ""
}
