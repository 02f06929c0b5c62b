package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api"
)

const uploadOfParts = `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/x/{name}/$/Parts": {
	"parameters": [
		{"in": "path", "name": "name", "required": true, "schema": {"type": "string"}, "example": "a\\b/c d"},
		{"in": "query", "name": "size", "required": true, "schema": {"type": "integer"}, "example": 5000000},
		{"in": "query", "name": "after", "schema": {"type": "string", "example": "z"}},
		{"in": "query", "name": "wait", "schema": {"type": "string", "default": "no", "example": "yes"}},
		{"in": "header", "name": "X-Part", "required": true, "schema": {"type": "string"}, "examples": {"B": {"value": "second"}, "A": {"value": "first"}}}
	],
	"put": {"operationId": "PutParts", "requestBody": {"required": true, "content": {"application/json": {
		"schema": {"allOf": [{"$ref": "#/components/schemas/Node"}, {"type": "object", "properties": {"More": {"type": "string"}}}]},
		"examples": {"Leaf": {"value": {"Name": "leaf"}}}}}},
		"responses": {"200": {"description": "d", "headers": {"X-Done": {"schema": {"type": "string"}}, "X-Part": {"schema": {"type": "string"}}}}}}}},
	"components": {"schemas": {"Node": {"type": "object", "properties": {
		"Name": {"type": "string"}, "Tags": {"type": "array", "items": {"type": "string"}},
		"Children": {"type": "array", "items": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}}}}}}`

func parse(t *testing.T, document string) *api.Contract {
	t.Helper()
	contract, err := api.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

func TestMembers(t *testing.T) {
	want := api.Members{
		Path:    "/x/{name}/$/Parts",
		Query:   []string{"after", "size", "wait"},
		Headers: []string{"X-Done", "X-Part"},
		Objects: []string{"Children"},
		Values:  []string{"More", "Name", "Tags"},
	}
	contract := parse(t, uploadOfParts)
	if diff := cmp.Diff(want, contract.Members("PutParts")); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(api.Members{}, contract.Members("No")); diff != "" {
		t.Errorf("members of no operation (-want +got):\n%s", diff)
	}
}
