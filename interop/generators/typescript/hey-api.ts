// The client of @hey-api/openapi-ts: one function an operation.
import { client } from "./generated/hey-api/client.gen.js";
import {
  commitImageStoreUploadSession,
  deleteImageStoreUploadSession,
  getImageStoreContent,
  getImageStoreUploadSessionByPath,
  uploadFileChunk,
} from "./generated/hey-api/sdk.gen.js";
import type { UploadSessionInfo } from "./generated/hey-api/types.gen.js";

client.setConfig({ baseUrl: process.argv[2] });
const path = { contentPath: "App\\data.bin" };
const version = { "api-version": "6.0" };
const session = { ...version, "session-id": "4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e" };

async function sessions(): Promise<UploadSessionInfo[]> {
  const { data, error, response } = await getImageStoreUploadSessionByPath({ path, query: version });
  if (error) throw new Error(error.Error.Code);
  return response?.status === 204 ? [] : (data?.UploadSessions ?? []);
}

async function chunk(first: number, text: string): Promise<string> {
  const { error } = await uploadFileChunk({
    path,
    query: session,
    headers: { "Content-Range": `bytes ${first}-${first + text.length - 1}/10` },
    body: new Blob([text]),
  });
  return error ? error.Error.Code : "stored";
}

console.log("sessions before:", (await sessions()).length);
const missing = await getImageStoreContent({ path, query: { "api-version": "6.2" } });
console.log("listing before:", missing.response?.status);
console.log("first chunk:", await chunk(0, "0123"));
for (const s of await sessions()) {
  for (const r of s.ExpectedRanges) {
    console.log("session:", s.StoreRelativePath, s.SessionId, `expects ${r.StartPosition}-${r.EndPosition} of ${s.FileSize}`);
  }
}
console.log("same chunk again:", await chunk(0, "0123"));
console.log("second chunk:", await chunk(4, "456789"));
const commit = await commitImageStoreUploadSession({ query: session });
console.log("commit:", commit.response?.status);
const done = await deleteImageStoreUploadSession({ query: session });
console.log("delete session:", done.response?.status);
const listing = await getImageStoreContent({ path, query: { "api-version": "6.2" } });
for (const f of listing.data?.StoreFiles ?? []) console.log("listing:", f.StoreRelativePath, f.FileSize);
