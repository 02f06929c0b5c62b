package imagestore

import "fmt"

// ArgumentError is a value that cannot be used. Nothing was sent.
type ArgumentError struct {
	Argument string // what the value is for, such as "content path"
	Value    string // the value as given, empty where it may hold a secret
	Reason   string // what is wrong with it, and where there is one, the cure
}

func (e *ArgumentError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s %s", e.Argument, e.Reason)
	}
	return fmt.Sprintf("%s %q %s", e.Argument, e.Value, e.Reason)
}
