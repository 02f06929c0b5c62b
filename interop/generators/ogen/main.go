// Ogen drives the client that ogen makes of openapi.yaml against an image store.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/google/uuid"
	"github.com/ogen-go/ogen/ogenerrors"

	"github.com/sfstore/sfstore/interop/generators/ogen/client"
)

const path = `App\data.bin`

var session = client.UploadSessionId(uuid.MustParse("4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e"))

// anonymous sends no token.
type anonymous struct{}

func (anonymous) BearerToken(context.Context, client.OperationName) (client.BearerToken, error) {
	return client.BearerToken{}, ogenerrors.ErrSkipClientSecurity
}

func main() {
	c, err := client.NewClient(os.Args[1], anonymous{})
	if err == nil {
		err = drive(context.Background(), c)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func drive(ctx context.Context, c *client.Client) error {
	list := func() ([]client.UploadSessionInfo, error) {
		found, err := c.GetImageStoreUploadSessionByPath(ctx, client.GetImageStoreUploadSessionByPathParams{ContentPath: path, APIVersion: "6.0"})
		switch found := found.(type) {
		case *client.UploadSessionsOfPathHeaders:
			return found.Response.UploadSessions, err
		case *client.NoUploadSession:
			return nil, err
		}
		return nil, fmt.Errorf("%T: %w", found, err)
	}
	chunk := func(first int, data string) string {
		stored, err := c.UploadFileChunk(ctx, client.UploadFileChunkReq{Data: strings.NewReader(data)}, client.UploadFileChunkParams{
			ContentPath: path, APIVersion: "6.0", SessionID: session,
			ContentRange: fmt.Sprintf("bytes %d-%d/10", first, first+len(data)-1),
		})
		switch stored := stored.(type) {
		case *client.ChunkStored:
			return "stored"
		case *client.UploadFileChunkBadRequest:
			return string(stored.Error.Code)
		}
		return fmt.Sprintf("%T: %v", stored, err)
	}
	content := func() (client.GetImageStoreContentRes, error) {
		return c.GetImageStoreContent(ctx, client.GetImageStoreContentParams{ContentPath: path, APIVersion: "6.2"})
	}

	sessions, err := list()
	if err != nil {
		return err
	}
	fmt.Println("sessions before:", len(sessions))
	listing, err := content()
	if _, missing := listing.(*client.PathMissing); missing {
		fmt.Println("listing before: 404")
	} else if err != nil {
		return err
	}
	fmt.Println("first chunk:", chunk(0, "0123"))
	if sessions, err = list(); err != nil {
		return err
	}
	for _, s := range sessions {
		for _, r := range s.ExpectedRanges {
			fmt.Println("session:", s.StoreRelativePath, uuid.UUID(s.SessionId), fmt.Sprintf("expects %s-%s of %s", r.StartPosition, r.EndPosition, s.FileSize))
		}
	}
	fmt.Println("same chunk again:", chunk(0, "0123"))
	fmt.Println("second chunk:", chunk(4, "456789"))
	committed, err := c.CommitImageStoreUploadSession(ctx, client.CommitImageStoreUploadSessionParams{APIVersion: "6.0", SessionID: session})
	if _, ok := committed.(*client.Done); ok {
		fmt.Println("commit: 200")
	} else {
		return fmt.Errorf("%T: %w", committed, err)
	}
	deleted, err := c.DeleteImageStoreUploadSession(ctx, client.DeleteImageStoreUploadSessionParams{APIVersion: "6.0", SessionID: session})
	if _, ok := deleted.(*client.Done); ok {
		fmt.Println("delete session: 200")
	} else {
		return fmt.Errorf("%T: %w", deleted, err)
	}
	if listing, err = content(); err != nil {
		return err
	}
	if listing, ok := listing.(*client.ContentHeaders); ok {
		for _, f := range listing.Response.StoreFiles {
			fmt.Println("listing:", f.StoreRelativePath, f.FileSize)
		}
	}
	return nil
}
