package imagestore

import "github.com/sfstore/sfstore/wrapper/internal/transport"

// ProxyError reports that a proxy refused to connect to an https gateway, so that nothing
// was sent to the gateway. It is of class [ErrRefused] unless the proxy reported its own failure
// (500 or more). Find it with [errors.As].
type ProxyError struct {
	Proxy      string // host and port
	StatusCode int    // of the proxy's response
}

// Error names the proxy and the status.
func (e *ProxyError) Error() string {
	return (&transport.ProxyError{Proxy: e.Proxy, StatusCode: e.StatusCode}).Error()
}
