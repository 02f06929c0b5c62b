package cli

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// logExchange writes one line per request to standard error, and with --verbose the headers
// below it. The store has removed secrets from them.
func (a *app) logExchange(e emulator.Exchange) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-6s %s  %s  %s in, %s out, %s\n", time.Now().Format(time.TimeOnly),
		e.Method, e.Path, outcome(e), inBytes(e.BytesIn), inBytes(e.BytesOut), e.Duration.Round(10*time.Microsecond))
	if a.flags.verbose {
		logHeaders(&b, "  > ", e.Request)
		logHeaders(&b, "  < ", e.Response)
	}
	text := strings.TrimSuffix(b.String(), "\n")
	a.report(noticeLine{text}, text)
}

func outcome(e emulator.Exchange) string {
	switch {
	case e.Status == 0:
		return "no response"
	case e.Code != "":
		return fmt.Sprintf("%d %s", e.Status, e.Code)
	}
	return fmt.Sprint(e.Status)
}

func logHeaders(b *strings.Builder, prefix string, headers http.Header) {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			fmt.Fprintf(b, "%s%s: %s\n", prefix, name, value)
		}
	}
}
