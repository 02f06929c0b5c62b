package imagestore

// Code is what the runtime calls an error. The set is open: besides the constants there are
// newer codes, and system errors in hexadecimal such as "0x80070070" (the disk is full).
type Code string

// The codes that the contract lists, under the HTTP status that they come with. A test holds
// this list to the document.
const (
	// Published for 400.
	CodeInvalidPartitionKey                  Code = "FABRIC_E_INVALID_PARTITION_KEY"
	CodeImageBuilderValidationError          Code = "FABRIC_E_IMAGEBUILDER_VALIDATION_ERROR"
	CodeInvalidAddress                       Code = "FABRIC_E_INVALID_ADDRESS"
	CodeApplicationNotUpgrading              Code = "FABRIC_E_APPLICATION_NOT_UPGRADING"
	CodeApplicationUpgradeValidationError    Code = "FABRIC_E_APPLICATION_UPGRADE_VALIDATION_ERROR"
	CodeFabricNotUpgrading                   Code = "FABRIC_E_FABRIC_NOT_UPGRADING"
	CodeFabricUpgradeValidationError         Code = "FABRIC_E_FABRIC_UPGRADE_VALIDATION_ERROR"
	CodeInvalidConfiguration                 Code = "FABRIC_E_INVALID_CONFIGURATION"
	CodeInvalidNameURI                       Code = "FABRIC_E_INVALID_NAME_URI"
	CodePathTooLong                          Code = "FABRIC_E_PATH_TOO_LONG"
	CodeKeyTooLarge                          Code = "FABRIC_E_KEY_TOO_LARGE"
	CodeServiceAffinityChainNotSupported     Code = "FABRIC_E_SERVICE_AFFINITY_CHAIN_NOT_SUPPORTED"
	CodeInvalidAtomicGroup                   Code = "FABRIC_E_INVALID_ATOMIC_GROUP"
	CodeValueEmpty                           Code = "FABRIC_E_VALUE_EMPTY"
	CodeBackupIsEnabled                      Code = "FABRIC_E_BACKUP_IS_ENABLED"
	CodeRestoreSourceTargetPartitionMismatch Code = "FABRIC_E_RESTORE_SOURCE_TARGET_PARTITION_MISMATCH"
	CodeInvalidForStatelessServices          Code = "FABRIC_E_INVALID_FOR_STATELESS_SERVICES"
	CodeInvalidServiceScalingPolicy          Code = "FABRIC_E_INVALID_SERVICE_SCALING_POLICY"
	CodeInvalidArgument                      Code = "E_INVALIDARG"

	// Published for 404.
	CodeNodeNotFound                       Code = "FABRIC_E_NODE_NOT_FOUND"
	CodeApplicationTypeNotFound            Code = "FABRIC_E_APPLICATION_TYPE_NOT_FOUND"
	CodeApplicationNotFound                Code = "FABRIC_E_APPLICATION_NOT_FOUND"
	CodeServiceTypeNotFound                Code = "FABRIC_E_SERVICE_TYPE_NOT_FOUND"
	CodeServiceDoesNotExist                Code = "FABRIC_E_SERVICE_DOES_NOT_EXIST"
	CodeServiceTypeTemplateNotFound        Code = "FABRIC_E_SERVICE_TYPE_TEMPLATE_NOT_FOUND"
	CodeConfigurationSectionNotFound       Code = "FABRIC_E_CONFIGURATION_SECTION_NOT_FOUND"
	CodePartitionNotFound                  Code = "FABRIC_E_PARTITION_NOT_FOUND"
	CodeReplicaDoesNotExist                Code = "FABRIC_E_REPLICA_DOES_NOT_EXIST"
	CodeServiceGroupDoesNotExist           Code = "FABRIC_E_SERVICE_GROUP_DOES_NOT_EXIST"
	CodeConfigurationParameterNotFound     Code = "FABRIC_E_CONFIGURATION_PARAMETER_NOT_FOUND"
	CodeDirectoryNotFound                  Code = "FABRIC_E_DIRECTORY_NOT_FOUND"
	CodeFabricVersionNotFound              Code = "FABRIC_E_FABRIC_VERSION_NOT_FOUND"
	CodeFileNotFound                       Code = "FABRIC_E_FILE_NOT_FOUND"
	CodeNameDoesNotExist                   Code = "FABRIC_E_NAME_DOES_NOT_EXIST"
	CodePropertyDoesNotExist               Code = "FABRIC_E_PROPERTY_DOES_NOT_EXIST"
	CodeEnumerationCompleted               Code = "FABRIC_E_ENUMERATION_COMPLETED"
	CodeServiceManifestNotFound            Code = "FABRIC_E_SERVICE_MANIFEST_NOT_FOUND"
	CodeKeyNotFound                        Code = "FABRIC_E_KEY_NOT_FOUND"
	CodeHealthEntityNotFound               Code = "FABRIC_E_HEALTH_ENTITY_NOT_FOUND"
	CodeBackupNotEnabled                   Code = "FABRIC_E_BACKUP_NOT_ENABLED"
	CodeBackupPolicyNotExisting            Code = "FABRIC_E_BACKUP_POLICY_NOT_EXISTING"
	CodeFaultAnalysisServiceNotExisting    Code = "FABRIC_E_FAULT_ANALYSIS_SERVICE_NOT_EXISTING"
	CodeImageBuilderReservedDirectoryError Code = "FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR"

	// Published for 409.
	CodeApplicationTypeAlreadyExists       Code = "FABRIC_E_APPLICATION_TYPE_ALREADY_EXISTS"
	CodeApplicationAlreadyExists           Code = "FABRIC_E_APPLICATION_ALREADY_EXISTS"
	CodeApplicationAlreadyInTargetVersion  Code = "FABRIC_E_APPLICATION_ALREADY_IN_TARGET_VERSION"
	CodeApplicationTypeProvisionInProgress Code = "FABRIC_E_APPLICATION_TYPE_PROVISION_IN_PROGRESS"
	CodeApplicationUpgradeInProgress       Code = "FABRIC_E_APPLICATION_UPGRADE_IN_PROGRESS"
	CodeServiceAlreadyExists               Code = "FABRIC_E_SERVICE_ALREADY_EXISTS"
	CodeServiceGroupAlreadyExists          Code = "FABRIC_E_SERVICE_GROUP_ALREADY_EXISTS"
	CodeApplicationTypeInUse               Code = "FABRIC_E_APPLICATION_TYPE_IN_USE"
	CodeFabricAlreadyInTargetVersion       Code = "FABRIC_E_FABRIC_ALREADY_IN_TARGET_VERSION"
	CodeFabricVersionAlreadyExists         Code = "FABRIC_E_FABRIC_VERSION_ALREADY_EXISTS"
	CodeFabricVersionInUse                 Code = "FABRIC_E_FABRIC_VERSION_IN_USE"
	CodeFabricUpgradeInProgress            Code = "FABRIC_E_FABRIC_UPGRADE_IN_PROGRESS"
	CodeNameAlreadyExists                  Code = "FABRIC_E_NAME_ALREADY_EXISTS"
	CodeNameNotEmpty                       Code = "FABRIC_E_NAME_NOT_EMPTY"
	CodePropertyCheckFailed                Code = "FABRIC_E_PROPERTY_CHECK_FAILED"
	CodeServiceMetadataMismatch            Code = "FABRIC_E_SERVICE_METADATA_MISMATCH"
	CodeServiceTypeMismatch                Code = "FABRIC_E_SERVICE_TYPE_MISMATCH"
	CodeHealthStaleReport                  Code = "FABRIC_E_HEALTH_STALE_REPORT"
	CodeSequenceNumberCheckFailed          Code = "FABRIC_E_SEQUENCE_NUMBER_CHECK_FAILED"
	CodeNodeHasNotStoppedYet               Code = "FABRIC_E_NODE_HAS_NOT_STOPPED_YET"
	CodeInstanceIDMismatch                 Code = "FABRIC_E_INSTANCE_ID_MISMATCH"
	CodeBackupInProgress                   Code = "FABRIC_E_BACKUP_IN_PROGRESS"
	CodeRestoreInProgress                  Code = "FABRIC_E_RESTORE_IN_PROGRESS"
	CodeBackupPolicyAlreadyExisting        Code = "FABRIC_E_BACKUP_POLICY_ALREADY_EXISTING"

	// Published for 413.
	CodeValueTooLarge Code = "FABRIC_E_VALUE_TOO_LARGE"

	// Published for 500.
	CodeNodeIsUp                               Code = "FABRIC_E_NODE_IS_UP"
	CodeFail                                   Code = "E_FAIL"
	CodeSingleInstanceApplicationAlreadyExists Code = "FABRIC_E_SINGLE_INSTANCE_APPLICATION_ALREADY_EXISTS"
	CodeSingleInstanceApplicationNotFound      Code = "FABRIC_E_SINGLE_INSTANCE_APPLICATION_NOT_FOUND"
	CodeVolumeAlreadyExists                    Code = "FABRIC_E_VOLUME_ALREADY_EXISTS"
	CodeVolumeNotFound                         Code = "FABRIC_E_VOLUME_NOT_FOUND"
	CodeSerializationError                     Code = "SerializationError"
	CodeCertificateNotFound                    Code = "FABRIC_E_CERTIFICATE_NOT_FOUND"

	// Published for 503.
	CodeNoWriteQuorum          Code = "FABRIC_E_NO_WRITE_QUORUM"
	CodeNotPrimary             Code = "FABRIC_E_NOT_PRIMARY"
	CodeNotReady               Code = "FABRIC_E_NOT_READY"
	CodeReconfigurationPending Code = "FABRIC_E_RECONFIGURATION_PENDING"
	CodeServiceOffline         Code = "FABRIC_E_SERVICE_OFFLINE"
	CodeAbort                  Code = "E_ABORT"

	// Published for 504.
	CodeCommunicationError   Code = "FABRIC_E_COMMUNICATION_ERROR"
	CodeOperationNotComplete Code = "FABRIC_E_OPERATION_NOT_COMPLETE"
	CodeTimeout              Code = "FABRIC_E_TIMEOUT"

	// Observed with 400.
	CodeUploadSessionRangeNotSatisfiable Code = "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE"
	CodeInvalidUploadSessionID           Code = "FABRIC_E_INVALID_UPLOAD_SESSION_ID"
	CodeInvalidOperation                 Code = "FABRIC_E_INVALID_OPERATION"
	CodeInvalidDirectory                 Code = "FABRIC_E_INVALID_DIRECTORY"

	// Observed with 401.
	CodeServerAuthenticationFailed Code = "FABRIC_E_SERVER_AUTHENTICATION_FAILED"

	// Observed with 403.
	CodeAccessDenied Code = "E_ACCESSDENIED"

	// Observed with 404.
	CodeNotFound Code = "NotFound"

	// Observed with 409.
	CodeUploadSessionIDConflict Code = "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT"
	CodeWriteConflict           Code = "FABRIC_E_WRITE_CONFLICT"

	// Observed with 413.
	CodeMessageTooLarge Code = "FABRIC_E_MESSAGE_TOO_LARGE"

	// Observed with 500.
	CodeImageStoreIOError              Code = "FABRIC_E_IMAGESTORE_IOERROR"
	CodeAcquireFileLockFailed          Code = "FABRIC_E_ACQUIRE_FILE_LOCK_FAILED"
	CodeCorruptedImageStoreObjectFound Code = "FABRIC_E_CORRUPTED_IMAGE_STORE_OBJECT_FOUND"
	CodeOutOfMemory                    Code = "E_OUTOFMEMORY"
	CodeOperationsPending              Code = "OperationsPending"
	CodeFileUpdateInProgress           Code = "FileUpdateInProgress"
	CodeStagingFileNotFound            Code = "StagingFileNotFound"

	// Observed with 501.
	CodeNotImplemented Code = "E_NOTIMPL"

	// Observed with 502.
	CodeGatewayNotReachable Code = "FABRIC_E_GATEWAY_NOT_REACHABLE"

	// Observed with 503.
	CodeObjectClosed                Code = "FABRIC_E_OBJECT_CLOSED"
	CodeConnectionClosedByRemoteEnd Code = "FABRIC_E_CONNECTION_CLOSED_BY_REMOTE_END"
	CodeReplicationQueueFull        Code = "FABRIC_E_REPLICATION_QUEUE_FULL"
	CodeServiceTooBusy              Code = "FABRIC_E_SERVICE_TOO_BUSY"
)
