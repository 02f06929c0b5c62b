package imagestore

import "github.com/sfstore/sfstore/gen"

// Code is the runtime's code of an error. The set is open. The constants are the codes that
// operations of the image store are known to return; the contract also lists codes of other
// services, see [Code.Known]. Runtimes send newer codes too, and system errors in hexadecimal such
// as "0x80070070" (the disk is full).
type Code string

// Known reports whether the contract lists the code.
func (c Code) Known() bool { return gen.IsKnownFabricErrorCode(string(c)) }

// Codes with status 400.
const (
	CodeInvalidArgument                    Code = "E_INVALIDARG"
	CodeInvalidNameURI                     Code = "FABRIC_E_INVALID_NAME_URI"
	CodePathTooLong                        Code = "FABRIC_E_PATH_TOO_LONG"
	CodeImageBuilderReservedDirectoryError Code = "FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR" // the path is Store or WindowsFabricStore
	CodeUploadSessionRangeNotSatisfiable   Code = "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE"  // the chunk arrived before, or does not fit
	CodeInvalidUploadSessionID             Code = "FABRIC_E_INVALID_UPLOAD_SESSION_ID"
)

// Codes with status 401 and 403.
const (
	CodeServerAuthenticationFailed Code = "FABRIC_E_SERVER_AUTHENTICATION_FAILED"
	CodeAccessDenied               Code = "E_ACCESSDENIED" // the role of the client does not allow it
)

// Codes with status 404.
const (
	CodeFileNotFound        Code = "FABRIC_E_FILE_NOT_FOUND"
	CodeNameDoesNotExist    Code = "FABRIC_E_NAME_DOES_NOT_EXIST"    // the store is empty
	CodeServiceDoesNotExist Code = "FABRIC_E_SERVICE_DOES_NOT_EXIST" // the cluster has no image store service
	CodeNotFound            Code = "NotFound"                        // the server does not know the session
)

// Codes with status 409 and 413.
const (
	CodeUploadSessionIDConflict Code = "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT" // the session is of another path or size
	CodeMessageTooLarge         Code = "FABRIC_E_MESSAGE_TOO_LARGE"
	CodeValueTooLarge           Code = "FABRIC_E_VALUE_TOO_LARGE"
)

// Codes with status 500.
const (
	CodeFail                           Code = "E_FAIL"
	CodeOutOfMemory                    Code = "E_OUTOFMEMORY"
	CodeSerializationError             Code = "SerializationError"
	CodeImageStoreIOError              Code = "FABRIC_E_IMAGESTORE_IOERROR"
	CodeAcquireFileLockFailed          Code = "FABRIC_E_ACQUIRE_FILE_LOCK_FAILED"
	CodeCorruptedImageStoreObjectFound Code = "FABRIC_E_CORRUPTED_IMAGE_STORE_OBJECT_FOUND"
	CodeOperationsPending              Code = "OperationsPending" // another commit to the path is running
	CodeFileUpdateInProgress           Code = "FileUpdateInProgress"
	CodeStagingFileNotFound            Code = "StagingFileNotFound"
)

// Codes with status 502, 503 and 504.
const (
	CodeGatewayNotReachable Code = "FABRIC_E_GATEWAY_NOT_REACHABLE"
	CodeAbort               Code = "E_ABORT" // the service moves, or is too busy
	CodeObjectClosed        Code = "FABRIC_E_OBJECT_CLOSED"
	CodeCommunicationError  Code = "FABRIC_E_COMMUNICATION_ERROR"
	CodeTimeout             Code = "FABRIC_E_TIMEOUT"
)
