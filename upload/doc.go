// Package upload uploads files and folders to the Service Fabric image store, resumes where an
// earlier attempt ended, and returns nil only if the store contains exactly the source.
//
//	uploader, err := upload.New(client)
//	if err != nil {
//		return err
//	}
//	report, err := uploader.File(ctx, "App/Code.zip", "/build/Code.zip")
//	if err != nil {
//		return err // run the same call again to resume
//	}
//	fmt.Printf("sent %d of %d bytes\n", report.Sent, report.Size)
//
// # What nil means
//
// If a method returns nil, the store has confirmed exactly the bytes of the source, and lists
// every file with its path, its size and a newer version. The bytes are digested before anything
// is sent, and digested again as they are sent; the last piece of a request is not sent before both
// digests match. [WithoutResume] omits the first reading. If the bytes of a source change
// meanwhile, the error is [ErrSourceChanged], and its file is not committed. A changed time is
// ignored if the bytes are the same.
//
// A folder is checked completely before the first change: every file is opened and read, every name
// can be stored, and the destination has no other files, unless [WithExtras] says what to do with
// them. All faults are reported at once.
//
// # Two uploads to one folder
//
// If the gateway has upload sessions, an upload claims its folder: it keeps an upload session of
// the folder's mark that is never complete and that other uploaders look for. A second upload ends
// with a [*ConflictError] before it sends anything. The claim is renewed every 15 seconds and
// removed at the end. If its holder dies, the folder is free after a minute, and at once for the
// same content; [WithTakeOver] does not wait. Versions are compared too, because other clients do
// not know claims: an upload that finds files of somebody else ends with a [*ConflictError], and the
// folder has no mark. On a gateway without sessions, as on Linux, there are only the versions: two
// uploads that write at the same time, and both pause before the check, do not notice each other. The
// same is true of uploads to a folder and to another one inside it, which have a claim each.
//
// Two gaps are left, because closing them costs every upload a round trip. A mark of another upload
// that ended while ours began is looked for beside the claims, and again with the first files. If that
// upload needs less than the time between two concurrent requests for its last ones, and ours is killed
// during the second look, files of ours are left under its mark. And the claim is removed while the
// marks are checked. If another upload begins and ends within that check, ours takes the other one's
// mark for a sign of a mixture, removes it and fails; the other one has to be repeated.
//
// # Resuming
//
// There is no journal: the server reports what has arrived. The id of a file's upload session is
// derived from its bytes, its path in the store, the version that the path had before, and the chunk
// size. So the same call on the same bytes resumes, in another process and on another machine too,
// with any number of workers, until the session expires half an hour after its last chunk. Changed
// bytes have another session. Files that fit into one chunk are sent in a single PUT, and are sent
// again when an upload is repeated; package pack makes few large files of many small ones.
//
// Digests are XXH3, of 128 bits. Accidental collisions are practically impossible. Files can be made
// to collide on purpose, though, and then an upload that resumes can join chunks of both files. If
// strangers deliver files, and one of them may resume another's upload to the same path, verify the
// files by other means, such as the signature of the package.
//
// # Failures
//
// After a failure that leaves open whether a chunk arrived, the session is queried before the chunk
// is retried. If a session is lost, the file is sent again inside the same call. A failed commit is
// retried only after a query of the session; if commits keep failing, the file is sent at most
// twice. Pauses grow and are random, within the budget of [Retry]; a Retry-After of the
// gateway delays all workers. Permanent failures end the upload at once: a refusal, a
// certificate that is not trusted, a source that cannot be read. A response that cannot be right,
// such as an HTML page, is retried once. If the upload can be resumed, the error says so and names
// the session, see [Error].
//
// # Single PUT or chunks
//
// A file that fits into one chunk is sent in a single PUT, and so is every file if the gateway
// has no upload sessions. A folder's files are sent concurrently; when all are stored, each folder
// gets its mark, the file [Mark], the deepest first. A folder whose upload failed has no mark.
//
// If a connection breaks in the middle of a file, a gateway without sessions stores the part that
// arrived, and it may do so late. So a failed or cancelled upload may leave a truncated file there;
// the error says that it failed, and the same upload repairs it. After an abandoned attempt, the
// upload waits for the longest pause of [Retry] before it checks the file, so that the rest of that
// attempt has arrived by then. A rest that arrives even later truncates a file that was stored and
// checked; no client can prevent it.
//
// # Memory
//
// Only the current piece of each connection is buffered, and small files of up to 64 KiB while they
// are sent. So memory depends on the number of workers and of files, and on file sizes only by 16
// bytes per chunk.
package upload
