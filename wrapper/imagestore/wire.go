package imagestore

import (
	"encoding/json"
	"time"
)

// wireTime is a time as the contract writes it: UTC, with all three digits of milliseconds.
type wireTime time.Time

func (t wireTime) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Time(t).UTC().Format("2006-01-02T15:04:05.000Z"))
}

// orEmpty makes a list that encodes to [] and not to null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
