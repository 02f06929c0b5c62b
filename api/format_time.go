package api

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"time"
)

// timeLayout is the date-time of RFC 3339, section 5.6, whose T and Z may be in lower case. Its groups
// are the parts that [time.Parse] does not check strictly: the seconds and the offset.
var timeLayout = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[+-]([0-9]{2}):([0-9]{2}))$`)
})

var errNoTime = errors.New("want a time as in RFC 3339")

// checkTime accepts exactly RFC 3339. A leap second is accepted at the end of any month in UTC.
func checkTime(value string) error {
	found := timeLayout().FindStringSubmatch(value)
	if found == nil || found[2] > "23" || found[3] > "59" {
		return errNoTime
	}
	text := strings.ToUpper(value)
	isLeap := found[1] == "60"
	if isLeap {
		const seconds = len("2006-01-02T15:04:")
		text = text[:seconds] + "59" + text[seconds+2:]
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || isLeap && !endsMonth(t.UTC()) {
		return errNoTime
	}
	return nil
}

// endsMonth reports whether a time is in the last second of a month.
func endsMonth(t time.Time) bool {
	return t.Month() != t.Truncate(time.Second).Add(time.Second).Month()
}
