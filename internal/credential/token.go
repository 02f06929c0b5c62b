package credential

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// TokenError reports that there is no token. Nothing was sent.
type TokenError struct{ err error }

func (e *TokenError) Error() string { return e.err.Error() }
func (e *TokenError) Unwrap() error { return e.err }

func tokenError(format string, args ...any) error {
	return &TokenError{fmt.Errorf(format, args...)}
}

// StaticToken returns a source that always returns the same token. The error says why a text is not
// a token, and begins with a verb.
func StaticToken(text string) (func(context.Context) (string, error), error) {
	token, err := checkToken(text)
	if err != nil {
		return nil, err
	}
	return func(context.Context) (string, error) { return token, nil }, nil
}

// checkToken trims white space and rejects text that cannot be a token. Its error does not repeat
// the text.
func checkToken(text string) (string, error) {
	token := strings.TrimSpace(text)
	switch {
	case token == "":
		return "", errors.New("is empty")
	case strings.HasPrefix(strings.ToLower(token), "bearer "):
		return "", errors.New("begins with Bearer; give the text after it")
	case strings.HasPrefix(token, "{") || strings.HasPrefix(token, "["):
		return "", errors.New("is JSON; give only the token, as az account get-access-token does with --query accessToken -o tsv")
	case strings.HasPrefix(token, `"`):
		return "", errors.New("is quoted; give it without quotes, as az account get-access-token does with -o tsv")
	}
	if i := strings.IndexFunc(token, notInToken); i >= 0 {
		return "", fmt.Errorf("has an invalid character at byte %d, such as a line end", i)
	}
	return token, nil
}

// notInToken is for the characters outside RFC 6750's b64token.
func notInToken(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("-._~+/=", r)
}
