package cli

import (
	"testing"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestASnapshotOfSessionsStaysAsItIs: one goroutine paints a snapshot while another records the next
// responses.
func TestASnapshotOfSessionsStaysAsItIs(t *testing.T) {
	t.Parallel()
	w, s := &watcher{}, imagestore.UploadSession{ID: uuid.New(), Size: 10}
	for range 3 { // the third replaces the mark of the second
		w.note(s)
	}
	before := w.snapshot()[0]
	marks := before.meter.marks
	last := marks[len(marks)-1]
	w.note(s)
	if marks[len(marks)-1] != last {
		t.Errorf("the snapshot has %v, expected %v", marks[len(marks)-1], last)
	}
}
