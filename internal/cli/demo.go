package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show an interrupted upload that resumes, on a local store",
		Long: `Show an interrupted upload on a local store, over real HTTP on loopback: upload a part of a file in
chunks, query the upload session by path, send what the server still expects, commit, and check
the stored bytes. It needs no cluster and leaves nothing behind.`,
		Example:           `  sfstore demo`,
		Annotations:       withoutCluster,
		ValidArgsFunction: nothing,
		Args:              usage(cobra.NoArgs),
		RunE:              func(c *cobra.Command, _ []string) error { return a.demo(c.Context()) },
	}
}

const (
	demoPath  = "App/CalcPkg/Code.zip"
	demoSize  = 9_000_000
	demoChunk = 1 << 20
)

// demo shows the steps on a store that it starts and removes.
func (a *app) demo(ctx context.Context) (err error) {
	folder, err := os.MkdirTemp("", "sfstore-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	store, err := emulator.New(emulator.WithFolder(folder))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- serveUntil(serving, listener, store, a.serverLog()) }()
	defer func() { stop(); err = errors.Join(err, <-served) }()

	client, err := imagestore.New("http://" + listener.Addr().String())
	if err != nil {
		return err
	}
	file := make([]byte, demoSize)
	_, _ = rand.Read(file)
	d := &demonstration{out: &errWriter{Writer: a.stdout}, width: terminalWidth(a.stdout), client: client, file: file, session: uuid.New()}
	d.say("1. a local image store listens at %s", client.Endpoint())
	if err := d.run(ctx); err != nil {
		return err
	}
	// The contract has no download, so the check reads the store's folder.
	stored, err := os.ReadFile(filepath.Join(folder, "content", filepath.FromSlash(demoPath)))
	if err != nil {
		return err
	}
	if !bytes.Equal(stored, file) {
		return errors.New("the stored bytes differ from the file")
	}
	d.say("6. the stored bytes equal the file: SHA-256 %x", sha256.Sum256(stored))
	return d.out.err
}

// demonstration is the upload of one file that is interrupted halfway.
type demonstration struct {
	out     *errWriter
	width   int
	client  *imagestore.Client
	file    []byte
	session uuid.UUID
}

func (d *demonstration) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

func (d *demonstration) run(ctx context.Context) error {
	sent := 0
	for i, r := range chunks(imagestore.Range{First: 0, Last: demoSize - 1}) {
		if i%3 == 2 || i > 5 {
			continue // as if the upload was interrupted while several workers were sending
		}
		if err := d.send(ctx, r); err != nil {
			return err
		}
		sent++
	}
	d.say("2. %d chunks of %q were sent, %d bytes each, then the upload was interrupted", sent, demoPath, demoChunk)

	sessions, err := d.client.UploadSessionsByPath(ctx, demoPath)
	if err != nil {
		return err
	}
	if len(sessions) != 1 {
		return fmt.Errorf("the store has %d upload sessions of %q, not the one that was begun", len(sessions), demoPath)
	}
	d.say("3. GET /ImageStore/%s/$/GetUploadSession returns what the store still expects:", demoPath)
	d.show(sessions[0])

	resent := 0
	for _, expected := range sessions[0].Expected {
		for _, r := range chunks(expected) {
			if err := d.send(ctx, r); err != nil {
				return err
			}
			resent++
		}
	}
	d.say("4. %d chunks were sent, only the missing ones; now nothing is expected:", resent)
	session, found, err := d.client.UploadSessionByID(ctx, d.session)
	if err != nil {
		return err
	}
	if !found || !session.Complete() {
		return errors.New("the store still expects chunks after all were sent")
	}
	d.show(session)
	return d.commit(ctx)
}

func (d *demonstration) commit(ctx context.Context) error {
	if err := d.client.CommitUploadSession(ctx, d.session); err != nil {
		return err
	}
	content, err := d.client.List(ctx, demoPath)
	if err != nil {
		return err
	}
	if len(content.Files) != 1 || content.Files[0].Size != demoSize {
		return fmt.Errorf("the listing does not show %q with %d bytes", demoPath, demoSize)
	}
	d.say("5. committed; the store lists %d bytes, written %s", content.Files[0].Size, content.Files[0].Modified.Format(time.RFC3339))
	return d.client.DeleteUploadSession(ctx, d.session)
}

func (d *demonstration) send(ctx context.Context, r imagestore.Range) error {
	return d.client.UploadFileChunk(ctx, demoPath, d.session, r, demoSize, bytes.NewReader(d.file[r.First:r.Last+1]))
}

func (d *demonstration) show(s imagestore.UploadSession) {
	d.say("   session %s", s.ID)
	for _, r := range s.Expected {
		d.say("   expected %s, %d bytes", r, r.Len())
	}
	d.say("   %d of %d bytes arrived  %s", s.Received(), s.Size, picture(s, min(d.width-45, 54)))
}

// chunks cuts a range into chunks of the grid; only the last may be shorter.
func chunks(r imagestore.Range) []imagestore.Range {
	var list []imagestore.Range
	for first := r.First; first <= r.Last; first += demoChunk {
		list = append(list, imagestore.Range{First: first, Last: min(first+demoChunk-1, r.Last)})
	}
	return list
}
