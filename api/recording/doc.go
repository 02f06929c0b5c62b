// Package recording validates recorded traffic against the contract of the image store.
//
//	contract, err := api.Load()
//	if err != nil {
//		t.Fatal(err)
//	}
//	if err := recording.Check(contract, "testdata/traffic").Err(); err != nil {
//		t.Error(err)
//	}
//
// [Check] takes files and folders. [Report.Err] has a line for each difference, with file,
// entry, operation, place and reason; the [Report] itself has the same in its fields, and
// [Report.WriteJUnit] writes it for a pipeline.
//
// # What is read
//
// HAR 1.2, as browsers, proxies and sfstore record write it; HTTP messages, each request
// followed by its response; and the output of curl -v. The format is detected from the beginning
// of a file, and so is UTF-16. Bodies that a HAR keeps in files are read if they are in its
// folder, or in its ZIP. A file may be of any size: one exchange at a time is in memory, and of
// bodies above 8 MiB only the size. A file that is not a recording, or is truncated, ends in one
// error that names the place; the exchanges before it are still in the report. A recording of
// sfstore record may be truncated in or after its last entry, because the recorder was
// killed: the unfinished entry is an exchange that is not whole.
//
// # The result of an exchange
//
// Each exchange is counted once: it passed, it differs, it is not whole, or it is foreign. Package
// api describes what is validated against the contract, and how strictly. A body that a recording
// leaves out is not taken for an empty one: the exchange is not whole, unless the rest differs.
// The same holds if its request or response is missing. The body of an upload may be left
// out, because the contract does not describe its bytes; its length is validated.
//
// An exchange is foreign if its path does not begin with /ImageStore, as the contract's paths do.
// If it does and is not an operation of the contract, the exchange differs.
//
// # Secrets
//
// Reports do not show the host, user or fragment of a URL. A difference shows the value that differs
// only if the contract describes the parameter, the header or the member, and a media type without
// its parameters. It shows the name of an undocumented query parameter if a "=" follows. Text that
// cannot be read is shown up to 40 characters.
package recording
