package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// shownCluster is the result of cluster show.
type shownCluster struct {
	Name     string              `json:"name"`
	File     string              `json:"file"`
	Default  bool                `json:"default"`
	Settings map[string][]string `json:"settings"` // by the keys of the file
}

func (a *app) clusterShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "show NAME",
		Short:             "Show a cluster of the configuration file",
		Long:              `Show a cluster of the configuration file, and check its settings.`,
		Example:           `  sfstore cluster show prod`,
		ValidArgsFunction: completions(a.clusterNames, nothing),
		Args:              usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			config, err := readConfig(a.getenv)
			if err != nil {
				return usageError{"sfstore cluster", err}
			}
			cluster, err := config.cluster(args[0])
			if err == nil {
				err = checkEndpoints(cluster.endpoints)
			}
			if err != nil {
				return usageError{"sfstore cluster", err}
			}
			shown := shownCluster{args[0], config.path, args[0] == config.standard, map[string][]string{}}
			settings := config.clusters[args[0]]
			for _, s := range settings {
				shown.Settings[s.key] = s.values
			}
			return a.print(shown, func(w io.Writer) {
				for _, s := range settings {
					tablef(w, "%s\t%s\n", s.key, strings.Join(s.values, " "))
				}
			})
		},
	}
}
