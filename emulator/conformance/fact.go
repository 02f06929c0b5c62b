package conformance

import (
	"context"
	"slices"
)

// topic is a table of facts.
type topic struct {
	name   string
	source string // of facts without their own
	facts  []fact
}

// fact is a row of a table: a sentence, and the exchanges that show it.
type fact struct {
	says   string
	source string // the lines that state it
	on     where
	// local is the reason that no cluster is asked, or "". Such a fact has no steps here: the tests
	// have them, for the local store.
	local string
	do    []step
}

// Reasons not to ask a cluster.
const (
	wantsEmptyStore  = "it needs an empty store"
	wantsClock       = "it needs a clock that can be advanced"
	wantsFailover    = "it would lose everybody's upload sessions"
	wantsFault       = "it needs a fault inside the cluster"
	wantsMuch        = "it needs thousands of files"
	wantsVersion     = "it depends on the version of the runtime"
	wantsMoment      = "it depends on the moment of the query"
	wouldEmptyStore  = "it would delete the whole store"
	wouldDelete      = "it would delete the runtime's own folder"
	wouldTouchOthers = "it would change what is outside the suite's folder"
	wouldStay        = "it would store names that may not be removable"
)

// step is one thing to do for a fact.
type step interface {
	run(ctx context.Context, t *trial)
}

// turn is a step that is not an exchange.
type turn func(ctx context.Context, t *trial)

func (f turn) run(ctx context.Context, t *trial) { f(ctx, t) }

// topics returns all facts, in the order in which they are asked.
func topics() []topic {
	return slices.Concat(
		[]topic{routing(), versions(), queries(), timeouts()},
		[]topic{paths(), spellings(), reservedNames()},
		[]topic{uploads(), writers(), listings(), pages(), deletions()},
		[]topic{copies(), copyPaths(), copyFlags()},
		[]topic{sessionCreation(), sessionQueries(), ranges(), contentRanges(), commits(), lifetimes()},
		[]topic{jsonShapes(), errorTexts(), fileVersions(), sizes(), around(), faults()},
	)
}
