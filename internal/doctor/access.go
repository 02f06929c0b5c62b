package doctor

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// access lists the root of the store: may this person do that?
func (e *examination) access(ctx context.Context) bool {
	const check = "access"
	_, e.listing = e.Client.RootContent(ctx)
	var fabric *imagestore.FabricError
	switch {
	case e.listing == nil:
	case !errors.As(e.listing, &fabric):
		e.problem(check, "", "%v", e.listing)
		return false
	case fabric.StatusCode == 0:
		e.noAnswer(ctx, check, fabric.Err)
		return false
	case fabric.Code == imagestore.CodeAccessDenied:
		e.refused(check, "ask for the role of a user or an administrator; is the id of the cluster right?", "403 E_ACCESSDENIED: the gateway knows who you are, and does not allow it")
		return false
	case fabric.StatusCode == http.StatusUnauthorized:
		e.refused(check, "use a certificate or a token; sfstore does not speak Kerberos", "401: the gateway wants the sign-in of Windows")
		return false
	case errors.Is(e.listing, imagestore.ErrRefused):
		e.forbidden()
		return false
	case fabric.StatusCode != http.StatusNotFound && (fabric.Code == "" || fabric.StatusCode == http.StatusBadRequest):
		cure := "is something between, such as a proxy with a login page?"
		if fabric.Code != "" {
			cure = "gateways answer so to a request that they do not know; is the api-version one that they accept?"
		}
		e.problem(check, cure, "the answer is not one of the image store: %v", e.listing)
		return false
	}
	e.ok(check, "the gateway lets %s in; who may upload shows only when it is tried", e.who())
	return true
}

func (e *examination) who() string {
	switch {
	case e.Token != nil:
		return "who has this token"
	case e.Security.Certificate != nil:
		return "who has this certificate"
	}
	return "anybody"
}

// forbidden says what a 403 without a body means: neither certificate nor token was accepted.
func (e *examination) forbidden() {
	seen, cure := "403 without a body: the gateway did not accept the client certificate", e.cureForCertificate()
	switch {
	case e.Token != nil:
		seen = "403 without a body: the gateway did not accept the token"
		cure = "is it for this cluster and not expired? with exclusive authentication mode tokens have a port of their own, such as 19079"
	case e.Security.Certificate == nil:
		seen = "403 without a body: the gateway wants a client certificate"
		if e.metadata.Type != "" {
			seen += " or a token"
			cure += ", or a token: " + e.cureForToken()
		}
	case !forClients(e.Security.Certificate.Leaf):
		cure += " it lacks the usage client authentication, which may be the reason"
	case !e.Security.AllowTLS13:
		cure += " a cluster in exclusive authentication mode needs --allow-tls13"
	}
	e.refused("access", cure, "%s", seen)
}

// uploadSessions asks for a session that nobody has.
func (e *examination) uploadSessions(ctx context.Context) bool {
	const check = "upload sessions"
	_, _, err := e.Client.UploadSessionByID(ctx, uuid.New())
	switch {
	case err == nil:
		e.ok(check, "supported: uploads go in chunks, and resume")
	case imagestore.HasCode(err, imagestore.CodeInvalidArgument):
		e.warn(check, "none: it is so with gateways on Linux", "not supported: each file goes in a single request, and an upload cannot resume within a file")
	default:
		e.warn(check, "", "not known: %v", err)
	}
	return true
}
