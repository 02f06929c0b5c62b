package cli

import "github.com/spf13/cobra"

func (a *app) clusterCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "cluster",
		Short: "Show the clusters of the configuration file",
		Long: `Show the clusters of the configuration file, sfstore/config.yaml in the user's configuration folder;
SFSTORE_CONFIG names another file. Its keys are the names of the flags, file names are relative to it,
and secrets do not belong there:

  default: prod
  clusters:
    prod: {endpoints: ["https://prod.example.org:19080"], cert: client.pem, ca: ca.pem}
    dev:  {endpoints: ["http://localhost:19080"]}

Every command uses the cluster of --cluster NAME or SFSTORE_CLUSTER, and otherwise the default.`,
		Example: `  sfstore cluster list
  sfstore cluster show prod
  sfstore ls --cluster prod`,
		Annotations: withoutCluster,
		Args:        noVerb,
		RunE:        showHelp,
	}
	c.AddCommand(a.clusterListCommand(), a.clusterShowCommand())
	return c
}
