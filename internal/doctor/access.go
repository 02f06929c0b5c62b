package doctor

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// access lists the root of the store, to find out whether the client may.
func (e *examination) access(ctx context.Context) bool {
	const check = "access"
	_, e.listing = e.Client.ListRoot(ctx)
	fabric, ok := errors.AsType[*imagestore.FabricError](e.listing)
	switch {
	case e.listing == nil:
	case !ok:
		e.problem(check, "", "%v", e.listing)
		return false
	case fabric.StatusCode == 0:
		e.noResponse(ctx, check, e.listing)
		return false
	case fabric.Code == imagestore.CodeAccessDenied:
		e.refused(check, "ask for the role of a user or an administrator; is the id of the cluster right?", "403 E_ACCESSDENIED: the gateway identified the client, and does not allow it")
		return false
	case fabric.StatusCode == http.StatusUnauthorized:
		e.refused(check, "use a certificate or a token; sfstore does not support Kerberos", "401: the gateway requires Windows authentication")
		return false
	case errors.Is(e.listing, imagestore.ErrRefused):
		e.forbidden()
		return false
	case fabric.StatusCode != http.StatusNotFound && (fabric.Code == "" || fabric.StatusCode == http.StatusBadRequest):
		cure := "is there a proxy before it, such as one with a login page?"
		if fabric.Code != "" {
			cure = "gateways respond like this to an unknown request; do they accept the api-version?"
		}
		e.problem(check, cure, "the response is not the image store's: %v", e.listing)
		return false
	}
	e.ok(check, "the gateway accepts %s; whether it may upload is known only after an upload", e.identity())
	return true
}

func (e *examination) identity() string {
	switch {
	case e.Token != nil:
		return "this token"
	case e.Security.Certificate != nil:
		return "this certificate"
	}
	return "anonymous clients"
}

// forbidden explains a 403 without a body: neither certificate nor token was accepted.
func (e *examination) forbidden() {
	seen, cure := "403 without a body: the gateway did not accept the client certificate", e.cureForCertificate()
	switch {
	case e.Token != nil:
		seen = "403 without a body: the gateway did not accept the token"
		cure = "is it for this cluster and not expired? with exclusive authentication mode tokens need another port, such as 19079"
	case e.Security.Certificate == nil:
		seen = "403 without a body: the gateway requires a client certificate"
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

// uploadSessions queries a session that does not exist.
func (e *examination) uploadSessions(ctx context.Context) bool {
	const check = "upload sessions"
	_, _, err := e.Client.UploadSessionByID(ctx, uuid.New())
	switch {
	case err == nil:
		e.ok(check, "supported: files are uploaded in chunks, and uploads resume")
	case imagestore.HasCode(err, imagestore.CodeInvalidArgument):
		e.warn(check, "none: gateways on Linux have none", "not supported: each file is sent in a single PUT, and an upload cannot resume within a file")
	default:
		e.warn(check, "sfstore conform checks how the gateway behaves", "not known: %v", err)
	}
	return true
}
