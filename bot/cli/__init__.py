"""The command line, `deskhand`: one module a command, each importing what it needs when it runs."""

from __future__ import annotations

import sys

import typer

from bot.cli.commands import app
from bot.cli.output import Refused, fail

_WITH_VALUE = ("--data", "--config")
_FLAGS = ("--json", "--verbose", "-v")


def main() -> None:
    """Runs the command in `sys.argv`; exits 0 on success and 2, with one line, on wrong usage or bad input."""
    try:
        arguments = _globals_first(sys.argv[1:])
        if arguments in ([], ["index"], ["evaluate"]):
            arguments.append("--help")
        raise SystemExit(app(arguments, prog_name="deskhand", standalone_mode=False))
    except Refused as refusal:
        fail(str(refusal))
    except typer.TyperException as error:
        fail(f"{error.format_message()} (deskhand --help lists the commands and options)")
    except (typer.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    except Exception as error:
        if "-v" in sys.argv or "--verbose" in sys.argv:
            raise
        print(f"deskhand: a fault of Deskhand's own ({type(error).__name__}); -v shows where", file=sys.stderr)
        raise SystemExit(1) from None


def _globals_first(arguments: list[str]) -> list[str]:
    """Global options may stand anywhere; Typer wants them before the subcommand."""
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _WITH_VALUE:
            value = next(words, None)
            if value is None:
                raise Refused(f"{word} needs a value")
            first += [word, value]
        elif word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            first.append(word)
        else:
            rest.append(word)
    return first + rest
