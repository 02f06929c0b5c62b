package upload

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime is when a file or its properties last changed. It is zero where that is not known.
func changeTime(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctimespec.Unix())
	}
	return time.Time{}
}
