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
		return &tokenError{errors.New("it goes to the https endpoint of the client alone")}
	}
	token, err := c.token(r.Context())
	switch {
	case r.Context().Err() != nil:
		return context.Cause(r.Context())
	case err != nil:
		return &tokenError{err}
	}
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return &tokenError{errors.New("the source returned what is no token")}
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// tokenError is a request that was not sent for want of a token.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return fmt.Sprintf("no token for the request: %v", e.err) }
func (e *tokenError) Unwrap() error { return e.err }

// withoutToken takes the token of a request out of what came back: there are servers that
// repeat a request's headers in their error pages.
func withoutToken(r *http.Request, text string) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return text
	}
	return strings.ReplaceAll(text, token, "[token]")
}

// quietError is an error whose text had the token in it.
type quietError struct {
	text string
	err  error
}

func (e *quietError) Error() string { return e.text }
func (e *quietError) Unwrap() error { return e.err }

func quiet(r *http.Request, err error) error {
	if err == nil {
		return nil
	}
	if text := withoutToken(r, err.Error()); text != err.Error() {
		return &quietError{text, err}
	}
	return err
}
