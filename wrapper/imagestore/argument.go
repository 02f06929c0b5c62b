package imagestore

import "fmt"

// ArgumentError is an argument or an option that cannot be used. Nothing was sent. Find it with
// [errors.As].
type ArgumentError struct {
	Argument string // what the value is for, such as "content path"
	Value    string // the value as given, empty if it may contain a secret
	Reason   string // what is wrong with it, and the cure if there is one
}

func (e *ArgumentError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s %s", e.Argument, e.Reason)
	}
	return fmt.Sprintf("%s %q %s", e.Argument, e.Value, e.Reason)
}
