package pack

// Report describes the result.
type Report struct {
	Archives  []Archive // in the order of their paths; none if there was nothing to compress
	Files     int       // number of the other files, which are unchanged
	Unmatched []string  // the patterns of [WithExclude] that matched nothing
	Missing   []string  // folders that the manifests name and the source lacks, as in a package of differences; in order
}

// Archive is a folder that was packed into a file.
type Archive struct {
	Path   string // in the result, such as "WebPkg/Code.zip"
	Files  int    // in it, without folders
	Size   int64  // of these files, in bytes
	Packed int64  // of the archive, in bytes
}
