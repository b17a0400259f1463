"""A mailbox as a source: newsletters, alerts, customers' mail. Read only; mails stay unread."""

from __future__ import annotations

import asyncio
import email
import email.policy
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from urllib.parse import quote

from pydantic import Field

from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.imap import Account, Conversation, MailboxError, Mails, Security
from skills.monitor.sources.plain import from_html
from skills.monitor.sources.post import Post
from skills.monitor.sources.source import SECRETS_BEGIN_WITH, Found, Look, Source, SourceSettings, secret

THREADS = 8
_threads: list[ThreadPoolExecutor] = []


class MailboxSettings(SourceSettings):
    """`password_from` names the environment variable that holds the password."""

    host: str = Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")
    port: int = Field(993, ge=1, le=65535)
    security: Security = "tls"
    user: str = Field(min_length=1, max_length=320, pattern=r"^[^\r\n\x00]+$")
    password_from: str = Field(pattern=rf"^{SECRETS_BEGIN_WITH}[A-Z0-9_]+$")
    folder: str = Field("INBOX", max_length=200, pattern=r"^[\x20-\x7e]+$")


class MailboxSource(Source):
    """A folder of a mailbox. Its cursor is the folder's UIDVALIDITY and the last UID that was read."""

    kind = "mailbox"
    settings_type = MailboxSettings
    settings: MailboxSettings

    @property
    def lane(self) -> str:
        return f"imap:{self.settings.host.lower()}"

    async def look(self, look: Look) -> Found:
        given = self.settings
        account = Account(given.host, given.port, given.security, given.user, secret(given.password_from), given.folder)
        addresses = await look.web.addresses(given.host, given.port)
        seconds = look.web.limits.seconds
        conversation = Conversation(account, addresses, seconds)
        validity, last = look.cursor.get("validity"), int(look.cursor.get("uid", 0))
        try:
            async with asyncio.timeout(seconds):
                mails = await _in_thread(conversation, validity, last)
        except MailboxError as error:
            if error.login:
                raise SourceError("mailbox_login", host=given.host, variable=given.password_from) from error
            raise SourceError("mailbox", host=given.host, what=str(error)) from error
        except TimeoutError as error:
            raise SourceError("timeout", host=given.host, seconds=seconds) from error
        except OSError as error:
            raise SourceError("unreachable", host=given.host) from error
        finally:
            conversation.close()
        posts = [post for uid, raw in mails.mails if (post := self._post(look, mails.validity, uid, raw))]
        # Newest first, as other sources have it.
        return Found(posts[::-1], {"validity": mails.validity, "uid": mails.last}, more=mails.more)

    def _post(self, look: Look, validity: int, uid: int, raw: bytes) -> Post | None:
        try:
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            if not isinstance(mail, EmailMessage):
                return None
            name = _header(mail, "Message-ID").strip("<> ")
            return self.post(
                look,
                external_id=name or f"{validity}-{uid}",
                link=f"mid:{quote(name, safe='@')}" if name else None,
                author=_header(mail, "From"),
                title=_header(mail, "Subject"),
                text=_body(mail),
                published=_header(mail, "Date"),
                language=_header(mail, "Content-Language") or None,
            )
        except (ValueError, LookupError, AttributeError, TypeError, IndexError, RecursionError):
            # A mail that the parser breaks on is left out; the next ones are read.
            return None


async def _in_thread(conversation: Conversation, validity: int | None, last: int) -> Mails:
    if not _threads:
        _threads.append(ThreadPoolExecutor(THREADS, thread_name_prefix="mailboxes"))
    return await asyncio.get_running_loop().run_in_executor(_threads[0], conversation.fetch, validity, last)


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return str(mail.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = payload.decode(charset, "replace")
    except LookupError:
        text = payload.decode("utf-8", "replace")
    return from_html(text) if part.get_content_subtype() == "html" else text
