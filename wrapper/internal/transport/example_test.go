package transport_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

func Example() {
	gateway := httptest.NewUnstartedServer(http.NotFoundHandler())
	gateway.Config.ErrorLog = log.New(io.Discard, "", 0)
	certificate := testcert.SelfSigned()
	gateway.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	gateway.StartTLS()
	defer gateway.Close()

	for _, thumbprint := range []string{testcert.SHA1(certificate.Leaf), "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00 11 22 33"} {
		t, err := transport.New(transport.Security{ServerThumbprints: []string{thumbprint}})
		if err != nil {
			fmt.Println(err)
			return
		}
		defer t.CloseIdleConnections()
		request, err := http.NewRequest(http.MethodGet, gateway.URL, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		rsp, err := t.RoundTrip(request)
		if untrusted, ok := errors.AsType[*transport.UntrustedError](err); ok {
			fmt.Println(untrusted.Reason)
			continue
		}
		fmt.Println(rsp.Status)
		_ = rsp.Body.Close()
	}
	// Output:
	// 404 Not Found
	// wrong thumbprint
}
