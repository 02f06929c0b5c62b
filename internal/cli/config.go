package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/sfstore/sfstore/internal/credential"
)

// configFile is the configuration file: clusters with names, one of them the default. The zero
// value has none.
type configFile struct {
	path     string
	standard string // name of the default cluster, or empty
	clusters map[string]settings
}

// settings are those of a cluster, as they are in the file.
type settings []setting

// setting is a key of a cluster with its values, one unless the flag of that name is
// repeatable.
type setting struct {
	key    string
	values []string
}

// readConfig reads the configuration file. One that does not exist is empty, unless
// SFSTORE_CONFIG names it.
func readConfig(getenv func(string) string) (*configFile, error) {
	c := &configFile{path: getenv("SFSTORE_CONFIG"), clusters: map[string]settings{}}
	named := c.path != ""
	if !named {
		folder := configFolder(getenv)
		if folder == "" {
			return c, nil
		}
		c.path = filepath.Join(folder, "sfstore", "config.yaml")
	}
	text, err := credential.ReadFile(c.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return c, nil
	case err != nil:
		return nil, fmt.Errorf("configuration: %w", err)
	}
	if err := c.parse(text); err != nil {
		return nil, fmt.Errorf("configuration %s: %w", c.path, err)
	}
	return c, nil
}

// configFolder is where programs of the user keep their configuration, or empty without a home.
func configFolder(getenv func(string) string) string {
	switch runtime.GOOS {
	case "windows":
		return getenv("AppData")
	case "darwin":
		if home := getenv("HOME"); home != "" {
			return filepath.Join(home, "Library", "Application Support")
		}
		return ""
	}
	if folder := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(folder) {
		return folder
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".config")
	}
	return ""
}

func (c *configFile) parse(text []byte) error {
	var document, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0 {
		return nil
	}
	if err == nil {
		if err = decoder.Decode(&second); errors.Is(err, io.EOF) {
			err = nil
		} else if err == nil {
			err = fmt.Errorf("line %d: a second document begins; one file has one", second.Line)
		}
	}
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	return members(document.Content[0], func(key, value *yaml.Node) error {
		switch key.Value {
		case "default":
			return scalar(value, &c.standard)
		case "clusters":
			return members(value, c.parseCluster)
		}
		return unknownKey(key, []string{"default", "clusters"})
	})
}

func (c *configFile) parseCluster(name, node *yaml.Node) error {
	c.clusters[name.Value] = nil
	return members(node, func(key, value *yaml.Node) error {
		keys := configKeys()
		if !slices.Contains(keys, key.Value) {
			return unknownKey(key, keys)
		}
		s := setting{key: key.Value}
		value = resolved(value)
		items := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode && isRepeatable(newSource("").flagSet.Lookup(s.flag())) {
			items = value.Content
		}
		for _, item := range items {
			var text string
			if err := scalar(item, &text); err != nil {
				return err
			}
			s.values = append(s.values, text)
		}
		c.clusters[name.Value] = append(c.clusters[name.Value], s)
		return nil
	})
}

// configKeys are the keys that a cluster may have: the names of the cluster flags.
func configKeys() []string {
	var keys []string
	newSource("").flagSet.VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case "cluster":
		case "endpoint":
			keys = append(keys, "endpoints")
		default:
			keys = append(keys, f.Name)
		}
	})
	return keys
}

// flag is the flag that means the same as the key.
func (s setting) flag() string {
	if s.key == "endpoints" {
		return "endpoint"
	}
	return s.key
}

// cluster returns the settings of a cluster.
func (c *configFile) cluster(name string) (*source, error) {
	settings, ok := c.clusters[name]
	if !ok {
		return nil, c.noCluster(name)
	}
	s := newSource(fmt.Sprintf("cluster %q of %s", name, c.path))
	for _, setting := range settings {
		for _, value := range setting.values {
			if err := s.set(setting.flag(), value); err != nil {
				return nil, fmt.Errorf("configuration %s: cluster %q: %s: %w", c.path, name, setting.key, err)
			}
		}
	}
	if !s.gives("endpoint") {
		return nil, fmt.Errorf("configuration %s: cluster %q has no endpoints", c.path, name)
	}
	s.relativeTo(filepath.Dir(c.path))
	return s, nil
}

func (c *configFile) noCluster(name string) error {
	if len(c.clusters) == 0 {
		return fmt.Errorf("no cluster %q: the configuration file %s has none", name, c.path)
	}
	return fmt.Errorf("no cluster %q in %s; it has %s", name, c.path, strings.Join(slices.Sorted(maps.Keys(c.clusters)), ", "))
}
