package doctor

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// aadMetadata is what a gateway publishes about the tokens that it accepts.
type aadMetadata struct {
	Type     string `json:"type"` // "aad", or empty if it accepts none
	Metadata struct {
		Authority string `json:"authority"`
		Client    string `json:"client"`  // id of the application for signing in
		Cluster   string `json:"cluster"` // id of the application that a token is for
		Tenant    string `json:"tenant"`
	} `json:"metadata"`
}

const (
	metadataPath = "/$/GetAadMetadata"
	storePath    = "/ImageStore"
	// oldest is an api-version that every gateway accepts.
	oldest = "1.0"
)

// gateway sends a request that needs no authorization.
func (e *examination) gateway(ctx context.Context) bool {
	const check = "gateway"
	began := time.Now()
	p, err := e.get(ctx, metadataPath, oldest)
	if err != nil {
		e.noResponse(ctx, check, err)
		return false
	}
	took := time.Since(began).Round(time.Millisecond)
	var wire struct {
		Type  *string
		Error *struct{ Code string }
	}
	known := json.Unmarshal(p.body, &wire) == nil
	e.silent = !known || wire.Type == nil
	switch {
	case p.status == http.StatusOK && known && wire.Type != nil:
		if err := json.Unmarshal(p.body, &e.metadata); err != nil {
			e.warn(check, "", "responds, but what it publishes about tokens cannot be read: %v", err)
			return true
		}
		e.ok(check, "responds like a Service Fabric gateway, in %s", took)
	case e.storeAlone(ctx, p):
		e.warn(check, "", "responds with %d to %s, and like an image store to %s: a proxy seems to forward nothing else", p.status, metadataPath, storePath)
	case known && wire.Error != nil && p.status == http.StatusBadRequest:
		e.warn(check, "", "responds like a Service Fabric gateway, and does not publish which tokens it accepts: %d %s", p.status, brief(wire.Error.Code))
	case p.status == http.StatusForbidden && len(p.body) == 0:
		e.refused(check, e.cureForCertificate(), "responds with 403 without a body, even to a request that needs no authorization: no certificate was accepted")
		return false
	case e.url.Scheme == "http" && e.speaksTLS(ctx):
		e.problem(check, "write https://"+e.url.Host, "the server uses TLS")
		return false
	default:
		e.problem(check, "is it the port of the HTTP gateway (19080 unless configured otherwise), and is there no proxy before it, such as one with a login page?",
			"responds with %d and %s, unlike any Service Fabric gateway", p.status, cmp.Or(p.kind, "no media type"))
		return false
	}
	return true
}

// storeAlone reports whether only the image store can be reached, as by a reverse proxy that
// forwards nothing else. The next steps must work with that.
func (e *examination) storeAlone(ctx context.Context, metadata page) bool {
	if metadata.status == http.StatusForbidden && len(metadata.body) == 0 {
		return false // a gateway that accepts no certificate
	}
	p, err := e.get(ctx, storePath, oldest)
	if err != nil || !p.isStore() {
		return false
	}
	e.probe = storePath
	return true
}

// isStore reports whether the response to a listing comes from an image store.
func (p page) isStore() bool {
	var wire struct {
		StoreFiles, StoreFolders json.RawMessage
		Error                    struct{ Code string }
	}
	if json.Unmarshal(p.body, &wire) != nil {
		return false
	}
	if p.status == http.StatusOK {
		return wire.StoreFiles != nil || wire.StoreFolders != nil
	}
	// Gateways respond with E_INVALIDARG to every unknown address.
	return wire.Error.Code != "" && wire.Error.Code != string(imagestore.CodeInvalidArgument)
}

// fetchToken gets the token before any request needs it, because the user may have to sign in.
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

// token reports which token the cluster requires, and whether the given one matches.
func (e *examination) token(context.Context) bool {
	const check = "token"
	m := e.metadata.Metadata
	if e.Token == nil {
		switch {
		case e.silent:
		case e.metadata.Type == "":
			e.ok(check, "the cluster accepts none, and none was given")
		case e.Security.Certificate != nil:
			e.ok(check, "the cluster accepts Entra ID tokens (%s); a certificate was given instead", e.wanted())
		default:
			e.warn(check, e.cureForToken(), "the cluster accepts Entra ID tokens (%s), and none was given", e.wanted())
		}
		return true
	}
	claims, readable := credential.ReadClaims(e.bearer)
	switch {
	case readable && !claims.Expires.IsZero() && time.Now().After(claims.Expires):
		e.refused(check, e.cureForToken(), "the token expired at %s", claims.Expires.Format(time.RFC3339))
		return false
	case e.silent:
		e.ok(check, "a token was given; the gateway does not publish which it accepts")
	case e.metadata.Type == "":
		e.warn(check, "leave it out", "a token was given, and the cluster accepts none")
	case !readable:
		e.warn(check, e.cureForToken(), "the token is not a JSON Web Token, unlike those of Entra ID; the cluster requires one of %s", e.wanted())
	case claims.Tenant != "" && m.Tenant != "" && !strings.EqualFold(claims.Tenant, m.Tenant):
		e.warn(check, e.cureForToken(), "the token is of tenant %s, and the cluster requires %s", brief(claims.Tenant), e.wanted())
	case claims.Audience != "" && m.Cluster != "" && !strings.Contains(strings.ToLower(claims.Audience), strings.ToLower(m.Cluster)):
		e.warn(check, e.cureForToken(), "the token is for %s, and the cluster requires %s", brief(claims.Audience), e.wanted())
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
	return fmt.Sprintf("tenant %s, application %s", brief(cmp.Or(m.Tenant, "unknown")), brief(cmp.Or(m.Cluster, "unknown")))
}

// brief shortens a name or a code from a server.
func brief(text string) string { return printable(text, 100) }

func (e *examination) cureForToken() string {
	m := e.metadata.Metadata
	if command, ok := credential.AzureCommand(m.Tenant, m.Cluster); ok {
		return "--token-command \"" + command + "\""
	}
	return "--token-command COMMAND, or SFSTORE_TOKEN"
}
