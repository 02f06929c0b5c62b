package private_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

func wantOwnerAlone(t *testing.T, name string) {
	t.Helper()
	rights, err := windows.GetNamedSecurityInfo(name, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	// Wine maps rights to a mode, and also shows those of the system, which has all rights anyway.
	text := strings.Replace(rights.String(), "(A;;FA;;;SY)", "", 1)
	if strings.Count(text, "(") != 1 || !strings.Contains(text, "(A;;FA;;;"+user.User.Sid.String()+")") {
		t.Errorf("the rights are %s, want those of %s alone", text, user.User.Sid)
	}
}
