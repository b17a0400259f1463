"""The commands and their options; the work of each is in a module of its own, imported when it runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import Options

app = typer.Typer(
    help="Deskhand: a Slack bot that answers from your team's own documents.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
index_app = typer.Typer(help="The knowledge index.")
support_app = typer.Typer(help="The answer book of customer support.")
evaluate_app = typer.Typer(help="Measure on your own data.")
app.add_typer(index_app, name="index")
app.add_typer(support_app, name="support")
app.add_typer(evaluate_app, name="evaluate")
models_app = typer.Typer(help="Versions of the classifiers, and which of them serves.")
must_app = typer.Typer(help="Examples that no version may get wrong.")
app.add_typer(models_app, name="models")
models_app.add_typer(must_app, name="must")


class Method(StrEnum):
    """How a classifier is trained."""

    AUTO = "auto"
    HEADS = "heads"
    TUNED = "tuned"


class Task(StrEnum):
    """What classifiers learn from feedback."""

    INTENT = "intent"
    SENTIMENT = "sentiment"
    TOPIC = "topic"
    PRIORITY = "priority"


class Device(StrEnum):
    """Where an encoder is tuned."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


Port = Annotated[int, typer.Option(min=1, max=65535, help="The port on 127.0.0.1 to listen on.")]
Team = Annotated[str | None, typer.Option(help="The team's id, where the database holds several.")]
Version = Annotated[str, typer.Argument(metavar="V", help="The version's number.")]
Predictions = Annotated[Path | None, typer.Option(help="Write what was answered to this file, one JSON object a row.")]


@app.callback()
def options(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="Folder of all state; else $DESKHAND_DATA, else ./data.")] = None,
    config: Annotated[Path | None, typer.Option(help="Settings file; else ./deskhand.toml where it exists.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object; logs go to standard error.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    context.obj = Options(data, config, as_json, verbose)


@app.command()
def run(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port for signed HTTP, without an app token.")] = 3000,
    under_local: Annotated[bool, typer.Option("--under-local", hidden=True)] = False,
) -> None:
    """Connect to Slack: by Socket Mode when SLACK_APP_TOKEN is set, else by signed HTTP."""
    from bot.cli.run import run_bot

    run_bot(context.obj, port, under_local=under_local)


@app.command()
def local(
    context: typer.Context,
    port: Port = 3000,
    no_bot: Annotated[bool, typer.Option("--no-bot", help="Start the workspace alone.")] = False,
) -> None:
    """Try Deskhand in a workspace on this machine, with a page to talk to it."""
    from bot.cli.local import run_local

    run_local(context.obj, port, with_bot=not no_bot)


@app.command()
def prepare(context: typer.Context) -> None:
    """Convert the encoders and learn the demo's answer book once, so that the first start is quick."""
    from bot.cli.prepare import prepare_models

    prepare_models(context.obj)


@app.command()
def doctor(context: typer.Context) -> None:
    """Check settings, tokens, database, models, index and GPU, and say what to do about each fault."""
    from bot.cli.doctor import examine

    examine(context.obj)


@app.command()
def bench(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Which benchmarks; all without a name.")] = None,
    sets: Annotated[Path | None, typer.Option(help="A folder with data sets to take questions and texts from.")] = None,
) -> None:
    """Measure speed on this machine, against the bare encoder and the peers that are installed."""
    from bot.bench.command import run_benchmarks

    run_benchmarks(context.obj, names or [], sets)


@app.command()
def train(
    context: typer.Context,
    task: Annotated[Task | None, typer.Argument(metavar="[TASK]", help=", ".join(Task) + "; all without one.")] = None,
    examples: Annotated[
        list[Path] | None,
        typer.Option(help='JSONL {"text", "label"}, optionally "language", to learn from as well; may be repeated.'),
    ] = None,
    device: Annotated[Device | None, typer.Option(help="Where an encoder is tuned; else as the settings say.")] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="It may take so long; else as the settings say.")
    ] = None,
    team: Team = None,
) -> None:
    """Learn from the feedback now, beside a running bot or without one; what is better on it serves from then on."""
    from bot.cli.training import train

    train(context.obj, task and task.value, examples or [], device and device.value, minutes, team)


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        models_list(context)


@models_app.command("list")
def models_list(context: typer.Context, team: Team = None) -> None:
    """List the versions and the last decisions."""
    from bot.cli.models import list_versions

    list_versions(context.obj, team)


@models_app.command("show")
def models_show(context: typer.Context, version: Version, team: Team = None) -> None:
    """Show what the gate decided about a version, and why."""
    from bot.cli.models import show

    show(context.obj, version, team)


@models_app.command("diff")
def models_diff(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="A")],
    other: Annotated[str, typer.Argument(metavar="B")],
    team: Team = None,
) -> None:
    """Compare the data and the verdicts of two versions."""
    from bot.cli.models import diff

    diff(context.obj, one, other, team)


@models_app.command("promote")
def models_promote(context: typer.Context, version: Version, team: Team = None) -> None:
    """Let a version serve in place of the one that does."""
    from bot.cli.models import promote

    promote(context.obj, version, team)


@models_app.command("rollback")
def models_rollback(context: typer.Context, team: Team = None) -> None:
    """Let the version serve again that did before."""
    from bot.cli.models import roll_back

    roll_back(context.obj, team)


@must_app.callback(invoke_without_command=True)
def must(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        must_list(context)


@must_app.command("list")
def must_list(context: typer.Context, team: Team = None) -> None:
    """List the examples that must never break."""
    from bot.cli.must import list_must

    list_must(context.obj, team)


@must_app.command("add")
def must_add(
    context: typer.Context,
    task: Annotated[Task, typer.Argument(metavar="TASK", help=", ".join(Task))],
    label: Annotated[str, typer.Argument(metavar="LABEL", help='What it must be taken for; an intent, or "none".')],
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    team: Team = None,
) -> None:
    """Add an example that must never break."""
    from bot.cli.must import add_must

    add_must(context.obj, task.value, label, text, team)


@must_app.command("remove")
def must_remove(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="N", help="Its number in the list.")],
    team: Team = None,
) -> None:
    """Take an example off the list."""
    from bot.cli.must import remove_must

    remove_must(context.obj, number, team)


@index_app.command("add")
def index_add(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="PATH-or-URL...", help="Files, folders, pages, sitemaps.")],
    visible_to: Annotated[
        list[str] | None, typer.Option(help="Only for this channel or person; may be repeated.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="The team's id, where the database holds several.")] = None,
) -> None:
    """Add documents, or refresh those that were added before."""
    from bot.cli.index import add

    add(context.obj, sources, visible_to or [], team)


@index_app.command("remove")
def index_remove(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="PATH-or-URL...")],
    team: Annotated[str | None, typer.Option(help="The team's id, where the database holds several.")] = None,
) -> None:
    """Remove documents, by what was added or by a single document's path or URL."""
    from bot.cli.index import remove

    remove(context.obj, sources, team)


@index_app.command("status")
def index_status(
    context: typer.Context,
    team: Annotated[str | None, typer.Option(help="The team's id, where the database holds several.")] = None,
) -> None:
    """Say what is in the index."""
    from bot.cli.index import status

    status(context.obj, team)


@index_app.command("rebuild")
def index_rebuild(
    context: typer.Context,
    team: Annotated[str | None, typer.Option(help="The team's id, where the database holds several.")] = None,
) -> None:
    """Encode every passage anew and write the derived files again."""
    from bot.cli.index import rebuild

    rebuild(context.obj, team)


@index_app.command("search")
def index_search(
    context: typer.Context,
    question: str,
    as_person: Annotated[
        list[str] | None,
        typer.Option("--as", help="As this channel or person; everyone's documents without it."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 5,
    team: Annotated[str | None, typer.Option(help="The team's id, where the database holds several.")] = None,
) -> None:
    """Search as the bot does."""
    from bot.cli.index import search

    search(context.obj, question, as_person or [], limit, team)


@support_app.command("import")
def support_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An answer book (YAML, CSV), or past conversations (CSV, JSONL).")],
    merge: Annotated[bool, typer.Option("--merge", help="Add to the answer book instead of replacing it.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write what was learned from conversations to this YAML file as well.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="The team's id, where the database holds several.")] = None,
) -> None:
    """Take over an answer book, or have one proposed from past conversations (question, answer, intent)."""
    from bot.cli.support import import_file

    import_file(context.obj, file, merge=merge, out=out, team=team)


@support_app.command("export")
def support_export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to: a name that ends in .yaml or .csv.")],
    team: Annotated[str | None, typer.Option(help="The team's id, where the database holds several.")] = None,
) -> None:
    """Write the answer book to a file."""
    from bot.cli.support import export_file

    export_file(context.obj, file, team)


@evaluate_app.command("retrieval")
def evaluate_retrieval(
    context: typer.Context,
    corpus: Annotated[Path, typer.Option(help='JSONL {"_id", "title", "text"}')],
    queries: Annotated[Path, typer.Option(help='JSONL {"_id", "text"}, optionally "history"')],
    qrels: Annotated[Path, typer.Option(help="TSV with a header: query-id, corpus-id, score")],
    language: Annotated[str | None, typer.Option(help="The texts' language, such as en or zh; else detected.")] = None,
    predictions: Predictions = None,
) -> None:
    """Measure search: nDCG@10 and the rest, for the fused ranking and for its parts."""
    from bot.cli.evaluate import retrieval

    retrieval(context.obj, corpus, queries, qrels, language, predictions)


@evaluate_app.command("intents")
def evaluate_intents(
    context: typer.Context,
    train: Annotated[Path, typer.Option(help='JSONL {"text", "label"} to learn from')],
    test: Annotated[Path, typer.Option(help='JSONL {"text", "label"} to measure on')],
    oos_label: Annotated[str, typer.Option(help="The label that means out of scope.")] = "oos",
    shots: Annotated[int | None, typer.Option(min=2, help="Learn from so many rows a label only.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="By which those rows are drawn.")] = 0,
    method: Annotated[
        Method, typer.Option(help="Heads on the frozen encoder, a tuned encoder, or whichever validates better.")
    ] = Method.AUTO,
    minutes: Annotated[float, typer.Option(min=0.1, help="Tuning may take so long.")] = 8.0,
    predictions: Predictions = None,
) -> None:
    """Train a classifier on labelled texts and measure it on others."""
    from bot.cli.evaluate import intents

    intents(context.obj, train, test, oos_label, shots, seed, method.value, minutes, predictions)


@evaluate_app.command("sentiment")
def evaluate_sentiment(
    context: typer.Context,
    test: Annotated[Path, typer.Option(help='JSONL {"text", "label"}: negative, neutral or positive')],
    predictions: Predictions = None,
) -> None:
    """Measure how well the sentiment of texts is read."""
    from bot.cli.evaluate_served import sentiment

    sentiment(context.obj, test, predictions)


@evaluate_app.command("routing")
def evaluate_routing(
    context: typer.Context,
    test: Annotated[Path, typer.Option(help='JSONL {"text", "label"}: support, monitor, knowledge, tasks or none')],
    predictions: Predictions = None,
) -> None:
    """Measure how well messages are routed to skills."""
    from bot.cli.evaluate_served import routing

    routing(context.obj, test, predictions)


@evaluate_app.command("duedates")
def evaluate_duedates(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="F", help='JSONL {"text", "now", "expected"}')],
    predictions: Predictions = None,
) -> None:
    """Measure how many due dates in sentences are read as people meant them."""
    from bot.cli.evaluate_duedates import duedates

    duedates(context.obj, file, predictions)


@evaluate_app.command("surges")
def evaluate_surges(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folders of CSV files: timestamp,value")],
    labels: Annotated[Path, typer.Option(help='JSON {"folder/file.csv": [[begin, end], …]}')],
    predictions: Predictions = None,
) -> None:
    """Measure how well unusual stretches of labelled series are found, as the Numenta Anomaly Benchmark does."""
    from bot.cli.evaluate_surges import surges

    surges(context.obj, folder, labels, predictions)


@evaluate_app.command("schedule")
def evaluate_schedule(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="F", help="A PSPLIB .sm file")],
    seconds: Annotated[float, typer.Option(min=0.1, help="Planning may take so long.")] = 10.0,
    predictions: Predictions = None,
) -> None:
    """Find the shortest schedule of a project whose activities share resources, and say whether it is proven."""
    from bot.cli.evaluate_schedule import evaluate_schedule

    evaluate_schedule(context.obj, file, seconds, predictions)
