package credential

import (
	"regexp"
	"sync"
)

// plainID matches ids of Entra ID that are safe in a command that people paste into a shell. The
// ids come from a server.
var plainID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._:/-]*$`) })

// AzureCommand returns a command line that prints a token for the application of a cluster. It
// leaves out a tenant that is not a plain id, and reports false if the resource is not one.
func AzureCommand(tenant, resource string) (line string, ok bool) {
	if !plainID().MatchString(resource) {
		return "", false
	}
	if plainID().MatchString(tenant) {
		tenant = "--tenant " + tenant + " "
	} else {
		tenant = ""
	}
	return "az account get-access-token " + tenant + "--resource " + resource + " --query accessToken -o tsv", true
}
