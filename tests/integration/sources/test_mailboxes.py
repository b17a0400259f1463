"""A mailbox over real IMAP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
from feed_site import MovedClock, StartPolling, state, stored
from small_imap import Folder, SmallImap, mail, running_imap
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources import Limits, Polling

Sessions = async_sessionmaker[AsyncSession]
VARIABLE = "DESKHAND_SOURCE_MAIL"


@pytest.fixture
async def imap(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SmallImap]:
    monkeypatch.setenv(VARIABLE, "s3cret")
    async with running_imap() as server:
        yield server


async def follow(polling: Polling, imap: SmallImap, **more: object) -> str:
    settings = {"host": "127.0.0.1", "port": imap.port, "security": "none", "user": "ann", "password_from": VARIABLE}
    return await polling.rows.add("T1", "mailbox", "mail", {**settings, **more}, "U1")


async def look(polling: Polling, clock: MovedClock) -> None:
    clock.move(hours=12)
    await polling.settle()


async def test_new_mails_become_posts_once(
    imap: SmallImap, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    for number in range(40):
        imap.inbox.add(mail(number, Date="Sun, 01 Nov 2026 10:00:00 +0000"))
    polling = await start(sessions)
    await follow(polling, imap)
    await look(polling, clock)
    assert await stored(sessions) == [f"Mail {number}" for number in range(35, 40)]
    imap.inbox.add(mail(40, "手续费太高", Subject="=?utf-8?b?5oqV6K+J?="))
    await look(polling, clock)
    await look(polling, clock)
    assert (await stored(sessions))[5:] == ["投诉"]
    post = (await polling.posts.claim("reader", 100))[-1].post
    assert (post.link, post.author, post.text) == (
        "mid:m40@mail.example",
        "Ann Example <ann@mail.example>",
        "手续费太高",
    )
    assert not any("STORE" in command for command in imap.commands)


async def test_a_folder_that_was_numbered_anew_repeats_nothing(
    imap: SmallImap, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    for number in range(3):
        imap.inbox.add(mail(number))
    polling = await start(file_sessions)
    await follow(polling, imap)
    await look(polling, clock)
    mails = [*imap.inbox.mails.values(), mail(3)]
    imap.folders["INBOX"] = Folder(validity=2, mails=dict(enumerate(mails, 500)), next=504)
    await look(polling, clock)
    assert await stored(file_sessions) == [f"Mail {number}" for number in range(4)]


async def test_many_mails_are_read_in_parts(
    imap: SmallImap, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    imap.inbox.add(mail(0))
    polling = await start(file_sessions)
    await follow(polling, imap)
    await look(polling, clock)
    for number in range(1, 251):
        imap.inbox.add(mail(number))
    await look(polling, clock)
    assert await stored(file_sessions) == [f"Mail {number}" for number in range(251)]


async def test_strange_mails_are_read_or_left_out_and_hold_up_nothing(
    imap: SmallImap, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    await follow(polling, imap)
    imap.inbox.add(mail(0))
    await look(polling, clock)
    html = "<p>two</p><script>x</script><p>lines</p>"
    imap.inbox.add(mail(1, html, Content_Type="text/html; charset=no-such"))
    imap.inbox.add(b"\xff\xfe\0 no mail at all")
    imap.inbox.add(b"")
    imap.inbox.add(mail(2, Message_ID="", Date="soon"))
    imap.inbox.add(mail(3, Content_Type="multipart/mixed; boundary=x"))
    imap.inbox.add(mail(4, "x" * 3_000_000))
    await look(polling, clock)
    posts = {stored.post.title: stored.post for stored in await polling.posts.claim("reader", 100)}
    assert posts["Mail 1"].text == "two\nlines"
    assert posts["Mail 2"].external_id == "1-5"
    assert posts["Mail 2"].dating == "unreadable"
    assert len(posts["Mail 4"].text) == 20_000


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("password", f"refuses user or password: check the password in {VARIABLE}"),
        ("variable", f"The environment variable {VARIABLE} is not set"),
        ("folder", "answers that it has no such folder"),
        ("hang", "did not answer in full within 1.0 seconds"),
        ("size", "a value is too large"),
        ("port", "can't be connected to"),
        ("private", "is at a private address"),
    ],
)
async def test_what_is_wrong_with_a_mailbox_is_named(
    imap: SmallImap,
    file_sessions: Sessions,
    start: StartPolling,
    monkeypatch: pytest.MonkeyPatch,
    case: str,
    sentence: str,
) -> None:
    limits, more = Limits(allow_private=case != "private", seconds=1.0), {}
    imap.inbox.add(mail(1))
    match case:
        case "password":
            imap.password = "another"
        case "variable":
            monkeypatch.delenv(VARIABLE)
        case "folder":
            more = {"folder": "Spam"}
        case "hang":
            imap.hang = "UID"
        case "size":
            imap.announce = 900_000_000
        case "port":
            more = {"port": 9}
    polling = await start(file_sessions, limits=limits)
    id = await follow(polling, imap, **more)
    await polling.settle()
    fault = (await state(polling, id)).fault
    assert fault is not None
    assert sentence in fault.sentence


async def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    imap: SmallImap, file_sessions: Sessions, start: StartPolling
) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    imap.inbox.add(mail(1))
    polling = await start(file_sessions, resolve=resolve)
    await follow(polling, imap, host="mail.example")
    await polling.settle()
    assert await stored(file_sessions) == ["Mail 1"]
    assert asked == ["mail.example"]
