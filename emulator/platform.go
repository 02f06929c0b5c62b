package emulator

import (
	"fmt"
	"strings"
)

// Platform is the operating system whose gateway a [Store] behaves like. It is
// independent of the system that the Store itself runs on.
type Platform int

const (
	// Windows has upload sessions, names without regard to case, and `\` in
	// listings. It is the default.
	Windows Platform = iota
	// Linux has no upload sessions, case-sensitive names, and `/` in listings.
	Linux
)

// String returns "windows" or "linux".
func (p Platform) String() string {
	switch p {
	case Windows:
		return "windows"
	case Linux:
		return "linux"
	}
	return fmt.Sprintf("Platform(%d)", int(p))
}

// ParsePlatform parses "windows" or "linux", in any case.
func ParsePlatform(text string) (Platform, error) {
	for _, p := range []Platform{Windows, Linux} {
		if strings.EqualFold(text, p.String()) {
			return p, nil
		}
	}
	return 0, fmt.Errorf("unknown platform %q: want windows or linux", text)
}

// fold returns the key under which a name is looked up.
func (p Platform) fold(name string) string {
	if p == Windows {
		return strings.ToLower(name)
	}
	return name
}

// separator separates the names of a path that the store writes.
func (p Platform) separator() string { return p.display("/") }

// display writes a store path with the platform's separator.
func (p Platform) display(path string) string {
	if p == Windows {
		return strings.ReplaceAll(path, "/", `\`)
	}
	return path
}
