package cli

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTheActionsOfFaultsAreThoseOfTheHelp compares what is completed with what is explained.
func TestTheActionsOfFaultsAreThoseOfTheHelp(t *testing.T) {
	t.Parallel()
	var explained []string
	for _, found := range regexp.MustCompile(`(?m)^(?:  ACTION {5}| {13})([0-9A-Za-z_/-]+) {2,}`).FindAllStringSubmatch(faultHelp, -1) {
		explained = append(explained, strings.Replace(found[1], "delay/2s", "delay/", 1))
	}
	if !slices.Equal(explained, faultActions) {
		t.Errorf("the help explains %q, and %q are completed", explained, faultActions)
	}
}
