package credential

import (
	"errors"
	"fmt"
	"strings"
)

// ErrPasswordMissing reports a key or a PFX file that needs a password, and none was given.
var ErrPasswordMissing = errors.New("it is protected by a password, and none was given")

var (
	errPasswordWrong = errors.New("the password is wrong")
	errPasswordEmpty = errors.New("the password is empty")
)

// Password opens an encrypted key or PFX file. The zero value means no password, which is not the
// same as an empty one.
type Password struct {
	text  string
	given bool
}

// NewPassword returns a password with the given text.
func NewPassword(text string) Password { return Password{text, true} }

// PasswordFromFile returns the first line of a file, without its line end.
func PasswordFromFile(name string) (Password, error) {
	text, err := ReadFile(name)
	if err != nil {
		return Password{}, fmt.Errorf("password file: %w", err)
	}
	line, rest, _ := strings.Cut(string(text), "\n")
	if rest != "" {
		return Password{}, fmt.Errorf("password file %s: has more than one line", name)
	}
	return NewPassword(strings.TrimSuffix(line, "\r")), nil
}

// String keeps a password out of printed text.
func (p Password) String() string { return "REDACTED" }

// GoString does the same for %#v.
func (p Password) GoString() string { return "REDACTED" }

// whenWrong returns why the password, or the lack of one, did not open something.
func (p Password) whenWrong() error {
	if err := p.check(); err != nil {
		return err
	}
	return errPasswordWrong
}

// check returns an error if there is no password, or an empty one, which an encrypted key cannot
// have. A PFX file can.
func (p Password) check() error {
	switch {
	case !p.given:
		return ErrPasswordMissing
	case p.text == "":
		return errPasswordEmpty
	}
	return nil
}
