package credential_test

import (
	"context"
	"fmt"
	"os"

	"github.com/sfstore/sfstore/internal/credential"
)

func Example() {
	command, err := credential.NewTokenCommand("echo of-the-day | tr a-z A-Z", os.Stderr)
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := command.Token(context.Background())
	fmt.Println(token, err)

	_, err = credential.LoadCertificate("client.pfx", "", credential.NewPassword("not printed"))
	fmt.Println(err)
	// Output:
	// OF-THE-DAY <nil>
	// client certificate: open client.pfx: no such file or directory
}
