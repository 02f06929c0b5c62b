package recording

import (
	"archive/zip"
	"errors"
	"os"
	"strings"
)

// isZIP reports whether a file begins as a ZIP does.
func isZIP(f *os.File) bool {
	var start [4]byte
	_, err := f.ReadAt(start[:], 0)
	return err == nil && string(start[:]) == "PK\x03\x04"
}

// addZIP validates the HARs at the root of a ZIP, in which Playwright keeps the bodies too.
func (r *Report) addZIP(name string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(f, info.Size())
	if err != nil {
		return err
	}
	found := false
	for _, entry := range archive.File {
		if strings.Contains(entry.Name, "/") || !strings.HasSuffix(strings.ToLower(entry.Name), ".har") {
			continue
		}
		found = true
		text, err := entry.Open()
		if err != nil {
			r.addError(name+"/"+entry.Name, err)
			continue
		}
		r.addRecording(name+"/"+entry.Name, text, archive.Open)
		_ = text.Close() // read errors were reported already
	}
	if !found {
		return errors.New("the ZIP has no file at its root that ends in .har")
	}
	return nil
}
