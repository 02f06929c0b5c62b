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
	clusters map[string]*namedCluster
}

// namedCluster is a cluster of the configuration file.
type namedCluster struct {
	name     string
	settings []setting // as they are in the file
}

// setting is a key of a cluster with its values, one unless the flag of that name is
// repeatable.
type setting struct {
	key    string
	values []string
}

// readConfig reads the configuration file. One that does not exist is empty, unless
// SFSTORE_CONFIG names it.
func readConfig(getenv func(string) string) (*configFile, error) {
	c := &configFile{path: getenv("SFSTORE_CONFIG"), clusters: map[string]*namedCluster{}}
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
	cluster := &namedCluster{name: name.Value}
	c.clusters[cluster.name] = cluster
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
		cluster.settings = append(cluster.settings, s)
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

// members calls a function for each key of a mapping with its value.
func members(node *yaml.Node, visit func(key, value *yaml.Node) error) error {
	return visitMembers(node, map[string]bool{}, map[*yaml.Node]bool{}, visit)
}

// visitMembers visits the members that are not hidden, and then those of the mappings that << merges.
// inside are the mappings that it is in.
func visitMembers(node *yaml.Node, hidden map[string]bool, inside map[*yaml.Node]bool, visit func(key, value *yaml.Node) error) error {
	node = resolved(node)
	if node.Tag == "!!null" {
		return nil
	}
	if node.Kind != yaml.MappingNode || inside[node] {
		return fmt.Errorf("line %d: must be a mapping", node.Line)
	}
	inside[node] = true
	defer delete(inside, node)
	own := map[string]bool{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case own[key.Value]:
			return fmt.Errorf("line %d: duplicate key %q", key.Line, key.Value)
		case key.Tag == "!!merge":
			merged = append(merged, value)
		case !hidden[key.Value]:
			if err := visit(key, value); err != nil {
				return err
			}
		}
		own[key.Value] = true
	}
	maps.Copy(hidden, own)
	for _, value := range merged {
		from := []*yaml.Node{value}
		if list := resolved(value); list.Kind == yaml.SequenceNode {
			from = list.Content
		}
		for _, mapping := range from {
			if err := visitMembers(mapping, hidden, inside, visit); err != nil {
				return err
			}
		}
	}
	return nil
}

// resolved follows an alias to its anchor.
func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func scalar(node *yaml.Node, to *string) error {
	node = resolved(node)
	if node.Kind != yaml.ScalarNode || node.Tag == "!!null" || node.Value == "" {
		return fmt.Errorf("line %d: must be a single value", node.Line)
	}
	*to = node.Value // as it is written: 6.0 must not become 6
	return nil
}

func unknownKey(key *yaml.Node, known []string) error {
	return fmt.Errorf("line %d: unknown key %q; known are %s", key.Line, key.Value, strings.Join(known, ", "))
}

// cluster returns the settings of a cluster.
func (c *configFile) cluster(name string) (*source, error) {
	cluster := c.clusters[name]
	if cluster == nil {
		return nil, c.noCluster(name)
	}
	s := newSource(fmt.Sprintf("cluster %q of %s", name, c.path))
	for _, setting := range cluster.settings {
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
