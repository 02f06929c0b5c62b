package interop

// sfctlKnown is what sfctl sends against the contract whatever it does.
var sfctlKnown = []deviation{
	{"no operation of the contract: GET /", "cluster select looks whether the endpoint answers at all"},
	{"no operation of the contract: GET /$/GetClusterVersion", "it compares the cluster's version with its own"},
}
