package upload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// ErrNotStored reports a file or a mark that the server confirmed and then did not list as it was
// written: with its path, its size and a new version.
var ErrNotStored = errors.New("the store does not list the file as it was uploaded")

// errSameVersion reports a write after which the file has the same version as before.
var errSameVersion = fmt.Errorf("%w: its version did not change, so nothing was written", ErrNotStored)

// checkVersion returns an error if a file is not the one that was written. The file before it is nil
// if there was none.
func checkVersion(now imagestore.File, path string, size int64, before *imagestore.File) error {
	switch {
	case !samePath(now.Path, path):
		return fmt.Errorf("%w: the store lists %q instead", ErrNotStored, slashed(now.Path))
	case now.Size != size:
		return fmt.Errorf("%w: it has %d bytes there, not %d; is another upload to %q running?", ErrNotStored, now.Size, size, path)
	case before != nil && !isNewer(now.Version, before.Version):
		return errSameVersion
	}
	return nil
}

// isNewer reports whether a version is that of a later write. Numbers begin again in a later epoch,
// that is after a failover.
func isNewer(now, before imagestore.FileVersion) bool {
	return cmp.Or(
		cmp.Compare(now.DataLossEpoch, before.DataLossEpoch),
		cmp.Compare(now.ConfigurationEpoch, before.ConfigurationEpoch),
		cmp.Compare(now.Number, before.Number),
	) > 0
}

// sameVersionLooks is how often a version that did not change is queried again. The listing can
// lag behind a write, but not for long.
const sameVersionLooks = 3

// checkStored compares the listing with the written file. A file can be missing from the listing
// for a moment after it was written.
func (f *file) checkStored(ctx context.Context) error {
	looks := 0
	for budget := f.retry.begin(); ; {
		now, err := f.listOnce(ctx, f.path)
		switch {
		case err != nil && !isRetryable(err) && !isUnlistable(err):
			return err
		case err != nil:
		case now.file == nil:
			err = fmt.Errorf("%w: it is missing", ErrNotStored)
		default:
			err = checkVersion(*now.file, f.path, f.plan.size, f.before)
		}
		if err == nil {
			f.version = now.file.Version
			f.event(Event{Kind: Stored, Path: f.path, Size: f.plan.size})
			return nil
		}
		if errors.Is(err, errSameVersion) {
			looks++
		}
		if looks == sameVersionLooks || !f.waitToRetry(ctx, budget, err) {
			return err
		}
	}
}

// slashed writes a path of a listing with /.
func slashed(storePath string) string { return strings.ReplaceAll(storePath, `\`, "/") }

// samePath reports whether a path of a listing equals a path. Clusters on Windows list other
// separators, and the case of the first writer.
func samePath(listed, path string) bool { return strings.EqualFold(slashed(listed), path) }

// base is the last segment of a path of the store.
func base(storePath string) string {
	return storePath[strings.LastIndexAny(storePath, `/\`)+1:]
}
