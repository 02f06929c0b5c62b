package conformance

import (
	"context"
	"fmt"
	"strings"
)

// probe is a question that the source leaves open, or whose result is of interest. No result is
// wrong.
type probe struct {
	question string
	on       where
	answer   func(ctx context.Context, t *trial) string
}

// observeOne asks a probe and removes what it stored.
func (r *run) observeOne(ctx context.Context, p probe) (Observation, error) {
	if why := r.traits.excludes(p.on); why != "" {
		return Observation{p.question, "not asked: " + why}, nil
	}
	t := r.newTrial()
	var answer string
	err := t.do(ctx, []step{turn(func(ctx context.Context, t *trial) { answer = p.answer(ctx, t) })})
	if len(t.problems) > 0 {
		answer = strings.Join(t.problems, "; ")
	}
	return Observation{p.question, answer}, err
}

// try sends a request and returns the response; without one it is the zero reply, and the trial has
// a problem.
func (t *trial) try(ctx context.Context, x exchange) (got reply) {
	x.want(func(_ *trial, r reply) { got = r }).oddly().run(ctx, t)
	return got
}

// inside returns what a listing of the fact's folder shows.
func (t *trial) inside(ctx context.Context) string {
	r := t.try(ctx, list("{}"))
	if r.status != 200 {
		return r.String()
	}
	files, folders := t.listing(r).lines(t)
	return strings.Join(append(files, folders...), ", ")
}

// statusOf makes a probe that reports the response to one request.
func statusOf(question string, on where, x exchange) probe {
	return probe{question, on, func(ctx context.Context, t *trial) string { return t.try(ctx, x).String() }}
}

// storedAs makes a probe that stores a file under a spelling and reports the listing.
func storedAs(question, spelled string) probe {
	return probe{question, everywhere, func(ctx context.Context, t *trial) string {
		return fmt.Sprintf("%s; listed: %s", t.try(ctx, put("{}/"+spelled, "x")), t.inside(ctx))
	}}
}

func probes() []probe {
	longest := strings.Repeat("n", 261)
	copyBy := func(source string) func(context.Context, *trial) string {
		return func(ctx context.Context, t *trial) string {
			t.try(ctx, put("{}/f/a", "x"))
			return t.try(ctx, copiedAs(source, "{}/b", ``)).String()
		}
	}
	return []probe{
		{"copy from a source with slashes", everywhere, copyBy("{}/f/a")},
		{"copy from a source with backslashes", everywhere, copyBy(`{\}\\f\\a`)},
		{"overwrite Code.zip as CODE.zip", everywhere, func(ctx context.Context, t *trial) string {
			t.try(ctx, put("{}/Code.zip", "x"))
			t.try(ctx, put("{}/CODE.zip", "xx"))
			return t.inside(ctx)
		}},
		{"versions of two PUTs of one path (data loss, configuration, number)", everywhere, func(ctx context.Context, t *trial) string {
			var versions [2]version
			for i := range versions {
				t.try(ctx, put("{}/a", "x"))
				versions[i] = t.version(t.try(ctx, list("{}/a")))
			}
			return fmt.Sprintf("%d %d %d, then %d %d %d",
				versions[0].dataLoss, versions[0].configuration, versions[0].number,
				versions[1].dataLoss, versions[1].configuration, versions[1].number)
		}},
		{"two PUTs of one path at the same time", everywhere, func(ctx context.Context, t *trial) string {
			var got [2]reply
			keep := func(i int) exchange {
				return put("{}/a", "x").want(func(_ *trial, r reply) { got[i] = r })
			}
			together{keep(0), keep(1)}.run(ctx, t)
			return fmt.Sprintf("%s and %s", got[0], got[1])
		}},
		{"api-version=6.0.0", everywhere, func(ctx context.Context, t *trial) string {
			t.try(ctx, put("{}/a", "x"))
			return t.try(ctx, getAsIs("/ImageStore/{}?api-version=6.0.0")).String()
		}},
		statusOf("FolderSize of what is missing", since65, list("{}/no/$/FolderSize").at("6.5")),
		{"FolderSize of a file", since65, func(ctx context.Context, t *trial) string {
			t.try(ctx, put("{}/a", "hello"))
			return t.try(ctx, list("{}/a/$/FolderSize").at("6.5")).String()
		}},
		{"a name of 261 characters", everywhere, func(ctx context.Context, t *trial) string {
			got := t.try(ctx, put("{}/"+longest, "x")).String()
			return fmt.Sprintf("%s; listed: %s", got, strings.ReplaceAll(t.inside(ctx), longest, "it"))
		}},
		storedAs("%23 in a name: a%23b", "a%23b"),
		storedAs("%2F in a name: a%2Fb", "a%2Fb"),
		storedAs("an empty segment: a//b", "a//b"),
		{"a folder where a file is: a, then a/b", everywhere, func(ctx context.Context, t *trial) string {
			return fmt.Sprintf("%s, then %s", t.try(ctx, put("{}/a", "x")), t.try(ctx, put("{}/a/b", "x")))
		}},
		{"a file where a folder is: a/b, then a", everywhere, func(ctx context.Context, t *trial) string {
			return fmt.Sprintf("%s, then %s", t.try(ctx, put("{}/a/b", "x")), t.try(ctx, put("{}/a", "x")))
		}},
		{"an upload session that is not there", everywhere, func(ctx context.Context, t *trial) string {
			return fmt.Sprintf("%s, and its deletion %s", t.try(ctx, session("<1>")), t.try(ctx, deletionOf("<1>")))
		}},
		{"reason phrases of 200, 400 and 404", everywhere, func(ctx context.Context, t *trial) string {
			return fmt.Sprintf("%q, %q, %q", t.try(ctx, put("{}/a", "x")).reason,
				t.try(ctx, get("/ImageStores")).reason, t.try(ctx, copied("{}/no", "{}/b", ``)).reason)
		}},
		{"reason phrase of an empty 404", everywhere, func(ctx context.Context, t *trial) string {
			return fmt.Sprintf("%q", t.try(ctx, list("{}/no")).reason)
		}},
		{"header Server", everywhere, func(ctx context.Context, t *trial) string {
			return fmt.Sprintf("%.100q", t.try(ctx, list("{}/no")).header.Get("Server"))
		}},
	}
}
