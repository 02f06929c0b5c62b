package cli

import (
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// clusterList is the result of cluster list.
type clusterList struct {
	File     string          `json:"file"`
	Clusters []listedCluster `json:"clusters"`
}

type listedCluster struct {
	Name      string   `json:"name"`
	Default   bool     `json:"default"`
	Endpoints []string `json:"endpoints"`
}

func (a *app) clusterListCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "list",
		Short:             "List the clusters of the configuration file",
		Long:              `List the clusters of the configuration file with their endpoints. An asterisk marks the default.`,
		Example:           `  sfstore cluster list`,
		ValidArgsFunction: nothing,
		Args:              usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			config, err := readConfig(a.getenv)
			if err != nil {
				return usageError{"sfstore cluster", err}
			}
			list := clusterList{File: config.path, Clusters: []listedCluster{}}
			for _, name := range slices.Sorted(maps.Keys(config.clusters)) {
				list.Clusters = append(list.Clusters, listedCluster{name, name == config.standard, config.clusters[name].endpoints()})
			}
			if len(list.Clusters) == 0 {
				a.notice("%s has no clusters", config.path)
			}
			return a.print(list, func(w io.Writer) {
				for _, c := range list.Clusters {
					mark := " "
					if c.Default {
						mark = "*"
					}
					tablef(w, "%s %s\t%s\n", mark, c.Name, strings.Join(c.Endpoints, " "))
				}
			})
		},
	}
}

// endpoints are those of the file, never nil, and without users.
func (all settings) endpoints() []string {
	endpoints := []string{}
	for _, s := range all {
		if s.key != "endpoints" {
			continue
		}
		for _, endpoint := range s.values {
			endpoints = append(endpoints, withoutUser(endpoint))
		}
	}
	return endpoints
}
