"""A bounded IMAP conversation in a thread: the standard library's client, held to checked addresses, sizes and a time.

https://www.rfc-editor.org/rfc/rfc9051
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

MAX_LITERAL = 2_000_000
"""Bytes that a server may send as one value, whatever it announces."""
MAX_MAIL = 200_000
"""Bytes of a mail that are fetched: its head and first part are what is read."""
MAX_MAILS = 100
FIRST_MAILS = 20

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Account:
    host: str
    port: int
    security: Security
    user: str
    password: str
    folder: str


@dataclass(frozen=True, slots=True)
class Mails:
    """What a folder held after the cursor: (UID, raw mail) in order; `more` where not all were fetched."""

    validity: int
    last: int
    mails: list[tuple[int, bytes]]
    more: bool


class MailboxError(Exception):
    """The server said no; `login` where it refused the password."""

    def __init__(self, what: str, login: bool = False) -> None:
        super().__init__(what)
        self.login = login


class Conversation:
    """One conversation with a mailbox. `close` may be called from another thread, and ends it."""

    def __init__(self, account: Account, addresses: Sequence[str], seconds: float) -> None:
        self._account = account
        self._addresses = addresses
        self._until = time.monotonic() + seconds
        self._client: _Client | None = None
        self._closed = False

    def close(self) -> None:
        self._closed = True
        if self._client is not None:
            self._client.cut()

    def fetch(self, validity: int | None, last: int) -> Mails:
        """Returns the mails after UID `last`, or the newest few when the folder's numbers are others than before."""
        try:
            return self._fetch(validity, last)
        except imaplib.IMAP4.error as error:
            raise MailboxError(_words(str(error))) from error
        finally:
            if self._client is not None:
                with contextlib.suppress(Exception):
                    self._client.logout()
                self._client.cut()

    def _fetch(self, validity: int | None, last: int) -> Mails:
        client = self._client = self._connected()
        if self._closed:
            raise TimeoutError
        try:
            client.login(self._account.user, self._account.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise MailboxError("no", login=True) from error
        folder = self._account.folder.replace("\\", "\\\\").replace('"', '\\"')
        status, _ = client.select(f'"{folder}"', readonly=True)
        if status != "OK":
            raise MailboxError("that it has no such folder")
        now = _number(client.response("UIDVALIDITY")[1])
        again = validity == now
        uids = self._uids(client, f"{last + 1}:*" if again else "1:*")
        # "n:*" always names the last mail too, though it is older than n.
        uids = [uid for uid in uids if not again or uid > last]
        first = not again
        chosen = uids[-FIRST_MAILS:] if first else uids[:MAX_MAILS]
        mails = [(uid, mail) for uid in chosen if (mail := self._mail(client, uid)) is not None]
        return Mails(
            now, chosen[-1] if chosen else (last if again else 0), mails, not first and len(uids) > len(chosen)
        )

    def _connected(self) -> _Client:
        error: OSError = OSError("no address")
        for address in self._addresses:
            try:
                return _Client(self._account, address, max(0.1, self._until - time.monotonic()))
            except (ConnectionError, TimeoutError, OSError) as failed:
                error = failed
        raise error

    def _uids(self, client: _Client, span: str) -> list[int]:
        status, data = client.uid("SEARCH", "UID", span)
        if status != "OK":
            raise MailboxError("that it can't be searched")
        return sorted({int(uid) for part in data if part for uid in part.split() if uid.isdigit()})

    def _mail(self, client: _Client, uid: int) -> bytes | None:
        if self._closed or time.monotonic() > self._until:
            raise TimeoutError
        status, data = client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MAX_MAIL}>)")
        if status != "OK":
            return None
        return next((bytes(part[1]) for part in data if isinstance(part, tuple) and len(part) > 1), None)


class _Client(imaplib.IMAP4):
    """Connects to the address that was checked, with the certificate of the name, and believes no announced size."""

    def __init__(self, account: Account, address: str, seconds: float) -> None:
        self._account = account
        self._address = address
        self._context = ssl.create_default_context() if account.security != "none" else None
        super().__init__(account.host, account.port, timeout=seconds)
        if account.security == "starttls":
            self.starttls(self._context)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self._address, self._account.port), timeout)
        if self._account.security == "tls" and self._context is not None:
            return self._context.wrap_socket(plain, server_hostname=self._account.host)
        return plain

    def read(self, size: int) -> bytes:
        if size > MAX_LITERAL:
            raise self.abort("a value is too large")
        return super().read(size)

    def cut(self) -> None:
        """Ends the connection, whatever waits on it."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.sock.close()


def _number(data: Any) -> int:
    text = b" ".join(part for part in data or () if isinstance(part, bytes))
    match = re.search(rb"\d{1,12}", text)
    return int(match.group()) if match else 0


def _words(error: str) -> str:
    return "an error (" + re.sub(r"[^\w .,:-]", "", error)[:80] + ")"
