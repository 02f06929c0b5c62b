package imagestore

import (
	"encoding/json"
	"fmt"
	"time"
)

// wireTime is a time as the contract writes it: UTC, with all three digits of milliseconds.
type wireTime time.Time

func (t wireTime) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Time(t).UTC().Format("2006-01-02T15:04:05.000Z"))
}

// timeFromAPI reads a time into UTC, where the zone may carry it beyond the years that can be
// written again.
func timeFromAPI(from time.Time) (time.Time, error) {
	t := from.UTC()
	if year := t.Year(); year < 0 || year > 9999 {
		return time.Time{}, fmt.Errorf("is in the year %d", year)
	}
	return t, nil
}

// orEmpty makes a list that encodes to [] and not to null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
