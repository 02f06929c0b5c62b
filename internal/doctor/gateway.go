package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/internal/transport"
)

// aadMetadata is what a gateway tells anybody of the tokens that it takes.
type aadMetadata struct {
	Type     string `json:"type"` // "aad", or empty where it takes none
	Metadata struct {
		Authority string `json:"authority"`
		Client    string `json:"client"`  // id of the application that people sign in by
		Cluster   string `json:"cluster"` // id of the application that a token is for
		Tenant    string `json:"tenant"`
	} `json:"metadata"`
}

const (
	metadataPath = "/$/GetAadMetadata"
	// oldest is an api-version that every gateway takes.
	oldest = "1.0"
)

// gateway asks what a gateway answers to anybody, with no right to anything.
func (e *examination) gateway(ctx context.Context) bool {
	const check = "gateway"
	began := time.Now()
	p, err := e.get(ctx, metadataPath, oldest)
	if err != nil {
		e.noAnswer(ctx, check, err)
		return false
	}
	took := time.Since(began).Round(time.Millisecond)
	var wire struct {
		Type  *string
		Error *struct{ Code string }
	}
	known := json.Unmarshal(p.body, &wire) == nil
	switch {
	case p.status == http.StatusOK && known && wire.Type != nil:
		if err := json.Unmarshal(p.body, &e.metadata); err != nil {
			e.warn(check, "", "answers, and what it says of tokens cannot be read: %v", err)
			return true
		}
		e.ok(check, "answers as one of Service Fabric, in %s", took)
	case known && wire.Error != nil && p.status == http.StatusBadRequest:
		e.warn(check, "", "answers as one of Service Fabric, and does not say which tokens it takes: %d %s", p.status, brief(wire.Error.Code))
	case p.status == http.StatusForbidden && len(p.body) == 0:
		e.refused(check, e.cureForCertificate(), "answers 403 without a body, even to what anybody may ask: no certificate was accepted")
		return false
	case e.url.Scheme == "http" && e.speaksTLS(ctx):
		e.problem(check, "write https://"+e.url.Host, "the server speaks TLS")
		return false
	default:
		kind := p.kind
		if kind == "" {
			kind = "nothing that has a type"
		}
		e.problem(check, "is it the port of the HTTP gateway (19080 unless configured otherwise), and is nothing between, such as a proxy with a login page?",
			"answers %d with %s, which no gateway of Service Fabric does", p.status, kind)
		return false
	}
	return true
}

// fetchToken has the token made before any request needs it: a person may have to sign in.
func (e *examination) fetchToken(ctx context.Context) (ok bool) {
	if e.Token == nil {
		return true
	}
	var err error
	if e.bearer, err = e.Token(ctx); err != nil {
		e.refused("token", "run the command by hand: it must print a token and nothing else", "%v", err)
	}
	return err == nil
}

// token says which token the cluster wants, and whether the one that was given fits.
func (e *examination) token(context.Context) bool {
	const check = "token"
	m := e.metadata.Metadata
	if e.Token == nil {
		switch {
		case e.metadata.Type == "":
			e.ok(check, "the cluster takes none, and none was given")
		case e.Security.Certificate != nil:
			e.ok(check, "the cluster takes tokens of Entra ID (%s); none was given, and a certificate was", e.wanted())
		default:
			e.warn(check, e.cureForToken(), "the cluster takes tokens of Entra ID (%s), and none was given", e.wanted())
		}
		return true
	}
	claims, readable := credential.ReadClaims(e.bearer)
	switch {
	case readable && !claims.Expires.IsZero() && time.Now().After(claims.Expires):
		e.refused(check, e.cureForToken(), "the token expired at %s", claims.Expires.Format(time.RFC3339))
		return false
	case e.metadata.Type == "":
		e.warn(check, "leave it out", "a token was given, and the cluster takes none")
	case !readable:
		e.warn(check, e.cureForToken(), "the token is no JSON Web Token, as those of Entra ID are; the cluster wants one of %s", e.wanted())
	case claims.Tenant != "" && m.Tenant != "" && !strings.EqualFold(claims.Tenant, m.Tenant):
		e.warn(check, e.cureForToken(), "the token comes from tenant %s, and the cluster wants %s", brief(claims.Tenant), e.wanted())
	case claims.Audience != "" && m.Cluster != "" && !strings.Contains(strings.ToLower(claims.Audience), strings.ToLower(m.Cluster)):
		e.warn(check, e.cureForToken(), "the token is for %s, and the cluster wants %s", brief(claims.Audience), e.wanted())
	default:
		e.ok(check, "the token is for this cluster (%s)%s", e.wanted(), until(claims.Expires))
	}
	return true
}

func until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ", until " + t.Format(time.RFC3339)
}

func (e *examination) wanted() string {
	m := e.metadata.Metadata
	return fmt.Sprintf("tenant %s, application %s", orUnknown(m.Tenant), orUnknown(m.Cluster))
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown"
	}
	return brief(text)
}

// brief is a name or a code that a server gave.
func brief(text string) string { return transport.Printable(text, 100) }

func (e *examination) cureForToken() string {
	m := e.metadata.Metadata
	if command, ok := credential.AzureCommand(m.Tenant, m.Cluster); ok {
		return "--token-command '" + command + "'"
	}
	return "--token-command COMMAND, or SFSTORE_TOKEN"
}
