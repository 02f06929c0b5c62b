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

// sfctlCluster is what `sfctl cluster select` wrote down. The zero value is none.
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
// counts before the file. Options that an earlier selection left behind are not looked at.
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
	c := sfctlCluster{file: file, source: file, written: options != nil, endpoint: option("endpoint"), kind: option("security"), tokenResource: option("aad_resource")}
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
		return sfctlCluster{}, fmt.Errorf("the selection of sfctl: %s: security is %q, which is not known", file, c.kind)
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
// file that is not there is nil.
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

// needsToken is a selection of sfctl that stands for a sign-in to Entra ID, whose tokens sfctl
// keeps for itself.
type needsToken struct{ resource string }

func (needsToken) Error() string {
	return "sfctl signed in to this cluster with Entra ID (--aad), and its token is its own: give one by --token-command or SFSTORE_TOKEN"
}

func (n needsToken) hint() string {
	command, ok := credential.AzureCommand("", n.resource) // which sfctl has from the cluster
	if !ok {
		command, _ = credential.AzureCommand("", "ID-OF-THE-CLUSTER-APPLICATION")
	}
	return "for example --token-command '" + command + "'"
}

// under puts what sfctl has selected under the flags that were given by hand. With http none of
// it counts, for sfctl either.
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
		flags.ca, flags.insecure = fileName(c.ca), c.noVerify
	}
	return flags, nil
}
