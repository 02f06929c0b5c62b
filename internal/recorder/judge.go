package recorder

import (
	"errors"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

// judge validates the exchange before redaction, and counts it.
func (x *exchange) judge(counts *recording.Counts) (differences api.Differences) {
	contract, request := x.proxy.Contract, *x.request
	if x.operation == "" && !contract.InScope(&request) {
		counts.Foreign++
		return nil
	}
	if x.operation == "" {
		counts.Different++
		return api.Differences{{Side: api.InRequest, Place: "operation", Reason: "the contract has none with this method and path"}}
	}
	if x.sent.whole {
		request.ContentLength = x.sent.size // it may not have been announced
	}
	body, sent := x.sent.held()
	errs := []error{contract.Request(&request, body)}
	whole := x.response != nil && (sent || !contract.NeedsBody(&request))
	if r := x.response; r != nil {
		body, received := x.received.held()
		if received {
			errs = append(errs, contract.Response(&request, r.StatusCode, r.Header, body))
		} else {
			errs = append(errs, contract.ResponseHead(&request, r.StatusCode, r.Header, x.received.knownSize()))
		}
		whole = whole && received
	}
	for _, err := range errs {
		if found, ok := errors.AsType[api.Differences](err); ok {
			differences = append(differences, found...)
		}
	}
	switch {
	case len(differences) > 0:
		counts.Different++
	case whole:
		counts.Passed++
	default:
		counts.NotWhole++
	}
	return differences
}
