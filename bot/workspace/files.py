"""Uploaded files: asked for, filled, completed."""

import json
import mimetypes
import re
import secrets
import time
from collections.abc import Iterable
from typing import Any

from bot.workspace.accounts import TEAM_ID
from bot.workspace.database import Database, dumps
from bot.workspace.errors import SlackError

Json = dict[str, Any]

PREVIEWED = ("text/", "application/json")
PREVIEW_CHARACTERS = 2000
_PERMALINK = re.compile(r"/files/\w+/(F\w+)")


class Files:
    """Files with their bytes, in the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.uploads: dict[str, str] = {}  # secret of an upload address -> file id

    def reserve(self, user: str, filename: str, size: int, alt_text: str | None, url: str) -> tuple[str, Json]:
        """Announces a file; returns the secret of its upload address and the file. `url` is the workspace's address."""
        file_id = f"F{secrets.token_hex(5).upper()}"
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        extension = filename.rpartition(".")[2].lower() if "." in filename else ""
        private = f"{url}/files/{TEAM_ID}-{file_id}/{secrets.token_hex(4)}"
        body: Json = {
            "id": file_id,
            "created": int(time.time()),
            "timestamp": int(time.time()),
            "name": filename,
            "title": filename,
            "mimetype": kind,
            "filetype": extension or "binary",
            "pretty_type": extension.upper() or "Binary",
            "user": user,
            "user_team": TEAM_ID,
            "editable": False,
            "size": size,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": private,
            "url_private_download": f"{private}?download=1",
            "permalink": f"{url}/files/{user}/{file_id}",
            "channels": [],
            "groups": [],
            "ims": [],
            "shares": {},
            "has_rich_preview": False,
            "file_access": "visible",
        }
        if alt_text:
            body["alt_txt"] = alt_text
        self.database.execute("INSERT INTO files (id, body) VALUES (?, ?)", file_id, dumps(body))
        secret = secrets.token_urlsafe(18)
        self.uploads[secret] = file_id
        return secret, body

    def fill(self, secret: str, content: bytes) -> None:
        """Takes the bytes. Raises SlackError `file_not_found` for an unknown address."""
        file_id = self.uploads.get(secret)
        if file_id is None:
            raise SlackError("file_not_found")
        body, _ = self.load(file_id)
        body["size"] = len(content)
        if body["mimetype"].startswith(PREVIEWED):
            body["preview"] = content[: PREVIEW_CHARACTERS * 4].decode("utf-8", "replace")[:PREVIEW_CHARACTERS]
        self.database.execute("UPDATE files SET body = ?, content = ? WHERE id = ?", dumps(body), content, file_id)

    def load(self, file_id: str) -> tuple[Json, bytes | None]:
        """A file and its bytes, None before they came. Raises SlackError `file_not_found`."""
        row = self.database.execute("SELECT body, content FROM files WHERE id = ?", file_id).fetchone()
        if row is None:
            raise SlackError("file_not_found")
        return json.loads(row[0]), row[1]

    def complete(self, file_id: str, user: str, title: str | None, channels: list[Json]) -> Json:
        """Finishes an upload and shares it. Raises SlackError `file_not_found` when the bytes never came."""
        body, content = self.load(file_id)
        if content is None or body["user"] != user:
            raise SlackError("file_not_found")
        body["title"] = title or body["title"]
        for channel in channels:
            kind = "ims" if channel["im"] else "groups" if channel["private"] else "channels"
            body[kind] = sorted({*body[kind], channel["id"]})
            body["is_public"] = body["is_public"] or not channel["private"]
        self.database.execute("UPDATE files SET body = ? WHERE id = ?", dumps(body), file_id)
        return body

    def show_in(self, address: str, channel: Json) -> None:
        """Lets those who read a channel see the file whose private address an image block there names."""
        file_id = address.partition("-")[2].partition("/")[0]
        try:
            body, _ = self.load(file_id)
        except SlackError:
            return
        kind = "ims" if channel["im"] else "groups" if channel["private"] else "channels"
        body[kind] = sorted({*body[kind], channel["id"]})
        self.database.execute("UPDATE files SET body = ? WHERE id = ?", dumps(body), file_id)

    def share_linked(self, blocks: Iterable[Json], user: str, channel: Json) -> list[Json]:
        """Shares with a channel the files of `user` whose permalinks blocks there hold, as Slack does; returns them."""
        found: list[Json] = []
        for block in blocks:
            text = (block.get("text") or {}).get("text", "") if block["type"] == "section" else ""
            for file_id in _PERMALINK.findall(text):
                try:
                    body, content = self.load(file_id)
                except SlackError:
                    continue
                if content is not None and body["user"] == user:
                    found.append(self.complete(file_id, user, body["title"], [channel]))
        return found

    def may_read(self, body: Json, user: str, seen: set[str]) -> bool:
        """Whether a member who sees these channels may read a file."""
        return body["user"] == user or bool(seen.intersection([*body["channels"], *body["groups"], *body["ims"]]))

    def ids_of(self, user: str) -> set[str]:
        """The ids of the files that somebody uploaded."""
        rows = self.database.execute("SELECT id FROM files WHERE json_extract(body, '$.user') = ?", user)
        return {row[0] for row in rows}
