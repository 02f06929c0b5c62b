package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/api"
)

// faultActions are what faultHelp explains, as they are typed.
var faultActions = []string{"drop-request", "drop-reply", "cut", "delay/", "503/E_ABORT", "skip-chunk", "lose-sessions", "fail-commit"}

// faults completes the last fault of a list: its operation, and after = its action.
func faults(_ *cobra.Command, _ []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	before, last := "", toComplete
	if i := strings.LastIndex(toComplete, ","); i >= 0 {
		before, last = toComplete[:i+1], toComplete[i+1:]
	}
	var candidates []string
	if which, _, ok := strings.Cut(last, "="); ok {
		for _, action := range faultActions {
			candidates = append(candidates, before+which+"="+action)
		}
	} else if contract, err := api.Load(); err == nil {
		for _, operation := range append(contract.Operations(), "*") {
			candidates = append(candidates, before+operation)
		}
	}
	return candidates, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
