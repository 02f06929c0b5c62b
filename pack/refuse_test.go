package pack

import (
	"errors"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhatIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name    string
		changes map[string]string
		want    string
	}{
		{"no application package", map[string]string{"ApplicationManifest.xml": absent},
			`find "ApplicationManifest.xml": the folder is not an application package without it`},
		{"two application manifests that differ in case alone", map[string]string{
			"ApplicationManifest.xml": absent, "APPLICATIONMANIFEST.XML": "", "applicationmanifest.xml": ""},
			`find "ApplicationManifest.xml": "APPLICATIONMANIFEST.XML" and "applicationmanifest.xml" are both "ApplicationManifest.xml" but for case`},
		{"an application manifest that is a folder", map[string]string{"ApplicationManifest.xml": absent, "ApplicationManifest.xml/x": ""},
			`read "ApplicationManifest.xml": is not a regular file but a folder`},
		{"an application manifest that is broken", map[string]string{"ApplicationManifest.xml": "<Application"},
			`read "ApplicationManifest.xml": XML syntax error on line 1`},
		{"a service folder without its manifest", map[string]string{"WebPkg/ServiceManifest.xml": absent},
			`find "WebPkg/ServiceManifest.xml": the folder is not a service package without it`},
		{"a service that is a file", map[string]string{"ApplicationManifest.xml": application("Readme.md")},
			`find service "Readme.md": is a file where a folder should be`},
		{"a service manifest that is broken", map[string]string{"WebPkg/ServiceManifest.xml": "\x00"},
			`read "WebPkg/ServiceManifest.xml": XML syntax error`},
		{"two services that differ in case alone", map[string]string{
			"ApplicationManifest.xml": application("webpkg"), "WEBPKG/ServiceManifest.xml": service()},
			`find service "webpkg": "WEBPKG" and "WebPkg" are both "webpkg" but for case`},
		{"two service manifests that differ in case alone", map[string]string{
			"WebPkg/ServiceManifest.xml": absent, "WebPkg/SERVICEManifest.xml": "", "WebPkg/servicemanifest.xml": ""},
			`"WebPkg/ServiceManifest.xml": "SERVICEManifest.xml" and "servicemanifest.xml" are both`},
		{"two folders that differ in case alone", map[string]string{
			"WebPkg/ServiceManifest.xml": service("code"), "WebPkg/CODE/x": ""},
			`find package "WebPkg/code": "CODE" and "Code" are both "code" but for case`},
		{"a package that is a file", map[string]string{"WebPkg/ServiceManifest.xml": service("Code2"), "WebPkg/Code2": "x"},
			`find package "WebPkg/Code2": is a file where a folder should be`},
		{"a folder beside its archive", map[string]string{"WebPkg/Code.zip": "PK"},
			`compress "WebPkg/Code": "WebPkg/Code.zip" already exists`},
		{"a folder beside its archive in other case", map[string]string{"WebPkg/CODE.ZIP": "PK"},
			`compress "WebPkg/Code": "WebPkg/CODE.ZIP" already exists`},
		{"a name that Windows reads as a folder and a file", map[string]string{`WebPkg/Code/a\b`: ""},
			`compress "WebPkg/Code/a\\b": its name contains "\"`},
		{"a name with a control character", map[string]string{"WebPkg/Code/a\tb": ""},
			`compress "WebPkg/Code/a\tb": its name contains a control character`},
		{"a path longer than Linux reads", map[string]string{"WebPkg/Code/" + strings.Repeat("a/", 127) + "bc": ""},
			`its path in the archive has 256 bytes, and the runtime on Linux reads 255`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			temp := inTemp(t)
			_, err := Compress(t.Context(), calculator(tt.changes))
			expectError(t, err, tt.want)
			if _, named := errors.AsType[*Error](err); !named {
				t.Errorf("%v is not an *Error", err)
			}
			mustBeEmpty(t, temp)
		})
	}
}

func TestAPathAsLongAsLinuxReadsIsTaken(t *testing.T) {
	compress(t, calculator(map[string]string{"WebPkg/Code/" + strings.Repeat("a/", 127) + "b": ""}))
}

func TestANameThatIsNotUTF8IsRefused(t *testing.T) {
	expectError(t, checkEntry("a\xff"), "its name is not UTF-8")
}

func TestOnlyFilesAndFoldersArePacked(t *testing.T) {
	src := calculator(nil)
	maps.Copy(src, fstest.MapFS{
		"WebPkg/Code/link":    {Mode: fs.ModeSymlink, Data: []byte("bin/a.dll")},
		"WebPkg/Other/pipe":   {Mode: fs.ModeNamedPipe},
		"WebPkg/Other/socket": {Mode: fs.ModeSocket},
		"device":              {Mode: fs.ModeDevice},
	})
	_, err := Compress(t.Context(), src)
	for _, want := range []string{
		`list "WebPkg/Code/link": is not a regular file but a symbolic link`,
		`list "WebPkg/Other/pipe": is not a regular file but a pipe`,
		`list "WebPkg/Other/socket": is not a regular file but a socket`,
		`list "device": is not a regular file but a device`,
	} {
		expectError(t, err, want)
	}
	t.Run("unless it is excluded", func(t *testing.T) {
		compress(t, src, WithExclude("device", "WebPkg/Other/*"), WithExclude("link"))
	})
}
