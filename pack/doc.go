// Package pack makes the compressed form of a Service Fabric application package: the code,
// config and data folders of its services become archives, and everything else stays.
//
//	p, err := pack.Compress(ctx, os.DirFS("MyApp"))
//	if err != nil {
//		return err
//	}
//	defer p.Close()
//	report, err := uploader.Folder(ctx, "MyApp", p)
//
// [Compress] presents the result as a file system, for an upload. [Write] writes the same
// bytes to a folder. Neither needs a cluster, and neither writes to the source.
//
// # Layout
//
// ApplicationManifest.xml names the services; ServiceManifest.xml, in the folder of each,
// names its packages. The folder WebPkg/Code becomes the file WebPkg/Code.zip, and the paths
// of its entries are relative to Code. Folders that no manifest names stay folders.
//
// Names are looked up by exact case first and then by any, because clusters on Windows ignore
// case. An archive has the case of the manifest, because a cluster looks for that name.
//
// A folder that a manifest names may be missing, and is listed in the report then. A package of
// differences leaves out the folders that the cluster has already. An existing archive is not
// changed. An empty folder stays a folder, because the runtime on Linux cannot extract an archive
// without entries. Marks (_.dir) are left out of archives: they belong to the image store, which
// does not copy them to nodes either.
//
// Manifests are UTF-8 or UTF-16, with or without a byte order mark. Entities that a document
// type defines are not expanded, so that a small manifest cannot become a large one.
//
// # Reproducibility
//
// The bytes of an archive depend on the paths and contents of its files and on nothing else:
// not on times, modes, owners, the order of a listing, the machine or the operating system.
// Entries are sorted by the bytes of their paths, separated by "/". All carry the time
// 1980-01-01 00:00 UTC, the earliest that the format knows, and no mode. Only folders without
// content have an entry of their own. So the same content has the same checksum at the
// cluster, and an upload that was interrupted is resumed after packing again.
//
// One thing is not promised. Package compress/flate may compress better in a later release of
// Go, and then the same content has other bytes. Within one build of this module the bytes are
// the same. A test compares them with a known digest, so that such a release is noticed and the
// change can be announced; give a package a new version if it is packed by another build.
//
// All files on a node have the same time, so content that a service serves over HTTP needs
// validators made from the content, not from time and size.
//
// # What is rejected
//
// A folder without ApplicationManifest.xml, a manifest that cannot be parsed, and a name in it
// that could lead out of its folder. A service folder without ServiceManifest.xml. A folder
// beside its archive, since a cluster would silently take the archive. Everything that is
// neither a regular file nor a folder. Paths in an archive that contain "\" or a control
// character, are not UTF-8, or are longer than the 255 bytes that the runtime on Linux reads.
// A file that changes while it is read ([ErrChanged]).
//
// # Memory and disk
//
// Files are read through one buffer and archives are written to disk, so memory grows with
// the number of files and not with their sizes. Large archives are Zip64. [Compress] needs
// space for the archives in [os.TempDir].
package pack
