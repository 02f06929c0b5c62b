"""The client of openapi-python-client: one module an operation."""

import sys
from io import BytesIO
from uuid import UUID

from generated.image_store import Client
from generated.image_store.api.image_store import (
    commit_image_store_upload_session as commit,
    delete_image_store_upload_session as delete_session,
    get_image_store_content as content,
    get_image_store_upload_session_by_path as sessions_of,
    upload_file_chunk as upload_chunk,
)
from generated.image_store.models import FabricError, ImageStoreContent, UploadSession, UploadSessionInfo
from generated.image_store.types import File

client = Client(base_url=sys.argv[1])
path = "App\\data.bin"
session = UUID("4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e")


def sessions() -> list[UploadSessionInfo]:
    response = sessions_of.sync_detailed(path, client=client)
    if isinstance(response.parsed, FabricError):
        raise RuntimeError(response.parsed.error.code)
    return response.parsed.upload_sessions if isinstance(response.parsed, UploadSession) else []


def chunk(first: int, data: bytes) -> str:
    response = upload_chunk.sync_detailed(
        path,
        client=client,
        body=File(payload=BytesIO(data)),
        session_id=session,
        content_range=f"bytes {first}-{first + len(data) - 1}/10",
    )
    return response.parsed.error.code if isinstance(response.parsed, FabricError) else "stored"


print("sessions before:", len(sessions()))
print("listing before:", int(content.sync_detailed(path, client=client).status_code))
print("first chunk:", chunk(0, b"0123"))
for s in sessions():
    for r in s.expected_ranges:
        print("session:", s.store_relative_path, s.session_id, f"expects {r.start_position}-{r.end_position} of {s.file_size}")
print("same chunk again:", chunk(0, b"0123"))
print("second chunk:", chunk(4, b"456789"))
print("commit:", int(commit.sync_detailed(client=client, session_id=session).status_code))
print("delete session:", int(delete_session.sync_detailed(client=client, session_id=session).status_code))
listing = content.sync(path, client=client)
for f in listing.store_files if isinstance(listing, ImageStoreContent) else []:
    print("listing:", f.store_relative_path, f.file_size)
