package interop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/Azure/azure-sdk-for-go/services/servicefabric/7.2/servicefabric"
	"github.com/Azure/go-autorest/autorest"
	"github.com/Azure/go-autorest/autorest/azure"
	"github.com/gofrs/uuid"
)

// goSDK makes calls with the Service Fabric client of azure-sdk-for-go.
func goSDK(t *testing.T, url string, calls []call) []outcome {
	t.Helper()
	client := servicefabric.NewWithBaseURI(url)
	var outcomes []outcome
	for _, c := range calls {
		result, err := callGo(t.Context(), client, c)
		if err != nil {
			outcomes = append(outcomes, outcome{Error: goError(err)})
			continue
		}
		encoded, err := json.Marshal(result)
		if err != nil {
			t.Fatal(err)
		}
		outcomes = append(outcomes, outcome{Result: encoded})
	}
	return outcomes
}

func callGo(ctx context.Context, client servicefabric.BaseClient, c call) (any, error) {
	text := func(i int) string { return c.Args[i].(string) }
	id := func(i int) uuid.UUID { return uuid.FromStringOrNil(text(i)) }
	switch c.Name {
	case "GetImageStoreRootContent":
		return client.GetImageStoreRootContent(ctx, nil)
	case "GetImageStoreContent":
		return client.GetImageStoreContent(ctx, text(0), nil)
	case "GetImageStoreRootFolderSize":
		return client.GetImageStoreRootFolderSize(ctx, nil)
	case "GetImageStoreFolderSize":
		return client.GetImageStoreFolderSize(ctx, text(0), nil)
	case "GetImageStoreInfo":
		return client.GetImageStoreInfo(ctx, nil)
	case "DeleteImageStoreContent":
		return bodyless(client.DeleteImageStoreContent(ctx, text(0), nil))
	case "CopyImageStoreContent":
		paths := c.Args[0].(copyPaths)
		return bodyless(client.CopyImageStoreContent(ctx, servicefabric.ImageStoreCopyDescription{
			RemoteSource: &paths.Source, RemoteDestination: &paths.Destination,
		}, nil))
	case "UploadFile":
		return bodyless(client.UploadFile(ctx, text(0), nil))
	case "UploadFileChunk":
		return bodyless(client.UploadFileChunk(ctx, text(0), id(1), text(2), nil))
	case "GetImageStoreUploadSessionById":
		return client.GetImageStoreUploadSessionByID(ctx, id(0), nil)
	case "GetImageStoreUploadSessionByPath":
		return client.GetImageStoreUploadSessionByPath(ctx, text(0), nil)
	case "CommitImageStoreUploadSession":
		return bodyless(client.CommitImageStoreUploadSession(ctx, id(0), nil))
	case "DeleteImageStoreUploadSession":
		return bodyless(client.DeleteImageStoreUploadSession(ctx, id(0), nil))
	}
	return nil, fmt.Errorf("no operation %s", c.Name)
}

// bodyless drops the response, which is all that an operation without an answer returns.
func bodyless(_ autorest.Response, err error) (any, error) { return struct{}{}, err }

// goError is the status and, where the client has it, the code that it made of an answer.
func goError(err error) string {
	if refused, ok := errors.AsType[*azure.RequestError](err); ok && refused.ServiceError != nil {
		return fmt.Sprintf("%v %s", refused.StatusCode, refused.ServiceError.Code)
	}
	if failed, ok := errors.AsType[autorest.DetailedError](err); ok {
		return fmt.Sprint(failed.StatusCode)
	}
	return err.Error()
}
