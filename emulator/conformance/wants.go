package conformance

import (
	"regexp"
	"slices"
	"strings"
)

// Expectations that many facts share.
const (
	invalid      = "400 E_INVALIDARG"
	invalidID    = "400 FABRIC_E_INVALID_UPLOAD_SESSION_ID"
	refusedRange = "400 FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE"
	conflict     = "409 FABRIC_E_UPLOAD_SESSION_ID_CONFLICT"
	reservedName = "400 FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR"
	noFile       = "404 FABRIC_E_FILE_NOT_FOUND"
	unknown      = "404 NotFound"
	emptyStore   = "404 FABRIC_E_NAME_DOES_NOT_EXIST"
	tooLarge     = "413 FABRIC_E_VALUE_TOO_LARGE"
	timedOut     = "504 FABRIC_E_TIMEOUT"
	pending      = "500 OperationsPending"
)

func (x exchange) want(f func(t *trial, r reply)) exchange {
	x.wants = append(slices.Clip(x.wants), f)
	return x
}

// excerpt is the beginning of a body, for a report.
func (x exchange) excerpt(r reply) string {
	if x.private {
		return "a body that is not shown"
	}
	return r.body[:min(len(r.body), 300)]
}

// is expects one of the statuses, with the code of an error that has a body.
func (x exchange) is(expected ...string) exchange {
	return x.want(func(t *trial, r reply) {
		if !slices.Contains(expected, r.String()) {
			t.problem("got %q (%s), expected %q", r, x.excerpt(r), expected)
		}
	})
}

// hasStatus expects a status, whatever the body: HTTP itself may have refused the request.
func (x exchange) hasStatus(expected int) exchange {
	return x.want(func(t *trial, r reply) {
		if r.status != expected {
			t.problem("got %q (%s), expected the status %d", r, x.excerpt(r), expected)
		}
	})
}

// hasBody expects exactly this body.
func (x exchange) hasBody(expected string) exchange {
	return x.want(func(t *trial, r reply) {
		if expected := t.expand(expected); r.body != expected {
			t.problem("the body is %q, expected %q", x.excerpt(r), expected)
		}
	})
}

// hasMessage expects an error with this message.
func (x exchange) hasMessage(expected string) exchange {
	return x.want(func(t *trial, r reply) {
		if r.message != expected {
			t.problem("the message is %.300q, expected %q", r.message, expected)
		}
	})
}

// looksLike expects a body that matches as a whole.
func (x exchange) looksLike(pattern string) exchange {
	return x.want(func(t *trial, r reply) {
		if !regexp.MustCompile("^(?:" + t.expand(pattern) + ")$").MatchString(r.body) {
			t.problem("the body is %q, expected one like %s", x.excerpt(r), pattern)
		}
	})
}

// hasHeader expects a header; an empty value expects it to be absent.
func (x exchange) hasHeader(name, expected string) exchange {
	return x.want(func(t *trial, r reply) {
		if got := r.header.Get(name); got != expected {
			t.problem("the header %s is %q, expected %q", name, got, expected)
		}
	})
}

const jsonType = "application/json; charset=utf-8"

// saysJSON expects the headers that go with JSON, body or not.
func (x exchange) saysJSON() exchange {
	return x.hasHeader("Content-Type", jsonType).hasHeader("X-Content-Type-Options", "nosniff")
}

// endsIn expects an error whose message ends in this text.
func (x exchange) endsIn(expected string) exchange {
	return x.want(func(t *trial, r reply) {
		if !strings.HasSuffix(r.message, expected) {
			t.problem("the message is %.300q, expected one that ends in %q", r.message, expected)
		}
	})
}
