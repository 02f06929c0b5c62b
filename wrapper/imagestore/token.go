package imagestore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// authorize puts the token into a request.
func (c *Client) authorize(r *http.Request) error {
	if c.token == nil {
		return nil
	}
	if r.URL.Scheme != "https" || r.URL.Host != c.base.Host { // changed by an editor of the caller's
		return &tokenError{errors.New("tokens are sent only to the client's own https endpoint")}
	}
	token, err := c.token(r.Context())
	switch {
	case r.Context().Err() != nil:
		return context.Cause(r.Context())
	case err != nil:
		return &tokenError{err}
	}
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return &tokenError{errors.New("the token source returned an invalid token")}
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// tokenError is a request that was not sent because there is no token.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return fmt.Sprintf("no token for the request: %v", e.err) }
func (e *tokenError) Unwrap() error { return e.err }

// withoutToken removes the token of a request from its response: some servers repeat a
// request's headers in their error pages.
func withoutToken(r *http.Request, text string) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return text
	}
	return strings.ReplaceAll(text, token, "[token]")
}

// redactedError is an error whose text contained the token.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.err }

// redactToken returns err, or an error without the token of the request in its text.
func redactToken(r *http.Request, err error) error {
	if err == nil {
		return nil
	}
	if text := withoutToken(r, err.Error()); text != err.Error() {
		return &redactedError{text, err}
	}
	return err
}
