package pack

// Report is what was packed.
type Report struct {
	Archives []Archive // in the order of their paths; none when there was nothing to compress
	Files    int       // the other files, which are as they were
}

// Archive is a folder that became a file.
type Archive struct {
	Path   string // in the result, such as "WebPkg/Code.zip"
	Files  int    // in it, without folders
	Size   int64  // of these files, in bytes
	Packed int64  // of the archive, in bytes
}
