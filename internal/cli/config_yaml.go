package cli

import (
	"fmt"
	"maps"
	"strings"

	"go.yaml.in/yaml/v3"
)

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
