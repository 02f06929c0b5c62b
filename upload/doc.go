// Package upload puts files and folders into the Service Fabric image store, goes on where an
// earlier attempt ended, and reports success only for bytes that are stored.
//
//	uploader, err := upload.New(client)
//	if err != nil {
//		return err
//	}
//	report, err := uploader.File(ctx, "App/Code.zip", "/build/Code.zip")
//	if err != nil {
//		return err // the same call goes on from here
//	}
//	fmt.Printf("sent %d of %d bytes\n", report.Sent, report.Size)
//
// # What nil means
//
// A method that returns nil says: the store confirmed exactly the bytes of the source, and
// lists every file with its size. The bytes are digested when an upload begins, and digested
// again as they are sent; the last piece of a request is kept back until both agree. A source
// that changes meanwhile is [ErrSourceChanged], and its file is not committed.
//
// One thing is out of a client's hands: a gateway on Linux that is cut off in the middle of a
// file stores what came. So there, a failed or cancelled upload may leave the beginning of a
// file where another was. The error says that it failed, and the same upload mends it.
//
// # Going on
//
// There is no journal. What has arrived is what the server says, and the id of a file's upload
// session is derived from its bytes, its path in the store and the chunk size. So the same
// call on the same bytes goes on, in another process and on another machine too, with any
// number of workers, until the session ends half an hour after its last chunk. Other bytes
// are another session.
//
// # Failures
//
// After a failure that leaves it open whether a chunk arrived, the session is asked before the
// chunk is sent again. A session that is lost begins again inside the same call; a commit that
// failed is repeated only after the session was asked. Pauses grow and are drawn at random,
// within the budget of [Retry]. What trying again cannot help ends the upload at once: a
// refusal, a certificate that is not trusted, a source that cannot be read. Where going on
// helps, the error says so and names the session, see [Error].
//
// # What goes up how
//
// A file that fits into one chunk goes up in one piece, and so does every file when the
// gateway has no upload sessions, as on Linux; one question finds out. A folder's files go up
// side by side; when all are stored, each folder gets its mark, the file [Mark], the deepest
// first. A folder whose upload failed never has its mark.
//
// # Memory
//
// Nothing is buffered but the piece that a connection takes at a time, so memory depends on
// the number of workers and of files, and not on their sizes but for 16 bytes a chunk.
package upload
