package imagestore_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func TestEndpointsThatAreRefused(t *testing.T) {
	for name, row := range map[string]struct{ endpoint, reason string }{
		"nothing":                          {"", "is empty; write one like http://localhost:19080"},
		"spaces":                           {"  ", "is empty"},
		"a host alone":                     {"localhost", "must begin with http:// or https://"},
		"a host and a port":                {"localhost:19080", "must begin with http:// or https://"},
		"an address and a port":            {"127.0.0.1:19080", "is not a URL"},
		"another scheme":                   {"fabric://cluster", "must begin with http:// or https://"},
		"no host":                          {"http://", "has no host"},
		"a port alone":                     {"http://:19080", "has no host"},
		"one slash":                        {"http:/localhost", "has no host"},
		"a port of letters":                {"http://localhost:port", "is not a URL"},
		"port 0":                           {"http://localhost:0", "has a port outside 1 to 65535"},
		"a port too large":                 {"http://localhost:65536", "has a port outside 1 to 65535"},
		"a space in the host":              {"http://local host", "is not a URL"},
		"a space in front":                 {" http://localhost", "is not a URL"},
		"a line break":                     {"http://localhost\n", "is not a URL"},
		"a broken escape":                  {"http://localhost/%zz", "is not a URL"},
		"a user":                           {"http://someone@localhost", "has a user name"},
		"a user with a password":           {"https://someone:hush@localhost", "has a user name"},
		"a user and no scheme":             {"someone:hush@localhost:19080", "must begin with http:// or https://"},
		"a user and a scheme without //":   {"http:someone:hush@localhost", "has no host"},
		"a user and a port of letters":     {"http://someone:hush@localhost:port", "is not a URL"},
		"a query":                          {"http://localhost?sig=hush", "must end before ? and #"},
		"a query with nothing in it":       {"http://localhost/?", "must end before ? and #"},
		"a fragment":                       {"http://localhost/#top", "must end before ? and #"},
		"a query where no host is":         {"http://?sig=hush", "has no host"},
		"a query behind a port that is no": {"http://localhost:0?sig=hush", "must end before ? and #"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := imagestore.New(row.endpoint)
			checkArgument(t, "New", err, "endpoint", row.reason)
			if c != nil {
				t.Error("there is a client nevertheless")
			}
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("the error contains a secret: %v", err)
			}
		})
	}
}

func TestEndpoint(t *testing.T) {
	for given, want := range map[string]string{
		"http://localhost:19080":        "http://localhost:19080",
		"http://localhost:19080/":       "http://localhost:19080",
		"https://[::1]:19080/a/b":       "https://[::1]:19080/a/b",
		"HTTPS://Cluster.Example.org":   "https://Cluster.Example.org",
		"http://localhost/a%2Fb/":       "http://localhost/a%2Fb",
		"http://localhost:19080/gw%20/": "http://localhost:19080/gw%20",
	} {
		if got := newClient(t, given).Endpoint(); got != want {
			t.Errorf("the endpoint of %s is %s, not %s", given, got, want)
		}
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	for name, row := range map[string]struct {
		option           imagestore.Option
		argument, reason string
	}{
		"no time for the server":            {imagestore.WithServerTimeout(0), "timeout", "must be from 1 to 4294967295 seconds"},
		"less than no time":                 {imagestore.WithServerTimeout(-time.Second), "timeout", "must be from 1 to 4294967295 seconds"},
		"less than a second":                {imagestore.WithServerTimeout(999 * time.Millisecond), "timeout", "must be from 1 to 4294967295 seconds"},
		"a second and a half":               {imagestore.WithServerTimeout(1500 * time.Millisecond), "timeout", "must be whole seconds"},
		"a second more than 32 bits hold":   {imagestore.WithServerTimeout(4294967296 * time.Second), "timeout", "must be from 1 to 4294967295 seconds"},
		"the longest duration":              {imagestore.WithServerTimeout(math.MaxInt64), "timeout", "must be from 1 to 4294967295 seconds"},
		"no api-version":                    {imagestore.WithAPIVersion(""), "api-version", "must look like 6.0"},
		"an api-version of one part":        {imagestore.WithAPIVersion("6"), "api-version", "must look like 6.0"},
		"an api-version that adds more":     {imagestore.WithAPIVersion("6.0&timeout=1"), "api-version", "must look like 6.0"},
		"an api-version with a zero before": {imagestore.WithAPIVersion("06.0"), "api-version", "must look like 6.0"},
		"the last api-version before 3.0":   {imagestore.WithAPIVersion("2.99"), "api-version", "is below 3.0"},
		"a preview before 3.0":              {imagestore.WithAPIVersion("1.0-preview"), "api-version", "is below 3.0"},
		"an api-version of nothing":         {imagestore.WithAPIVersion("0.0"), "api-version", "is below 3.0"},
		"an api-version on two lines":       {imagestore.WithAPIVersion("6.0\n"), "api-version", "must look like 6.0"},
		"a user agent on two lines":         {imagestore.WithUserAgent("a\r\nX-Evil: 1"), "user agent", "has a control character"},
		"no HTTP client":                    {imagestore.WithHTTPClient(nil), "http client", "is nil"},
		"no request ids":                    {imagestore.WithRequestID(nil), "request id", "is nil"},
		"no option":                         {nil, "option", "is nil"},
		"no token source":                   {imagestore.WithToken(nil), "token source", "is nil"},
		"no logger":                         {imagestore.WithLogger(nil), "logger", "is nil"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := imagestore.New("http://localhost", row.option)
			checkArgument(t, "New", err, row.argument, row.reason)
			_, err = newClient(t, "http://localhost").With(row.option)
			checkArgument(t, "With", err, row.argument, row.reason)
		})
	}
}

func TestParseSessionID(t *testing.T) {
	const id = "4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e"
	for name, text := range map[string]string{"in lower case": id, "in upper case": strings.ToUpper(id)} {
		t.Run(name, func(t *testing.T) {
			if got, err := imagestore.ParseSessionID(text); got != someSession || err != nil {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
	for name, row := range map[string]struct{ text, reason string }{
		"nothing":                 {"", "is not a GUID like"},
		"braces":                  {"{" + id + "}", "is not a GUID like"},
		"a urn":                   {"urn:uuid:" + id, "is not a GUID like"},
		"no dashes":               {strings.ReplaceAll(id, "-", ""), "is not a GUID like"},
		"a letter too few":        {id[1:], "is not a GUID like"},
		"a letter that is no hex": {"g" + id[1:], "is not a GUID like"},
		"dashes in other places":  {"4a2340e83-2f3-4d5a-9a5c-1bdc2a1a1f0e", "is not a GUID like"},
		"a space in front":        {" " + id[1:], "is not a GUID like"},
		"all zero":                {uuid.Nil.String(), "is all zero"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := imagestore.ParseSessionID(row.text)
			checkArgument(t, "ParseSessionID", err, "session id", row.reason)
			if got != uuid.Nil {
				t.Errorf("there is an id nevertheless: %s", got)
			}
		})
	}
}

func TestParseContentRange(t *testing.T) {
	r, size, err := imagestore.ParseContentRange("bytes 300-5000/20000")
	if err != nil || size != 20000 || r != (imagestore.Range{First: 300, Last: 5000}) || r.Len() != 4701 || r.String() != "300-5000" {
		t.Errorf("got %v of %d, %v", r, size, err)
	}
	for name, row := range map[string]struct{ header, reason string }{
		"nothing":                     {"", "does not read bytes first-last/size"},
		"another unit":                {"items 0-1/2", "does not read bytes first-last/size"},
		"no unit":                     {"0-1/2", "does not read bytes first-last/size"},
		"a unit in another case":      {"Bytes 0-1/2", "does not read bytes first-last/size"},
		"two spaces":                  {"bytes  0-1/2", `has " 0"`},
		"no size":                     {"bytes 0-1", "does not read bytes first-last/size"},
		"a size that is not known":    {"bytes 0-1/*", `has "*" instead of a decimal number`},
		"a range that is not known":   {"bytes */2", "does not read bytes first-last/size"},
		"no last position":            {"bytes 0-/2", "lacks a number"},
		"no first position":           {"bytes -1/2", "lacks a number"},
		"three positions":             {"bytes 0-1-1/2", `has "1-1"`},
		"an end behind the size":      {"bytes 0-2/2", "ends beyond the file's 2 bytes"},
		"an end before the beginning": {"bytes 1-0/2", "is not a valid range"},
		"a number beyond 63 bits":     {"bytes 0-1/9223372036854775808", "beyond 9223372036854775807"},
		"several invalid numbers, of which the first is reported": {"bytes a-b/c", `has "a"`},
	} {
		t.Run(name, func(t *testing.T) {
			r, size, err := imagestore.ParseContentRange(row.header)
			checkArgument(t, "ParseContentRange", err, "Content-Range", row.reason)
			if r != (imagestore.Range{}) || size != 0 {
				t.Errorf("there is a range nevertheless: %v of %d", r, size)
			}
		})
	}
}
