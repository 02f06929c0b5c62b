package cli

import (
	"fmt"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// tokens returns where tokens come from, nil when there are none.
// SFSTORE_TOKEN is for other clusters when the endpoint is not https.
func (a *app) tokens(command optionalString, https bool) (imagestore.TokenSource, error) {
	if command.isSet {
		c, err := credential.NewTokenCommand(command.text, a.stderr)
		if err != nil {
			return nil, fmt.Errorf("--token-command %w", err)
		}
		return c.Token, nil
	}
	text := a.getenv("SFSTORE_TOKEN")
	if text == "" {
		return nil, nil
	}
	if !https {
		a.notice("SFSTORE_TOKEN is not sent: the endpoint is not https")
		return nil, nil
	}
	a.verbose("token: from SFSTORE_TOKEN")
	source, err := credential.StaticToken(text)
	if err != nil {
		return nil, fmt.Errorf("SFSTORE_TOKEN %w", err)
	}
	return source, nil
}
