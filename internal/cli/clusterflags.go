package cli

import (
	"github.com/spf13/pflag"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// clusterFlags are the settings of a cluster. Each is a flag, a variable of the environment and
// a key of the configuration file.
type clusterFlags struct {
	cluster    optionalString
	endpoints  []string
	security   securityFlags
	timeout    seconds
	apiVersion optionalString
}

func (f *clusterFlags) register(flags *pflag.FlagSet) {
	f.timeout = seconds(imagestore.DefaultServerTimeout)
	flags.Var(&f.cluster, "cluster", "`name` of a cluster in the configuration file (else its default)")
	flags.StringArrayVar(&f.endpoints, "endpoint", nil, "`URL` of the cluster's HTTP gateway, repeatable")
	f.security.register(flags)
	flags.Var(&f.timeout, "timeout", "time that the server may spend on an operation, in whole seconds")
	flags.Var(&f.apiVersion, "api-version", "api-version to send instead of each operation's own")
}

// The flags that belong together. A source that gives one of a group gives the whole group: a
// certificate and a key are never taken from different sources.
var (
	identityFlags = []string{"cert", "key", "cert-password-file", "cert-thumbprint", "cert-store"}
	trustFlags    = []string{"ca", "server-thumbprint", "server-common-name", "insecure"}
)
