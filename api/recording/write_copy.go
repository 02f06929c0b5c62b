package recording

import (
	"errors"
	"os"
	"runtime"
)

// fileCopy is one of the two files of a recording.
type fileCopy struct {
	name string
	open *os.File // nil where it is opened for each use
}

// keepOpen opens the file for good, so that a process that has too many files open still
// records. Windows does not rename what is open.
func (c *fileCopy) keepOpen() (err error) {
	if runtime.GOOS != "windows" {
		c.open, err = os.OpenFile(c.name, os.O_WRONLY, 0)
	}
	return err
}

func (c *fileCopy) writeAt(text []byte, at int64) error {
	return c.with(func(file *os.File) error {
		_, err := file.WriteAt(text, at)
		return err
	})
}

// with calls a function with the open file.
func (c *fileCopy) with(use func(*os.File) error) error {
	if c.open != nil {
		return use(c.open)
	}
	file, err := os.OpenFile(c.name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(use(file), file.Close())
}

func (c *fileCopy) close() error {
	if c.open == nil {
		return nil
	}
	return c.open.Close()
}
