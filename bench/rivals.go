package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/sfstore/sfstore/upload"
)

// client uploads a file or a folder of small files, and does nothing else.
type client struct {
	file   func(ctx context.Context, name string) error
	folder func(ctx context.Context, dir string) error
}

// clients are the sides of the comparisons, by name. All send chunks of one size from as many
// workers, and to servers that they do not verify.
var clients = map[string]func(url string) (client, error){
	"ours":                  func(url string) (client, error) { return oursAt(url) },
	"ours without resuming": func(url string) (client, error) { return oursAt(url, upload.WithoutResume()) },
	"bare loop":             func(url string) (client, error) { return bareAt(newBare(url, workers)), nil },
	"bare loop of 32":       func(url string) (client, error) { return bareAt(newBare(url, 32)), nil },
	"bare loop with two digests": func(url string) (client, error) {
		b := newBare(url, workers)
		b.digests = true
		return bareAt(b), nil
	},
	"azblob":               func(url string) (client, error) { return azblobAt(url, nil) },
	"azblob with CRC64":    func(url string) (client, error) { return azblobAt(url, blob.TransferValidationTypeComputeCRC64()) },
	"minio-go":             func(url string) (client, error) { return minioAt(url, false) },
	"minio-go with CRC32C": func(url string) (client, error) { return minioAt(url, true) },
}

func oursAt(url string, options ...upload.Option) (client, error) {
	uploader, err := newUploader(url, options...)
	fresh := "App" + strconv.Itoa(os.Getpid()) // as each version of a package has its own path
	return client{
		func(ctx context.Context, name string) error {
			_, err := uploader.File(ctx, fresh+"/big", name)
			return err
		},
		func(ctx context.Context, dir string) error {
			_, err := uploader.Folder(ctx, fresh, os.DirFS(dir))
			return err
		},
	}, err
}

func bareAt(b *bare) client {
	return client{
		func(ctx context.Context, name string) error {
			file, err := os.Open(name)
			if err != nil {
				return err
			}
			defer file.Close()
			info, err := file.Stat()
			if err != nil {
				return err
			}
			return b.chunks(ctx, file, info.Size(), upload.DefaultChunkSize, uuid.NewString())
		},
		func(ctx context.Context, dir string) error {
			names, err := namesIn(dir)
			if err != nil {
				return err
			}
			return b.files(ctx, dir, names)
		},
	}
}

func azblobAt(url string, checksum blob.TransferValidationType) (client, error) {
	options := &azblob.ClientOptions{}
	options.Transport = newBare(url, 0).client
	options.Retry.MaxRetries = -1
	service, err := azblob.NewClientWithNoCredential(url, options)
	send := func(ctx context.Context, name, file string) error {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = service.UploadFile(ctx, "azblob", name, f, &azblob.UploadFileOptions{
			BlockSize: upload.DefaultChunkSize, Concurrency: workers, TransactionalValidation: checksum,
		})
		return err
	}
	return client{
		func(ctx context.Context, name string) error { return send(ctx, "App/big", name) },
		func(ctx context.Context, dir string) error { return each(ctx, dir, send) },
	}, err
}

func minioAt(url string, checksum bool) (client, error) {
	scheme, host, _ := strings.Cut(url, "://")
	service, err := minio.New(host, &minio.Options{
		Creds: credentials.NewStaticV4("key", "secret", ""), Secure: scheme == "https", Region: "us-east-1",
		Transport: newBare(url, 0).client.Transport, TrailingHeaders: checksum, MaxRetries: 1,
	})
	send := func(ctx context.Context, name, file string) error {
		_, err := service.FPutObject(ctx, "minio", name, file, minio.PutObjectOptions{
			PartSize:   upload.DefaultChunkSize + 1<<20, // it accepts no parts below 5 MiB
			NumThreads: workers, DisableContentSha256: true,
		})
		return err
	}
	return client{
		func(ctx context.Context, name string) error { return send(ctx, "App/big", name) },
		func(ctx context.Context, dir string) error { return each(ctx, dir, send) },
	}, err
}

// each sends the files of a folder with the number of workers that the other clients have.
func each(ctx context.Context, dir string, send func(ctx context.Context, name, file string) error) error {
	names, err := namesIn(dir)
	if err != nil {
		return err
	}
	var next atomic.Int64
	return newBare("", workers).parallel(func() error {
		for i := next.Add(1) - 1; int(i) < len(names); i = next.Add(1) - 1 {
			if err := send(ctx, path.Join("App", names[i]), filepath.Join(dir, names[i])); err != nil {
				return err
			}
		}
		return nil
	})
}

func namesIn(dir string) (names []string, err error) {
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = errors.New("the folder is empty")
	}
	return names, err
}

// clientOf returns a client by name.
func clientOf(name, url string) (client, error) {
	at, known := clients[name]
	if !known {
		return client{}, fmt.Errorf("no client is called %q", name)
	}
	return at(url)
}
