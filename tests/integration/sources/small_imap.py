"""A small IMAP server: one user, folders of mails, and levers to misbehave."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Folder:
    validity: int = 1
    mails: dict[int, bytes] = field(default_factory=dict)
    next: int = 1

    def add(self, mail: bytes) -> None:
        self.mails[self.next] = mail
        self.next += 1


@dataclass
class SmallImap:
    """`announce` is the size said in place of each mail's own; `hang` stops answering at a command."""

    password: str = "s3cret"
    folders: dict[str, Folder] = field(default_factory=lambda: {"INBOX": Folder()})
    port: int = 0
    announce: int | None = None
    hang: str = ""
    commands: list[str] = field(default_factory=list)
    connections: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.connections.add(task)
        folder = Folder()
        with suppress(ConnectionError):
            writer.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
            while line := await reader.readline():
                tag, _, rest = line.decode().strip().partition(" ")
                name = rest.partition(" ")[0].upper()
                self.commands.append(rest.partition(" ")[0] if name == "LOGIN" else rest)
                if name == self.hang:
                    await asyncio.sleep(60)
                answer, folder = self._answer(tag, name, rest, folder)
                writer.write(answer)
                await writer.drain()
                if name == "LOGOUT":
                    break
        writer.close()
        self.connections.discard(task)

    def _answer(self, tag: str, name: str, rest: str, folder: Folder) -> tuple[bytes, Folder]:
        done = f"{tag} OK done\r\n"
        match name:
            case "CAPABILITY":
                return ("* CAPABILITY IMAP4rev1\r\n" + done).encode(), folder
            case "LOGIN":
                good = rest.endswith(f'"{self.password}"') or rest.endswith(f" {self.password}")
                return (done if good else f"{tag} NO wrong\r\n").encode(), folder
            case "EXAMINE" | "SELECT":
                found = self.folders.get(rest.partition(" ")[2].strip('"'))
                if found is None:
                    return f"{tag} NO no such folder\r\n".encode(), folder
                told = f"* {len(found.mails)} EXISTS\r\n* OK [UIDVALIDITY {found.validity}] valid\r\n"
                return (told + f"{tag} OK [READ-ONLY] done\r\n").encode(), found
            case "UID" if "SEARCH" in rest:
                start = int(re.findall(r"(\d+):\*", rest)[0])
                uids = sorted(folder.mails)
                # RFC 9051: `n:*` names the last mail, too, when n is larger.
                found_uids = [uid for uid in uids if uid >= start] or uids[-1:]
                return f"* SEARCH {' '.join(map(str, found_uids))}\r\n{done}".encode(), folder
            case "UID":
                uid = int(re.findall(r"FETCH (\d+)", rest)[0])
                most = int(re.findall(r"<0\.(\d+)>", rest)[0])
                mail = folder.mails[uid][:most]
                size = len(mail) if self.announce is None else self.announce
                return (
                    f"* 1 FETCH (UID {uid} BODY[]<0> {{{size}}}\r\n".encode() + mail + f")\r\n{done}".encode(),
                    folder,
                )
            case "LOGOUT":
                return f"* BYE\r\n{done}".encode(), folder
            case _:
                return f"{tag} BAD unknown\r\n".encode(), folder


@asynccontextmanager
async def running_imap() -> AsyncIterator[SmallImap]:
    imap = SmallImap()
    server = await asyncio.start_server(imap.serve, "127.0.0.1", 0)
    imap.port = server.sockets[0].getsockname()[1]
    yield imap
    server.close()
    for task in list(imap.connections):
        task.cancel()


def mail(number: int, body: str = "", **headers: str) -> bytes:
    lines = {
        "From": "Ann Example <ann@mail.example>",
        "Subject": f"Mail {number}",
        "Message-ID": f"<m{number}@mail.example>",
        "Date": "Tue, 01 Dec 2026 10:00:00 +0000",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\n{body or f'Body of {number}'}\r\n".encode()
