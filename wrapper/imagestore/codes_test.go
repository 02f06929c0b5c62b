package imagestore_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestCodesAreThoseOfTheDocument compares the constants with the enum, in both directions
// and in order.
func TestCodesAreThoseOfTheDocument(t *testing.T) {
	var want []string
	for _, value := range document().Components.Schemas["KnownFabricErrorCode"].Value.Enum {
		want = append(want, fmt.Sprint(value))
	}
	if len(want) < 85 {
		t.Errorf("the document lists %d codes; 85 are published alone", len(want))
	}
	if diff := cmp.Diff(want, codeConstants(t)); diff != "" {
		t.Errorf("codes of the document and constants (-document +constants):\n%s", diff)
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
