//go:build !windows

package credential

import (
	"crypto/sha1"
	"crypto/tls"
	"errors"
	"runtime"
)

func loadStored([sha1.Size]byte, storeName) (*tls.Certificate, error) {
	return nil, errors.New("certificate stores exist only on Windows, and this is " + runtime.GOOS + "; export it to a file")
}
