package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
)

// The members of the contract's bodies: those that hold others, and those that hold a value,
// which is kept. Of other members there is but that they were there.
var (
	holders = []string{
		"DiskInfo", "Error", "ExpectedRanges", "FileVersion", "StoreFiles", "StoreFolders",
		"UploadSessions", "UsedByCopy", "UsedByMetadata", "UsedByRegister", "UsedByStaging",
	}
	keptMembers = []string{
		"AvailableSpace", "Capacity", "CheckMarkFile", "Code", "ContinuationToken", "CopyFlag",
		"EndPosition", "EpochConfigurationNumber", "EpochDataLossNumber", "FileCount",
		"FileSize", "FolderSize", "Message", "ModifiedDate", "RemoteDestination",
		"RemoteSource", "SessionId", "SkipFiles", "StartPosition", "StoreRelativePath",
		"UsedSpace", "VersionNumber",
	}
)

// keptMessages are texts that the runtime has for all clusters alike. Others name disks,
// nodes or accounts.
var keptMessages = []string{
	"A communication error caused the operation to fail.", "Access denied.",
	"Fabric Message is too large", "File not found", "Invalid argument", "Name does not exist.",
	"Null", "Operation canceled.", "Operation timed out.",
	"The timeout specified for client APIs must be greater than zero",
	"The upload session identity is invalid.", "There is not enough space on the disk.",
	"There was an IOException when using the Image Store.",
}

// redactJSON returns a body as it is but for what is not kept. In the place of a string or a
// number of the contract comes one of the same kind, so the body is of its schema if it was.
// What is no JSON becomes a word that is none either.
func redactJSON(body []byte) []byte {
	r := redaction{decoder: json.NewDecoder(bytes.NewReader(body)), body: body}
	r.decoder.UseNumber()
	err := r.value("", 0)
	if err == nil {
		_, err = r.decoder.Token()
	}
	if err != io.EOF {
		return []byte(redacted)
	}
	return append(r.out, body[r.copied:]...)
}

// redaction is a body half way through.
type redaction struct {
	decoder *json.Decoder
	body    []byte
	copied  int // how much of body is in out
	out     []byte
}

var errTooDeep = errors.New("nested too deep")

// value redacts the value that comes next: of a member, or of an item in it. The outermost is
// no member's.
func (r *redaction) value(member string, depth int) error {
	if depth > 100 {
		return errTooDeep
	}
	before := r.decoder.InputOffset()
	token, err := r.decoder.Token()
	if err != nil {
		return err
	}
	kept := slices.Contains(keptMembers, member)
	switch t := token.(type) {
	case json.Delim:
		for r.decoder.More() {
			if err := r.item(t, member, depth+1); err != nil {
				return err
			}
		}
		_, err = r.decoder.Token()
	case string:
		if !kept || member == "Message" && !slices.Contains(keptMessages, t) {
			r.replace(before, `"`+redacted+`"`)
		}
	case json.Number:
		if !kept {
			r.replace(before, "0")
		}
	}
	return err
}

// item redacts what comes next in an array or an object.
func (r *redaction) item(opening json.Delim, member string, depth int) error {
	if opening == '[' {
		return r.value(member, depth)
	}
	before := r.decoder.InputOffset()
	name, err := r.decoder.Token()
	if err != nil {
		return err
	}
	member = name.(string) // the decoder lets nothing else stand there
	if slices.Contains(holders, member) || slices.Contains(keptMembers, member) {
		return r.value(member, depth)
	}
	r.replace(before, `"`+redacted+`"`)
	before = r.decoder.InputOffset()
	var unknown json.RawMessage
	if err := r.decoder.Decode(&unknown); err != nil {
		return err
	}
	r.replace(before, `"`+redacted+`"`)
	return nil
}

// replace puts another text in the place of the value that ends here. What stands between the
// token before it and itself is blank, or one of the two signs.
func (r *redaction) replace(before int64, with string) {
	end := int(r.decoder.InputOffset())
	start := end - len(bytes.TrimLeft(r.body[before:end], " \t\r\n:,"))
	r.out = append(append(r.out, r.body[r.copied:start]...), with...)
	r.copied = end
}
