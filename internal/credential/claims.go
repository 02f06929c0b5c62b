package credential

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// Claims are the claims of a token. They are not verified, and not secret.
type Claims struct {
	Audience string    // its audience, such as the id of the cluster's application
	Tenant   string    // id of the directory that issued it
	Expires  time.Time // zero if it is not known
}

// ReadClaims reads the claims of a token. ok reports whether it is a JSON Web Token.
func ReadClaims(token string) (claims Claims, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return Claims{}, false
	}
	var wire struct {
		Audience any     `json:"aud"` // a text or a list
		Tenant   string  `json:"tid"`
		Expires  float64 `json:"exp"` // seconds
	}
	if json.Unmarshal(payload, &wire) != nil {
		return Claims{}, false
	}
	claims.Tenant = wire.Tenant
	switch audience := wire.Audience.(type) {
	case string:
		claims.Audience = audience
	case []any:
		if len(audience) == 1 {
			claims.Audience, _ = audience[0].(string)
		}
	}
	if wire.Expires > 0 && wire.Expires < 1<<40 {
		claims.Expires = time.Unix(int64(wire.Expires), 0).UTC()
	}
	return claims, true
}
