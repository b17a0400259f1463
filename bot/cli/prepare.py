"""`deskhand prepare`: what the first start would have to make."""

from __future__ import annotations

import sys

from bot.cli.output import Options, Refused


def prepare_models(options: Options) -> None:
    """Converts the encoders, and trains the router and the demo's intents, into the user's cache folder.

    Quick when that was done before.
    """
    from bot import knowledge
    from bot.discovery import SkillError, installed_skills
    from bot.router import open_router
    from bot.start import demo_book
    from index.encoders.catalog import prepare
    from index.encoders.sources import EncoderUnavailableError
    from skills.support.understanding.intents import preferred, shipped_heads, stored, train

    def tell(doing: str) -> None:
        print(f"{doing} …", file=sys.stderr, flush=True)

    try:
        statuses = prepare(lambda name: tell(f"Converting the encoder {name}"))
        encoders = knowledge.encoders(options.settings()).encoders
        open_router(installed_skills(), encoders)
        book, encoder = demo_book(), preferred(encoders)
        if encoder is not None and stored(book, encoder, shipped_heads()) is None:
            tell("Learning the demo's answer book, about a minute")
            train(book, encoder, shipped_heads())
    except (EncoderUnavailableError, SkillError, OSError, ValueError) as error:
        raise Refused(f"the models could not be prepared: {error}") from None
    options.show(
        {status.name: status.prepared for status in statuses},
        "\n".join(f"{status.name}: {'ready' if status.prepared else status.reason}" for status in statuses),
    )
