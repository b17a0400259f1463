"""What can be wrong with a source: a code with values, and one English sentence that says what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "settings": "The source's settings are wrong: {what}.",
    "kind": "No installed package brings sources of the kind {kind}: install it again, or delete the source.",
    "address": "{host} is at a private address, which is not allowed: use a public one, or allow private addresses.",
    "unknown_host": "There is no host {host}: check the address for a slip of the pen.",
    "unreachable": "{host} can't be connected to: it is tried again with growing pauses; check that it still exists.",
    "timeout": "{host} did not answer in full within {seconds} seconds: it is tried again with growing pauses.",
    "broken": "{host} breaks off its answers ({error}): it is tried again; tell those who run it if it goes on.",
    "gone": "There is nothing at this address any more (HTTP status {status}): look for the new one on the site.",
    "login": "{host} asks for a login (HTTP status {status}): use a public address, or name a token in the settings.",
    "refused": "{host} asks us to come less often (HTTP status {status}): it is asked again later, by and by.",
    "spared": "{host} asks us to come less often, so nothing there is asked for now: it is looked at by and by.",
    "forbidden": "{host} refuses us (HTTP status {status}): it is asked again later; look whether it wants a token.",
    "status": "{host} answers with HTTP status {status}: it is tried again; open the address in a browser to see why.",
    "redirects": "{host} redirects more than {number} times: use the address that it should lead to.",
    "url": "The address that {host} leads to {why}: use the address of the feed itself.",
    "too_large": "{host} sends more than {megabytes} MB: use a smaller feed, or one of a single topic.",
    "compression": "{host} packs its answer in a way that was not asked for: tell those who run it.",
    "html": "{host} sends a web page where a feed should be: look for the feed's own address on that page.",
    "not_feed": "{host} sends something that is no RSS or Atom feed: check the address in a browser.",
    "not_json": "{host} sends something that is not JSON: check the address in a browser.",
    "too_complex": "{host} sends more than {number} values at once: ask it for fewer by the address's parameters.",
    "mapping": "The mapping finds no list of posts in what {host} sends: check `items` against an answer of it.",
    "mailbox": "The mailbox at {host} answers {what}: check the settings, folder included.",
    "mailbox_login": "The mailbox at {host} refuses user or password: check the password in {variable}.",
    "secret": "The environment variable {variable} is not set: set it where the bot runs, and start it again.",
    "file_missing": "The file {path} can't be read ({why}): put it there, or mend its rights.",
    "file_outside": "The file {path} is outside the folder that may be read: move it to {folder}.",
    "file_shape": "The file {path} has no columns or keys that the settings name: check {what}.",
    "signature": "The request's signature is wrong: sign the time and the body with the secret of this source.",
    "stale": "The request is {seconds} seconds old or ahead: set the sender's clock, and send at once.",
    "body": "The request's body is no JSON object or list of objects with a title or text: {what}.",
    "unexpected": "The source could not be read ({error}), which is a fault of ours: it is tried again.",
    "silent": "Nothing new for {hours} hours, where {usual} hours are usual: look whether the source has moved.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A key of `SENTENCES`, and what stands in its gaps; the page in Slack may say it in another language."""

    code: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """One sentence, with what to do."""
        return SENTENCES[self.code].format_map(self.values)


class SourceError(Exception):
    """A source could not be read. `refused`: the server asks for patience; `retry_after` says for how many seconds."""

    def __init__(
        self,
        code: str,
        *,
        refused: bool = False,
        retry_after: float | None = None,
        **values: str | int | float,
    ) -> None:
        self.fault = Fault(code, {name: _short(value) for name, value in values.items()})
        self.refused = refused
        self.retry_after = retry_after
        super().__init__(self.fault.sentence)


def _short(value: str | int | float) -> str | int | float:
    return value[:200].replace("\0", "") if isinstance(value, str) else value
