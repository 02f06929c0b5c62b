package interop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
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

// callGo calls the method of the operation's name, without a timeout.
func callGo(ctx context.Context, client servicefabric.BaseClient, c call) (any, error) {
	method := reflect.ValueOf(client).MethodByName(strings.Replace(c.Name, "ById", "ByID", 1))
	if !method.IsValid() {
		return nil, fmt.Errorf("no operation %s", c.Name)
	}
	in := []reflect.Value{reflect.ValueOf(ctx)}
	for _, arg := range c.Args {
		in = append(in, argument(arg, method.Type().In(len(in))))
	}
	in = append(in, reflect.Zero(method.Type().In(len(in))))
	out := method.Call(in)
	err, _ := reflect.TypeAssert[error](out[1])
	if out[0].Type() == reflect.TypeFor[autorest.Response]() {
		return struct{}{}, err // an operation without a result returns only the response
	}
	return out[0].Interface(), err
}

func argument(arg any, kind reflect.Type) reflect.Value {
	switch kind {
	case reflect.TypeFor[uuid.UUID]():
		arg = uuid.FromStringOrNil(arg.(string))
	case reflect.TypeFor[servicefabric.ImageStoreCopyDescription]():
		paths := arg.(copyPaths)
		arg = servicefabric.ImageStoreCopyDescription{RemoteSource: &paths.Source, RemoteDestination: &paths.Destination}
	}
	return reflect.ValueOf(arg)
}

// goError returns the status of an error and, if the client has it, the code.
func goError(err error) string {
	if refused, ok := errors.AsType[*azure.RequestError](err); ok && refused.ServiceError != nil {
		return fmt.Sprintf("%v %s", refused.StatusCode, refused.ServiceError.Code)
	}
	if failed, ok := errors.AsType[autorest.DetailedError](err); ok {
		return fmt.Sprint(failed.StatusCode)
	}
	return err.Error()
}
