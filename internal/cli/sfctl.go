package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/sfstore/sfstore/internal/credential"
)

// sfctlCluster is the selection of `sfctl cluster select`. The zero value means none.
type sfctlCluster struct {
	file          string
	endpoint      string
	source        string // of the endpoint: the file, or a variable
	written       bool   // the file is there
	kind          string // of security: "none", "cert", "pem" or "aad"
	pem           string
	cert, key     string
	ca            string
	noVerify      bool
	tokenResource string // what a token is for
}

// readSfctl reads the file of sfctl 11: the section servicefabric of ~/.sfctl/config, or of the
// folder SFCTL_CONFIG_DIR. As with sfctl a variable SFCTL_SERVICEFABRIC_ENDPOINT, and so on,
// overrides the file. Options that an earlier selection left behind are ignored.
func readSfctl(getenv func(string) string) (sfctlCluster, error) {
	var options map[string]string
	file, err := sfctlFile(getenv), error(nil)
	if file != "" {
		options, err = readSection(file, "servicefabric")
	}
	if err != nil {
		return sfctlCluster{}, fmt.Errorf("the selection of sfctl: %w", err)
	}
	option := func(name string) string {
		if value := getenv(sfctlVariable(name)); value != "" {
			return value
		}
		return options[name]
	}
	c := sfctlCluster{
		file: file, source: file, written: options != nil,
		endpoint: option("endpoint"), kind: option("security"), tokenResource: option("aad_resource"),
	}
	if variable := sfctlVariable("endpoint"); getenv(variable) != "" {
		c.source = variable
	}
	switch c.kind {
	case "pem":
		c.pem = option("pem_path")
	case "cert":
		c.cert, c.key = option("cert_path"), option("key_path")
	case "aad", "none", "":
	default:
		return sfctlCluster{}, fmt.Errorf("the selection of sfctl: %s: unknown security %q", file, c.kind)
	}
	if c.noVerify, err = sfctlBool(option("no_verify")); err != nil {
		return sfctlCluster{}, fmt.Errorf("the selection of sfctl: %s: no_verify %w", file, err)
	}
	useCA, err := sfctlBool(option("use_ca"))
	if err != nil {
		return sfctlCluster{}, fmt.Errorf("the selection of sfctl: %s: use_ca %w", file, err)
	}
	if useCA {
		c.ca = option("ca_path")
	}
	return c, nil
}

func sfctlVariable(option string) string { return "SFCTL_SERVICEFABRIC_" + strings.ToUpper(option) }

// sfctlFile is where sfctl writes, empty for a user without a home.
func sfctlFile(getenv func(string) string) string {
	if folder := getenv("SFCTL_CONFIG_DIR"); folder != "" {
		return filepath.Join(folder, "config")
	}
	home := "HOME"
	if runtime.GOOS == "windows" {
		home = "USERPROFILE"
	}
	if home = getenv(home); home == "" {
		return ""
	}
	return filepath.Join(home, ".sfctl", "config")
}

func sfctlBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "1", "yes", "true", "on":
		return true, nil
	case "0", "no", "false", "off", "":
		return false, nil
	}
	return false, fmt.Errorf("is %q, neither true nor false", text)
}

// readSection reads a section of a file of Python's configparser: names without regard to
// case, "=" or ":" between name and value, %% for %, and comments on lines of their own. A
// missing file is nil.
func readSection(file, section string) (map[string]string, error) {
	text, err := credential.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	options, in := map[string]string{}, false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", line[0] == '#', line[0] == ';':
		case line[0] == '[':
			in = line == "["+section+"]"
		case in:
			if i := strings.IndexAny(line, "=:"); i > 0 {
				name := strings.ToLower(strings.TrimSpace(line[:i]))
				options[name] = strings.ReplaceAll(strings.TrimSpace(line[i+1:]), "%%", "%")
			}
		}
	}
	return options, nil
}

// needsToken is a selection of sfctl that uses Entra ID. sfctl does not share its tokens.
type needsToken struct{ resource string }

func (needsToken) Error() string {
	return "sfctl signed in to this cluster with Entra ID (--aad) and does not share its token: give one by --token-command or SFSTORE_TOKEN"
}

func (n needsToken) hint() string {
	command, ok := credential.AzureCommand("", n.resource) // which sfctl has from the cluster
	if !ok {
		command, _ = credential.AzureCommand("", "ID-OF-THE-CLUSTER-APPLICATION")
	}
	return "for example --token-command \"" + command + "\""
}

// underSfctl merges the selection of sfctl with the flags, and logs what it takes from it.
func (a *app) underSfctl(flags securityFlags, c sfctlCluster, withToken bool) (securityFlags, error) {
	merged, err := c.under(flags, withToken)
	if merged.identified() && !flags.identified() {
		a.verbose("client certificate: from sfctl")
	}
	if merged.trusting() && !flags.trusting() {
		a.verbose("trust: from sfctl")
	}
	return merged, err
}

// under merges the selection of sfctl with the flags, which override it. With http, credentials are
// ignored, as in sfctl.
func (c sfctlCluster) under(flags securityFlags, withToken bool) (securityFlags, error) {
	if !strings.HasPrefix(strings.ToLower(c.endpoint), "https:") {
		return flags, nil
	}
	if !flags.identified() {
		switch c.kind {
		case "pem":
			flags.cert = fileName(c.pem)
		case "cert":
			flags.cert, flags.key = fileName(c.cert), fileName(c.key)
		case "aad":
			if !withToken {
				return flags, usageError{"sfstore", needsToken{c.tokenResource}}
			}
		}
		if (c.kind == "pem" || c.kind == "cert") && flags.cert == "" {
			return flags, usageError{"sfstore", fmt.Errorf("the selection of sfctl: %s: security is %q, and no certificate is named", c.file, c.kind)}
		}
	}
	if !flags.trusting() {
		flags.ca, flags.insecure = fileName(c.ca), c.noVerify && !flags.verify
	}
	return flags, nil
}
