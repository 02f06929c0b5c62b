package cli

// faultHelp explains the flag --fault, whose syntax is emulator.ParseFaults's.
const faultHelp = `--fault makes chosen requests go wrong: OPERATION:WHICH=ACTION, with commas between.
  OPERATION  an operationId of the contract, such as UploadFileChunk, or * for any
  WHICH      a number for that request alone, or from-N, every-N and count-N with colons between;
             without it every request is meant
  ACTION     drop-request   the connection closes and nothing is done
             drop-reply     the work is done and its answer lost
             cut            the connection breaks half way through the body
             delay/2s       the answer takes longer
             503/E_ABORT    this status and code, and nothing is done
             skip-chunk     a chunk is confirmed and not recorded
             lose-sessions  all upload sessions are forgotten first`
