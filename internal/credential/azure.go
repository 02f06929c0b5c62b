package credential

import "regexp"

// plainID is what an id of Entra ID may be to stand in a command that people paste into a
// shell. It comes from a server.
var plainID = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._:/-]*$`)

// AzureCommand is a command line that prints a token for the application of a cluster; a tenant
// that is empty or no plain id is left out. It is false when the resource is no plain id.
func AzureCommand(tenant, resource string) (line string, ok bool) {
	if !plainID.MatchString(resource) {
		return "", false
	}
	if plainID.MatchString(tenant) {
		tenant = "--tenant " + tenant + " "
	} else {
		tenant = ""
	}
	return "az account get-access-token " + tenant + "--resource " + resource + " --query accessToken -o tsv", true
}
