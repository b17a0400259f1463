"""The process that parses untrusted files: `python -m index.loaders.worker MEMORY SECONDS`.

It reads a line of JSON, {"kind", "name", "charset", "length"}, and that many bytes from standard input, and
answers on standard output with a line of JSON: {"length"} and as many bytes of a `Reading` in JSON, or {"why"}. JSON,
since nothing that comes out of a process that may be subverted should be unpickled.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import BinaryIO

from pydantic import TypeAdapter

from index.loaders.kinds import Kind
from index.loaders.pages import Reading, UnreadableError
from index.loaders.parsing import parse

READING = TypeAdapter(Reading)


def limit_memory(size: int) -> None:
    """Lets this process take at most `size` bytes of address space, where the system can enforce that."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def limit_time(seconds: int) -> None:
    """Ends this process after `seconds`, even inside a parser's C code, unless it is called again before.

    Whoever asked kills it earlier; this is for when they were killed themselves.
    """
    if sys.platform != "win32":
        signal.alarm(seconds)


def serve(requests: BinaryIO, answers: BinaryIO, seconds: int) -> None:
    """Answers requests, each within `seconds`, until their stream ends."""
    while line := requests.readline():
        limit_time(seconds)
        asked = json.loads(line)
        data = requests.read(asked["length"])
        body = b""
        try:
            reading = parse(Kind(asked["kind"]), data, asked["name"], asked["charset"])
            body = READING.dump_json(reading)
            head = json.dumps({"length": len(body)})
        except UnreadableError as error:
            head = json.dumps({"why": str(error)})
        except MemoryError:
            head = json.dumps({"why": "takes too much memory to read"})
        except Exception as error:  # whatever an untrusted file makes a parser raise ends this file alone
            head = json.dumps({"why": f"can't be read ({type(error).__name__})"})
        answers.write(head.encode() + b"\n" + body)
        answers.flush()
        limit_time(0)


if __name__ == "__main__":
    limit_memory(int(sys.argv[1]))
    # What a parser prints must not end up among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers, int(sys.argv[2]))
