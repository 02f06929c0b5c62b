package tree

import "time"

// Version distinguishes the writes of a file. Writes are counted from 1 within
// an epoch, over the whole tree.
type Version struct {
	Epoch
	Number uint64
}

// Epoch is the time between two changes of the image store's primary. A tree
// begins one each time it is opened, so no version is used twice.
type Epoch struct {
	DataLoss, Configuration uint64
}

// firstEpoch is that of a new tree. The next one adds nextConfiguration: both
// halves of the configuration number count up.
var firstEpoch = Epoch{131510242710484204, 2 << 32}

const nextConfiguration = 1<<32 + 1

func (e Epoch) next() Epoch {
	if e == (Epoch{}) {
		return firstEpoch
	}
	return Epoch{e.DataLoss, e.Configuration + nextConfiguration}
}

// unixEpoch is the number of ticks between 1601 and 1970.
const unixEpoch = 116444736000000000

// Ticks returns a time in units of 100 ns since 1601, and 1 for any time
// before that.
func Ticks(t time.Time) uint64 {
	return uint64(max(unixEpoch+t.Unix()*1e7+int64(t.Nanosecond())/100, 1))
}

// Time returns the time, in UTC, of a number of [Ticks].
func Time(ticks uint64) time.Time {
	n := int64(ticks) - unixEpoch
	return time.Unix(n/1e7, n%1e7*100).UTC()
}
