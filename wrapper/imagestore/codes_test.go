package imagestore_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestCodesAreThoseOfTheDocument finds constants that the document does not list, and codes in its
// examples that have no constant.
func TestCodesAreThoseOfTheDocument(t *testing.T) {
	constants := codeConstants(t)
	for _, code := range constants {
		if !imagestore.Code(code).Known() {
			t.Errorf("the document does not list the code %s of a constant", code)
		}
	}
	for id, operation := range operations() {
		for status, response := range operation.Responses.Map() {
			for name, example := range examplesOf(response.Value) {
				value, _ := example.Value.Value.(map[string]any)
				report, _ := value["Error"].(map[string]any)
				code, _ := report["Code"].(string)
				// System errors have no constants: their set is open.
				if code != "" && !strings.HasPrefix(code, "0x") && !slices.Contains(constants, code) {
					t.Errorf("%s: the example %s of status %s has the code %s, which has no constant", id, name, status, code)
				}
			}
		}
	}
}

func TestKnownCodes(t *testing.T) {
	listed, _ := document().Components.Schemas["FabricErrorCode"].Value.Extensions["x-extensible-enum"].([]any)
	if len(listed) == 0 {
		t.Error("the document lists no code")
	}
	for _, code := range listed {
		if !imagestore.Code(fmt.Sprint(code)).Known() {
			t.Errorf("%v is not known", code)
		}
	}
	for _, code := range []imagestore.Code{"", "0x80070070", "e_invalidarg", "FABRIC_E_NEWER"} {
		if code.Known() {
			t.Errorf("%q is known", code)
		}
	}
}

// codeConstants reads the values of all constants of type Code from the source.
func codeConstants(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, declaration := range file.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			constant := spec.(*ast.ValueSpec)
			if kind, ok := constant.Type.(*ast.Ident); !ok || kind.Name != "Code" {
				t.Errorf("the constant %s is not of type Code", constant.Names[0])
				continue
			}
			code, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(codes, code) {
				t.Errorf("the code %s is there twice", code)
			}
			codes = append(codes, code)
		}
	}
	return codes
}

func TestHasCode(t *testing.T) {
	notFound := &imagestore.FabricError{Code: imagestore.CodeNotFound}
	for name, row := range map[string]struct {
		err   error
		codes []imagestore.Code
		want  bool
	}{
		"the code itself":                        {notFound, []imagestore.Code{imagestore.CodeNotFound}, true},
		"one of several":                         {notFound, []imagestore.Code{imagestore.CodeAbort, imagestore.CodeNotFound}, true},
		"a wrapped error":                        {fmt.Errorf("step: %w", notFound), []imagestore.Code{imagestore.CodeNotFound}, true},
		"another code":                           {notFound, []imagestore.Code{imagestore.CodeAbort}, false},
		"no code to look for":                    {notFound, nil, false},
		"another kind of error":                  {errors.New("NotFound"), []imagestore.Code{imagestore.CodeNotFound}, false},
		"no error":                               {nil, []imagestore.Code{imagestore.CodeNotFound}, false},
		"an error without a code is of no known": {&imagestore.FabricError{StatusCode: 404}, []imagestore.Code{imagestore.CodeNotFound}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := imagestore.HasCode(row.err, row.codes...); got != row.want {
				t.Errorf("HasCode is %t", got)
			}
		})
	}
}
