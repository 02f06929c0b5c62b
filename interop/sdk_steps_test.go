package interop

// step is a call and its expected outcome: the summary of a result, or an error.
type step struct {
	name  string
	call  string
	args  []any
	want  string            // paths from listings are written as on Linux
	flaws map[string]string // by client: another outcome than the expected one
}

// on makes a list of arguments, which is never null in JSON.
func on(args ...any) []any { return append([]any{}, args...) }

// Flaws that several steps have, by client.
var (
	// noEmptyError: the Python client makes its error from a body, and fails without one.
	noEmptyError = map[string]string{"Python": "error TypeError"}
	// emptyIsError: no client knows status 204, which the published document does not have.
	emptyIsError = map[string]string{"Go": "error 204", "Python": "error TypeError", "JavaScript": "error 204"}
	// olderThanSizes: the JavaScript client was generated before these operations existed.
	olderThanSizes = map[string]string{"JavaScript": "error no such operation"}
)

var contentSteps = []step{
	{"the root is listed", "GetImageStoreRootContent", on(), "App with 4", nil},
	{"a folder is listed", "GetImageStoreContent", on("App/Code"), "App/Code/_.dir 0, App/Code/big.bin 7", nil},
	{"a file with a blank in its name is listed", "GetImageStoreContent", on("App/a b.txt"), "App/a b.txt 5", nil},
	{"a missing path is an error", "GetImageStoreContent", on("Nothing"), "error 404", noEmptyError},
	{"the size of a folder is reported", "GetImageStoreFolderSize", on("App/Code"), "7 bytes", olderThanSizes},
	{"the size of the store is reported", "GetImageStoreRootFolderSize", on(), "12 bytes", olderThanSizes},
	{"the usage of the store is reported", "GetImageStoreInfo", on(), "a disk", olderThanSizes},
	// Windows compares the source only with backslashes; Linux accepts both.
	{"a file is copied", "CopyImageStoreContent", on(copyPaths{`App\a b.txt`, "Copy/c.txt"}), "", nil},
	{"a folder is copied", "CopyImageStoreContent", on(copyPaths{`App\Code`, "Copy/Code"}), "", nil},
	{"the copies are there", "GetImageStoreContent", on("Copy"), "Copy/c.txt 5, Copy/Code with 2", nil},
	{"a missing source is an error with its code", "CopyImageStoreContent", on(copyPaths{"Nothing", "Copy"}), "error 404 FABRIC_E_FILE_NOT_FOUND", nil},
	{"a folder is deleted", "DeleteImageStoreContent", on("Copy/Code"), "", nil},
	{"what is missing is deleted without complaint", "DeleteImageStoreContent", on("Nothing"), "", nil},
	{"a reserved folder is not deleted", "DeleteImageStoreContent", on("Store"), "error 400 FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR", nil},
	{"an upload without a body", "UploadFile", on("Copy/c.txt"), "", nil},
	{"the upload has emptied the file", "GetImageStoreContent", on("Copy/c.txt"), "Copy/c.txt 0", nil},
}

var sessionSteps = []step{
	{"a session is found by its id", "GetImageStoreUploadSessionById", on(session1), "session 1 of App/Half.zip: expects 4-9 of 10", nil},
	{"a session is found by its path", "GetImageStoreUploadSessionByPath", on("App/Half.zip"), "session 1 of App/Half.zip: expects 4-9 of 10", nil},
	{"an id without a session has an empty answer", "GetImageStoreUploadSessionById", on(session3), "", emptyIsError},
	{"a path without sessions has an empty answer", "GetImageStoreUploadSessionByPath", on("App/None.zip"), "", emptyIsError},
	{"a half session is not committed", "CommitImageStoreUploadSession", on(session1), "error 400 E_INVALIDARG", nil},
	{"a whole session is committed", "CommitImageStoreUploadSession", on(session2), "", nil},
	{"a repeated commit succeeds", "CommitImageStoreUploadSession", on(session2), "", nil},
	{"the committed file is there", "GetImageStoreContent", on("App/Whole.zip"), `App\Whole.zip 4`, nil},
	{"a committed session stays", "GetImageStoreUploadSessionById", on(session2), "session 2 of App/Whole.zip: expects nothing of 4", nil},
	{"a session is deleted", "DeleteImageStoreUploadSession", on(session2), "", nil},
	{"a deleted session is not deleted again", "DeleteImageStoreUploadSession", on(session2), "error 404 NotFound", nil},
	{"a chunk of another path is refused", "UploadFileChunk", on("App/Other.zip", session1, "bytes 4-9/10"), "error 409 FABRIC_E_UPLOAD_SESSION_ID_CONFLICT", nil},
	{"a chunk that is there is refused", "UploadFileChunk", on("App/Half.zip", session1, "bytes 0-3/10"), "error 400 FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE", nil},
	{"a chunk without a body is taken", "UploadFileChunk", on("App/Half.zip", session1, "bytes 4-9/10"), "", nil},
	{"a file that lacks bytes is not committed", "CommitImageStoreUploadSession", on(session1), "error 400 E_INVALIDARG", nil},
}

// noSessionSteps are the responses of the gateway on Linux, which has no sessions.
var noSessionSteps = []step{
	{"a session is not found by its id", "GetImageStoreUploadSessionById", on(session1), "error 400 E_INVALIDARG", nil},
	{"a session is not found by its path", "GetImageStoreUploadSessionByPath", on("App/Half.zip"), "error 400 E_INVALIDARG", nil},
	{"no chunk is taken", "UploadFileChunk", on("App/Half.zip", session1, "bytes 4-9/10"), "error 400 E_INVALIDARG", nil},
	{"no session is committed", "CommitImageStoreUploadSession", on(session1), "error 400 E_INVALIDARG", nil},
	{"no session is deleted", "DeleteImageStoreUploadSession", on(session1), "error 400 E_INVALIDARG", nil},
}
