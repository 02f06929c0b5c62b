package interop

// sfctlKnown are the differences from the contract that every run of sfctl has.
var sfctlKnown = []deviation{
	{"no operation of the contract: GET /", "cluster select looks whether the endpoint answers at all"},
	{"no operation of the contract: GET /$/GetClusterVersion", "it compares the cluster's version with its own"},
}
