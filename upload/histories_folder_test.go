package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

// lieKind is what a gateway reports wrongly.
type lieKind int

const (
	honest lieKind = iota
	swallowsFiles
	swallowsMarks
	swallowsDeletions
	swallowsCommits
	replaysListings
	lieKinds
)

func (k lieKind) make(s *store) lie {
	switch k {
	case swallowsFiles:
		return swallowFor(opPut, func(path string) bool { return !isMarkPath(path) })
	case swallowsMarks:
		return swallowFor(opPut, isMarkPath)
	case swallowsDeletions:
		return swallow(opDelete)
	case swallowsCommits:
		return swallow(opCommit)
	case replaysListings:
		return replayListings(s)
	}
	return nil
}

const historyRoot = "App"

// folderHistory is a history of a folder, and what may be in the store during it.
type folderHistory struct {
	history
	tester
	s                     *store
	before, source, other fstest.MapFS
	rivalErrs             []error // of the attempt
	report                upload.Report
}

// folder uploads a folder through the history, over a complete folder with the same names and more.
func (h history) folder(t tester, before, source fstest.MapFS) {
	t.Helper()
	s, end, c := h.serve(t, func(s *store) {
		if before != nil {
			_, err := s.uploader().Folder(context.Background(), historyRoot, before)
			must(t, err)
		}
	})
	defer end()
	f := &folderHistory{history: h, tester: t, s: s, before: before, source: source, other: fstest.MapFS{}}
	for name, file := range source {
		f.other[name] = &fstest.MapFile{Mode: file.Mode, Data: slices.Concat(file.Data, []byte("of the rival"))}
	}
	rival := func(ctx context.Context) {
		_, err := s.uploader(upload.WithWorkers(2), upload.WithChunkSize(h.chunk), upload.WithExtras(upload.KeepExtras)).Folder(ctx, historyRoot, f.other)
		f.rivalErrs = append(f.rivalErrs, err)
	}
	if h.platform == emulator.Linux {
		rival = nil // without sessions there are no claims
	}
	mayBeGone := false // the extra file, because an attempt that failed later may have deleted it
	h.run(s, c, rival, func(ctx context.Context, a attempt, u *upload.Uploader) (err error) {
		f.rivalErrs = nil
		mayBeGone = mayBeGone || a.extras == upload.DeleteExtras
		f.report, err = u.Folder(ctx, historyRoot, &breaking{FS: source, at: int64(a.broken)})
		if err == nil && a.rival == 0 && h.lie == honest && before != nil && before["extra"] != nil {
			if there := s.stored(historyRoot+"/extra") != nil; there && a.extras != upload.KeepExtras || !there && !mayBeGone {
				t.Fatalf("success with extras %d, and the extra file is there: %v", a.extras, there)
			}
		}
		return err
	}, f.judge)
}

// holds reports whether the store has all files of a folder.
func (f *folderHistory) holds(files fstest.MapFS) bool {
	for name, file := range files {
		if !file.Mode.IsDir() && !bytes.Equal(f.s.stored(path.Join(historyRoot, name)), file.Data) {
			return false
		}
	}
	return true
}

func (f *folderHistory) judge(err error, _ bool) {
	f.Helper()
	log := strings.Join(f.s.answers(), "\n") + "\n"
	marked := f.s.stored(historyRoot+"/"+upload.Mark) != nil
	if len(f.rivalErrs) > 0 {
		f.judgeBoth(err, f.rivalErrs[0], marked, log)
		return
	}
	for name, file := range f.source {
		switch {
		case file.Mode.IsDir():
		case f.lie == honest && !f.maybeRival():
			was := []byte(nil)
			if f.before != nil {
				was = f.before[name].Data
			}
			f.judgeFile(f.tester, f.s, path.Join(historyRoot, name), was, file.Data, err)
		case err == nil && !f.holds(f.source):
			f.Fatalf("success, and the store does not hold the source")
		}
	}
	if err == nil {
		f.judgeMarks()
	}
	// A mark is wrong neither after an attempt that sent nothing nor after one whose last response is
	// in doubt. A gateway that does not delete a mark leaves it.
	chunks := strings.Count(log, opChunk+" ") - strings.Count(log, opChunk+" "+historyRoot+"/"+upload.Mark)
	sent := strings.Contains(log, opPut+" ") || chunks > 0
	inDoubt := strings.Contains(log, opPut+" "+historyRoot+"/"+upload.Mark+"\n")
	if err != nil && marked && sent && !f.hidesMarks() && (!f.holds(f.source) || !inDoubt) {
		f.Fatalf("failure (%v), and the mark stands in the root", err)
	}
	for _, file := range f.report.Files {
		if f.platform == emulator.Windows && file.Err == nil && !bytes.Equal(f.s.stored(file.Path), f.source[file.Path[len(historyRoot)+1:]].Data) {
			f.Fatalf("the report calls %q stored", file.Path)
		}
	}
}

// hidesMarks reports whether the gateway keeps marks that it should delete, or does not list them: then
// they mean nothing.
func (f *folderHistory) hidesMarks() bool {
	return f.lie == swallowsDeletions || f.lie == replaysListings
}

// maybeRival reports whether a rival may have left files in an earlier attempt.
func (f *folderHistory) maybeRival() bool {
	return slices.ContainsFunc(f.attempts, func(a attempt) bool { return a.rival > 0 })
}

func (f *folderHistory) judgeMarks() {
	f.Helper()
	must(f.tester, fs.WalkDir(f.source, ".", func(name string, d fs.DirEntry, _ error) error {
		if d.IsDir() && f.s.stored(path.Join(historyRoot, name, upload.Mark)) == nil {
			f.Fatalf("success, and no mark in %q", name)
		}
		return nil
	}))
}

// judgeBoth judges two uploads that wrote to one folder. A folder with a mark is that of one of the
// two; if one was completed after the other, it is that one.
func (f *folderHistory) judgeBoth(err, rivalErr error, marked bool, log string) {
	f.Helper()
	ours, theirs := f.holds(f.source), f.holds(f.other)
	switch {
	case f.hidesMarks():
	case marked && !ours && !theirs && (f.before == nil || !f.holds(f.before)):
		f.Fatalf("a marked mixture, after %v and %v:\n%s", err, rivalErr, log)
	case err == nil && rivalErr != nil && marked && !ours,
		err != nil && rivalErr == nil && marked && !theirs:
		f.Fatalf("the marked folder is that of the upload that failed: %v and %v:\n%s", err, rivalErr, log)
	case err == nil && rivalErr == nil && !marked:
		f.Fatalf("both ended well, and there is no mark")
	}
}

// breaking is a source that fails to open one file.
type breaking struct {
	fs.FS
	at    int64
	opens atomic.Int64
}

var errBreaking = errors.New("the disk breaks")

func (b *breaking) Open(name string) (fs.File, error) {
	if info, err := fs.Stat(b.FS, name); err == nil && !info.IsDir() && b.opens.Add(1) == b.at {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errBreaking}
	}
	return b.FS.Open(name)
}

func (b *breaking) Stat(name string) (fs.FileInfo, error) { return fs.Stat(b.FS, name) }

// The first attempt is cut off while it writes the last mark, and the second before it does anything:
// the mark of the first is right.
func TestHistoryOfAMarkThatAnAttemptBeforeLeft(t *testing.T) {
	source := fstest.MapFS{"a": {Data: noise(1, 1)}, "Code/y": {Data: noise(100, 2)}}
	for k := range 25 {
		inBubble(t, func() {
			history{
				chunk:    100,
				faults:   []emulator.Fault{{Operation: opPut, From: 1, Count: 1, Action: emulator.DropRequest}},
				attempts: []attempt{{workers: 1, cancel: k + 1}, {workers: 2, cancel: 1}, {workers: 2}},
			}.folder(t, nil, source)
		})
	}
}

func TestHistoriesOfAFolder(outer *testing.T) {
	outer.Parallel()
	rapid.Check(outer, func(t *rapid.T) {
		h := drawHistory(t)
		h.chunk = min(h.chunk, 1000)
		source, before := fstest.MapFS{}, fstest.MapFS{}
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b c", "ä", "Code/x.dll", "Code/y+z.dll", "Code/sub/deep", "Data/d"}), 1, 5, rapid.ID).Draw(t, "names")
		for i, name := range names {
			size := rapid.SampledFrom([]int64{0, 1, h.chunk, h.chunk + 1, 3 * h.chunk}).Draw(t, fmt.Sprintf("size of %q", name))
			source[name] = &fstest.MapFile{Data: noise(int(size), byte(i))}
			before[name] = &fstest.MapFile{Data: noise(int(size), byte(100+i))}
		}
		source["empty"] = &fstest.MapFile{Mode: fs.ModeDir}
		if rapid.Bool().Draw(t, "an extra file") {
			before["extra"] = &fstest.MapFile{Data: []byte("extra")}
		}
		if !rapid.Bool().Draw(t, "over an earlier one") {
			before = nil
		}
		inBubble(outer, func() { h.folder(t, before, source) })
	})
}
