package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// needs are the api-versions that sfstore sends, with what does not work without.
var needs = []struct {
	version float64
	without string
}{
	{6.0, "nothing works"},
	{6.2, "folders cannot be listed, and uploads cannot be checked"},
	{6.5, "du and info do not work"},
}

// newest is the newest api-version whose published operations sfstore knows, in tenths.
const newest = 113

// apiVersions finds the greatest api-version that the gateway accepts. If the gateway publishes the
// version of its runtime and accepts that, three requests are enough; otherwise the search halves the
// possible range.
func (e *examination) apiVersions(ctx context.Context) bool {
	const check = "api-version"
	greatest, ok := e.versionOfRuntime(ctx)
	var err error
	if !ok {
		greatest, err = e.halve(ctx)
	}
	switch {
	case err != nil && isLate(err): // not for the first request, see gateway
		e.warn(check, "", "not known: the gateway responds too slowly to find it out within %s", stepLimit)
		return true
	case err != nil:
		e.noResponse(ctx, check, err)
		return false
	case greatest == 0:
		e.warn(check, "is the endpoint the gateway's own address, with nothing after the port?", "not known: nothing was accepted at %s, not even %s", e.probe, oldest)
		return true
	}
	const older = "the runtime of the cluster is too old; update it, or choose with --api-version what it accepts"
	chosen, err := strconv.ParseFloat(strings.TrimSuffix(e.APIVersion, "-preview"), 64)
	switch {
	case err == nil && chosen > float64(greatest)/10:
		e.problem(check, "leave --api-version out, or give one that is accepted", "the gateway accepts %s, and %s was chosen", span(greatest), e.APIVersion)
		return true
	case err == nil:
		e.ok(check, "the gateway accepts %s, and %s was chosen", span(greatest), e.APIVersion)
		return true
	}
	for i, need := range needs {
		if float64(greatest)/10 >= need.version {
			continue
		}
		report := e.warn
		if i == 0 {
			report = e.problem
		}
		report(check, older, "the gateway accepts %s; without %.1f %s", span(greatest), need.version, need.without)
		return true
	}
	if greatest > newest {
		e.found(Finding{
			Check: check, Verdict: OK, Seen: fmt.Sprintf("the gateway accepts %s", span(greatest)),
			Cure: "it is newer than the published operations that sfstore knows; sfstore conform checks whether it behaves as expected",
		})
		return true
	}
	e.ok(check, "the gateway accepts %s", span(greatest))
	return true
}

func span(tenths int) string { return fmt.Sprintf("1.0 to %d.%d", tenths/10, tenths%10) }

// versionOfRuntime returns the version in tenths, like all versions here: gateways compare them as
// numbers.
func (e *examination) versionOfRuntime(ctx context.Context) (tenths int, ok bool) {
	p, err := e.get(ctx, "/$/GetClusterVersion", "6.0")
	if err != nil || p.status != http.StatusOK {
		return 0, false
	}
	var wire struct{ Version string }
	if json.Unmarshal(p.body, &wire) != nil {
		return 0, false
	}
	var major, minor int
	if _, err := fmt.Sscanf(wire.Version, "%d.%d", &major, &minor); err != nil || major < 1 || major > 99 || minor > 9 {
		return 0, false
	}
	tenths = major*10 + minor
	if own, err := e.accepts(ctx, tenths); err != nil || !own {
		return 0, false
	}
	if next, err := e.accepts(ctx, tenths+1); err != nil || next {
		return 0, false
	}
	return tenths, true
}

// halve searches between 1.0 and a version that no gateway has. It returns 0 if not even 1.0 is
// accepted, as at an address that is not a gateway's.
func (e *examination) halve(ctx context.Context) (tenths int, err error) {
	low, high := 10, 1000
	if ok, err := e.accepts(ctx, low); err != nil || !ok {
		return 0, err
	}
	for high-low > 1 {
		middle := (low + high) / 2
		ok, err := e.accepts(ctx, middle)
		if err != nil {
			return 0, err
		}
		if ok {
			low = middle
		} else {
			high = middle
		}
	}
	return low, nil
}

func (e *examination) accepts(ctx context.Context, tenths int) (bool, error) {
	p, err := e.get(ctx, e.probe, fmt.Sprintf("%d.%d", tenths/10, tenths%10))
	return p.status == http.StatusOK || e.probe == storePath && p.isStore(), err
}
