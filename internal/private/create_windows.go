package private

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Create makes a file for writing, to which only the current user has rights. It returns
// [fs.ErrExist] if the file exists.
func Create(name string) (*os.File, error) {
	file, err := create(name)
	if err != nil {
		return nil, &os.PathError{Op: "create", Path: name, Err: err}
	}
	return file, nil
}

func create(name string) (*os.File, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	// No rights inherited from the folder, and all rights for one user.
	rights, err := windows.SecurityDescriptorFromString("D:P(A;;FA;;;" + user.User.Sid.String() + ")")
	if err != nil {
		return nil, err
	}
	attributes := &windows.SecurityAttributes{SecurityDescriptor: rights}
	attributes.Length = uint32(unsafe.Sizeof(*attributes))
	path, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE
	file, err := windows.CreateFile(path, windows.GENERIC_WRITE, share, attributes, windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(file), name), nil
}
