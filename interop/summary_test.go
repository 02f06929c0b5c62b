package interop

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// answer is any response of the image store. Names of members are compared without case, because some
// clients return them unchanged and some with a small first letter.
type answer struct {
	StoreFiles     []struct{ StoreRelativePath, FileSize string }
	StoreFolders   []struct{ StoreRelativePath, FileCount string }
	UploadSessions []struct {
		StoreRelativePath, SessionID, FileSize string
		ExpectedRanges                         []struct{ StartPosition, EndPosition string }
	}
	FolderSize string
	DiskInfo   struct{ Capacity string }
}

// summary returns a response in one line: "file 5", "folder with 2", "session 1 of file: expects 4-9 of
// 10".
func summary(t *testing.T, answered []byte) string {
	t.Helper()
	if len(answered) == 0 {
		return ""
	}
	var a answer
	if err := json.Unmarshal(answered, &a); err != nil {
		t.Fatalf("%s: %v", answered, err)
	}
	var lines []string
	for _, f := range a.StoreFiles {
		lines = append(lines, f.StoreRelativePath+" "+f.FileSize)
	}
	for _, f := range a.StoreFolders {
		lines = append(lines, f.StoreRelativePath+" with "+f.FileCount)
	}
	for _, s := range a.UploadSessions {
		expected := "nothing"
		if len(s.ExpectedRanges) > 0 {
			expected = s.ExpectedRanges[0].StartPosition + "-" + s.ExpectedRanges[0].EndPosition
		}
		lines = append(lines, fmt.Sprintf("session %s of %s: expects %s of %s", s.SessionID[:1], s.StoreRelativePath, expected, s.FileSize))
	}
	if a.FolderSize != "" {
		lines = append(lines, a.FolderSize+" bytes")
	}
	if a.DiskInfo.Capacity != "" {
		lines = append(lines, "a disk")
	}
	return strings.Join(lines, ", ")
}
