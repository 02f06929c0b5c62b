package cli

// faultHelp explains the flag --fault, whose syntax is emulator.ParseFaults's.
const faultHelp = `--fault makes chosen requests go wrong: OPERATION:WHICH=ACTION, with commas between.
  OPERATION  an operationId of the contract, such as UploadFileChunk, or * for any
  WHICH      a number for that request alone, or from-N, every-N and count-N with colons between;
             without it every request is chosen
  ACTION     drop-request   the connection closes and nothing is done
             drop-reply     the work is done and its response lost
             cut            the connection breaks halfway through the body
             delay/2s       the response takes longer
             503/E_ABORT    this status and code, and nothing is done
             skip-chunk     a chunk is confirmed and not recorded
             lose-sessions  all upload sessions are forgotten first, as by a failover
             fail-commit    a commit fails while it writes; an old file stays, with the id of the session

--chaos injects the faults that Service Fabric's own tests use, with the numbers of its source. If a
message is lost, the request lasts as long as its timeout allows, and then gets 504.`
