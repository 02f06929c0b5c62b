package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sfstore/sfstore/api"
)

// covered is which parts of a contract the recordings contain, and which they lack.
type covered struct {
	Operations []coveredOperation `json:"operations"`
	ErrorCodes map[string]int     `json:"errorCodes"`      // how many responses had each
	NeverCodes []string           `json:"neverErrorCodes"` // that the contract lists as known
}

type coveredOperation struct {
	Operation     string         `json:"operation"`
	Statuses      map[string]int `json:"statuses"`      // how many responses had each
	NeverStatuses []string       `json:"neverStatuses"` // that the contract documents
}

func coveredOf(contract *api.Contract, coverage *api.Coverage) *covered {
	c := &covered{ErrorCodes: map[string]int{}, NeverCodes: []string{}}
	for _, id := range contract.Operations() {
		statuses := make(map[string]int)
		for status, n := range coverage.Statuses(id) {
			statuses[strconv.Itoa(status)] = n
		}
		never := append([]string{}, coverage.MissingStatuses(contract, id)...)
		c.Operations = append(c.Operations, coveredOperation{id, statuses, never})
	}
	maps.Copy(c.ErrorCodes, coverage.Codes())
	c.NeverCodes = append(c.NeverCodes, coverage.MissingCodes(contract)...)
	return c
}

func (c *covered) table(w io.Writer) {
	tablef(w, "\nOPERATION\tRESPONSES\tNEVER\n")
	for _, o := range c.Operations {
		tablef(w, "%s\t%s\t%s\n", o.Operation, counted(o.Statuses), strings.Join(o.NeverStatuses, " "))
	}
	tablef(w, "\nERROR CODE\tRESPONSES\n")
	for _, code := range slices.Sorted(maps.Keys(c.ErrorCodes)) {
		tablef(w, "%s\t%d\n", code, c.ErrorCodes[code])
	}
	tablef(w, "%d known codes never\t\n", len(c.NeverCodes))
}

// counted writes statuses with the number of their responses, such as "200 (3), 204 (1)".
func counted(statuses map[string]int) string {
	if len(statuses) == 0 {
		return "-"
	}
	var texts []string
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		texts = append(texts, fmt.Sprintf("%s (%d)", status, statuses[status]))
	}
	return strings.Join(texts, ", ")
}
