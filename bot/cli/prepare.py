"""`deskhand prepare`: what the first start would have to make."""

from __future__ import annotations

import sys

from bot.cli.output import Options, Refused


def prepare_models(options: Options) -> None:
    """Converts the encoders and trains the router into the user's cache folder; quick when that was done before."""
    from bot import knowledge
    from bot.discovery import SkillError, installed_skills
    from bot.router import open_router
    from index.encoders.catalog import prepare
    from index.encoders.sources import EncoderUnavailableError

    def tell(name: str) -> None:
        print(f"Converting the encoder {name} …", file=sys.stderr, flush=True)

    try:
        statuses = prepare(tell)
        open_router(installed_skills(), knowledge.encoders(options.settings()).encoders)
    except (EncoderUnavailableError, SkillError, OSError, ValueError) as error:
        raise Refused(f"the models could not be prepared: {error}") from None
    options.show(
        {status.name: status.prepared for status in statuses},
        "\n".join(f"{status.name}: {'ready' if status.prepared else status.reason}" for status in statuses),
    )
