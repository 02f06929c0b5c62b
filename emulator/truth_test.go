package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/testhost"
)

// truth is a rule of the runtime, with the line of its source that states it. The steps are requests,
// in order, to a separate store on each platform.
type truth struct {
	source, name string
	windows      []step
	linux        []step // nil: as on Windows
}

// windowsOnly replaces the steps on Linux if Linux does not have the feature.
var windowsOnly = []step{}

// refusedOnWindows are rows with names that a computer with Windows cannot store, or cannot
// distinguish, and why. If a row has steps for Linux, these are meant.
var refusedOnWindows = map[string]string{
	"a blank behind a destination is part of a folder's name, and only the deletion goes without it": "no name ends with a blank",
	"names to skip end at a colon too":                                    "no name has a colon",
	"of two names that differ only in case a folder's copy has the first": "the disk ignores case",
	"a folder is listed anew whenever its spelling changes":               "the disk ignores case",
	"a PUT in another case keeps the first spelling":                      "the disk ignores case",
	"U+0020 alone is trimmed, before the separators":                      "no name has a tab",
}

func runTruths(t *testing.T, rows []truth) {
	t.Helper()
	for _, row := range rows {
		for _, p := range []Platform{Windows, Linux} {
			steps := row.windows
			if p == Linux && row.linux != nil {
				steps = row.linux
			}
			t.Run(p.String()+"/"+row.source+" "+row.name, func(t *testing.T) {
				if reason, ok := refusedOnWindows[row.name]; ok && (p == Linux || row.linux == nil) {
					testhost.NotOnWindows(t, reason)
				}
				b := newBench(t, WithPlatform(p))
				for i, s := range steps {
					if got := s.do(b); got != s.want {
						t.Fatalf("step %d: got %q, want %q", i+1, got, s.want)
					}
				}
			})
		}
	}
}

// raw returns a step that sends a line unchanged, without adding an api-version.
func raw(line, body string, headers ...string) func(*bench) string {
	return func(b *bench) string {
		verb, target, _ := strings.Cut(line, " ")
		r, err := b.try(verb, target, body, headers...)
		if err != nil {
			return err.Error()
		}
		return r.String()
	}
}

// said returns a step whose result is the message of a failure.
func said(line, body string, headers ...string) func(*bench) string {
	return func(b *bench) string {
		verb, target, _ := strings.Cut(line, " ")
		r, err := b.try(verb, target, body, headers...)
		if err != nil {
			return err.Error()
		}
		return r.text
	}
}

// copyTo returns a step that copies; more are further members of the body.
func copyTo(source, destination, more string) func(*bench) string {
	return copying(fmt.Sprintf(`{"RemoteSource":%q,"RemoteDestination":%q%s}`, source, destination, more))
}

// versionOf returns a file's version as "CONFIGURATION NUMBER".
func versionOf(path string) func(*bench) string {
	return func(b *bench) string {
		var got storeContent
		b.decode(b.do("GET", "/ImageStore/"+path+"?"+version, ""), &got)
		v := got.StoreFiles[0].FileVersion
		return v.EpochConfigurationNumber + " " + v.VersionNumber
	}
}

const (
	fileMissing  = "404 FABRIC_E_FILE_NOT_FOUND"
	emptyRoot    = "404 FABRIC_E_NAME_DOES_NOT_EXIST"
	reservedName = "400 FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR"
	zeroTimeout  = "The timeout specified for client APIs must be greater than zero"
	null         = "Null"
)

func TestPathsByTheSource(t *testing.T) {
	runTruths(t, []truth{
		{"FileUploadAsyncOperation.cpp:258", "a PUT in another case keeps the first spelling", []step{
			{put("App/Code.zip", "1"), "200"},
			{put("aPP/code.ZIP", "22"), "200"},
			{put("app/new", "3"), "200"},
			{ls(""), "App/ 1, app/ 1"},
			{ls("APP"), `App\Code.zip 2, app\new 1`},
		}, []step{
			{put("App/Code.zip", "1"), "200"},
			{put("aPP/code.ZIP", "22"), "200"},
			{ls(""), "App/ 1, aPP/ 1"},
		}},
		{"FileUploadAsyncOperation.cpp:258", "so do a commit and a copy of a file", []step{
			{put("App/Code.zip", "1"), "200"},
			{chunkTo("app/code.zip", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{ls("app"), `App\Code.zip 2`},
			{put("x", "333"), "200"},
			{copyTo("x", "APP/CODE.ZIP", ""), "200"},
			{ls("app"), `App\Code.zip 3`},
		}, windowsOnly},
		{"FileCopyAsyncOperation.cpp:193", "after a deletion, and in a copy of a folder, the new spelling is shown", []step{
			{put("App/a", "1"), "200"},
			{remove("app"), "200"},
			{put("APP/A", "1"), "200"},
			{ls(""), "APP/ 1"},
			{put("x/_.dir", ""), "200"},
			{put("x/b", ""), "200"},
			{copyTo("X", "app", ""), "200"},
			{ls(""), "app/ 2, x/ 2"},
		}, windowsOnly},
		{"ProcessRequestAsyncOperation.cpp:59", "a blank is the whole store, reserved folders and all", []step{
			{put("a/b", "1"), "200"},
			{put("Store/a", "1"), "200"},
			{ls("%20"), "a/ 1, Store/ 1"},
			{remove("%20%20"), "200"},
			{ls(""), emptyRoot},
			{ls("%20"), "404"},
		}, []step{
			{put("a/b", "1"), "200"},
			{put("Store/a", "1"), "200"},
			{ls("%20"), "Store/ 1, a/ 1"},
			{remove("%2F"), "200"},
			{ls(""), emptyRoot},
		}},
		{"ProcessRequestAsyncOperation.cpp:59", "a reserved name with something behind it is deleted", []step{
			{put("Store/a", "1"), "200"},
			{remove("Store"), reservedName},
			{remove("sTORE/"), reservedName},
			{remove("Store%5C"), "200"},
			{put("WindowsFabricStore/a", "1"), "200"},
			{remove("windowsfabricstore%20"), "200"},
			{ls(""), emptyRoot},
		}, []step{
			{put("Store/a", "1"), "200"},
			{remove("Store"), reservedName},
			{remove("Store%2F"), "200"},
			{put("WindowsFabricStore/a", "1"), "200"},
			{remove("%20WindowsFabricStore"), "200"},
			{ls(""), emptyRoot},
		}},
		{"StringUtility.cpp:35", "U+0020 alone is trimmed, before the separators", []step{
			{put("%20a%20", "1"), "200"},
			{put("b%C2%A0", "1"), "200"},
			{put("%E3%80%80c", "1"), "200"},
			{put("%5C%20d", "1"), "200"},
			{ls(""), " d 1, a 1, b\u00a0 1, \u3000c 1"},
		}, []step{
			{put("%20a%20", "1"), "200"},
			{put("b%09", "1"), "200"},
			{put("%E3%80%80c", "1"), "200"},
			{put("%2F%20d", "1"), "200"},
			{ls(""), " d 1, a 1, b\t 1, \u3000c 1"},
		}},
	})
}

func TestVersionsByTheSource(t *testing.T) {
	runTruths(t, []truth{
		{"RequestManager.cpp:1609", "writes are counted from 1", []step{
			{put("a", "1"), "200"},
			{versionOf("a"), "8589934592 1"},
			{put("b", "1"), "200"},
			{put("a", "1"), "200"},
			{versionOf("a"), "8589934592 3"},
			{versionOf("b"), "8589934592 2"},
		}, nil},
		{"RequestManager.cpp:563", "a failover begins a new epoch", []step{
			{put("a", "1"), "200"},
			{put("b", "1"), "200"},
			{failover, ""},
			{put("a", "1"), "200"},
			{versionOf("a"), "12884901889 1"},
			{versionOf("b"), "8589934592 2"},
			{failover, ""},
			{copyTo("a", "b", ""), "200"},
			{versionOf("b"), "17179869186 1"},
		}, nil},
	})
}

func TestSessionsByTheSource(t *testing.T) {
	const first, second = "01000000-0000-0000-0000-000000000001", "00000001-0000-0000-0000-000000000001"
	order := func(b *bench) string {
		var got uploadSession
		b.decode(b.do("GET", "/ImageStore/a/$/GetUploadSession?"+version, ""), &got)
		var ids []string
		for _, s := range got.UploadSessions {
			ids = append(ids, s.SessionID)
		}
		return strings.Join(ids, " ")
	}
	runTruths(t, []truth{
		{"Guid.h:92", "sessions come in the order of the bytes of their ids", []step{
			{chunkTo("a", second, "bytes 0-0/2", "a"), "200"},
			{chunkTo("a", first, "bytes 0-0/2", "a"), "200"},
			{order, first + " " + second},
			{chunkTo("a", "00000000-0100-0000-0000-000000000000", "bytes 0-0/2", "a"), "200"},
			{chunkTo("a", "00000000-0000-0000-0100-000000000000", "bytes 0-0/2", "a"), "200"},
			{order, "00000000-0000-0000-0100-000000000000 00000000-0100-0000-0000-000000000000 " + first + " " + second},
		}, windowsOnly},
		{"processcommituploadsessionrequestasyncoperation.cpp:70", "a new session under an id that the file has writes nothing", []step{
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{dropOf(id1), "200"},
			{chunkTo("A", id1, "bytes 0-2/3", "new"), "200"},
			{commitOf(id1), "200"},
			{stored("a"), "ab"},
			{versionOf("a"), "8589934592 1"},
		}, windowsOnly},
		{"FileCopyAsyncOperation.cpp:222", "a copy keeps the id that the destination has", []step{
			{put("source", "copied"), "200"},
			{chunkTo("a", id1, "bytes 0-1/2", "ab"), "200"},
			{commitOf(id1), "200"},
			{copyTo("source", "a", ""), "200"},
			{commitOf(id1), "200"},
			{stored("a"), "copied"},
			{copyTo("a", "b", ""), "200"},
			{put("a", "other"), "200"},
			{commitOf(id1), "200"},
			{stored("a"), "ab"},
		}, windowsOnly},
		{"NativeImageStore.cpp:3187", "a late chunk makes a deleted session anew", []step{
			{chunkTo("a", id1, "bytes 0-0/3", "a"), "200"},
			{dropOf(id1), "200"},
			{chunkTo("a", id1, "bytes 2-2/3", "c"), "200"},
			{expects(id1), "0-1"},
		}, windowsOnly},
		{"imagestorehandler.cpp:45", "a Content-Range is read on Windows only", []step{
			{ask("PUT", "/ImageStore/a", "x", "Content-Range", "bytes 9-0/x"), refusedRange},
		}, []step{
			{ask("PUT", "/ImageStore/a", "x", "Content-Range", "bytes 9-0/x"), "200"},
		}},
		{"resourceids.h:599", "the text of a merge of the wrong size", []step{
			{chunkTo("f/a", id1, "bytes 0-4/5", "abcdefg"), "200"},
			{said("POST /ImageStore/$/CommitUploadSession?"+version+"&session-id="+id1, ""),
				`Upload failed due to an internal error. Image store file f\a has 5 bytes, which doesn't match expected value of 7 bytes. Please retry.`},
		}, windowsOnly},
	})
}
