package credential_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/sfstore/sfstore/internal/credential"
)

func Example() {
	command, err := credential.NewTokenCommand("echo token-of-the-day", os.Stderr)
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := command.Token(context.Background())
	fmt.Println(token, err)

	_, err = credential.LoadCertificate("client.pfx", "", credential.NewPassword("not printed"))
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	// Output:
	// token-of-the-day <nil>
	// true
}
