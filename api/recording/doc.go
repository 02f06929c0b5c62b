// Package recording holds recorded traffic to the contract of the image store.
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
// HAR 1.2, as browsers, proxies and the recorder of this package write it; HTTP messages, a
// request and its response one after the other; and what curl -v prints. How a file begins
// tells which it is. A file may be of any size: one exchange at a time is in memory, and of
// bodies above 8 MiB only the size. What is no recording, or breaks off, ends in one error
// that names the place; the exchanges before it are in the report all the same.
//
// # What an exchange comes to
//
// Each is counted once: it passed, it differs, it is not whole, or it is foreign. What is held
// to the contract, and how strictly, is described at package api. A body that a recording
// leaves out is not taken for an empty one: the exchange is not whole, unless what is there
// differs. So is one whose request or response is missing. The body of an upload may be left
// out, since its bytes mean nothing to the contract; its length counts.
//
// An exchange is foreign when its path does not begin as the contract's paths do, with
// /ImageStore. One that does and is no operation of the contract differs.
//
// # Secrets
//
// Nothing here prints a URL's host, user or fragment. A difference shows the value that differs
// only where the contract knows the parameter, the header or the member, and of a media type no
// parameters; of an undocumented query parameter it shows the name, if a "=" follows. What
// cannot be read is shown up to 40 characters.
package recording
