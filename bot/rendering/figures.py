"""Tables and charts as Slack's own blocks where they fit, and their numbers in words.

https://docs.slack.dev/reference/block-kit/blocks/data-table-block
https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from base64 import b64encode

from bot.rendering.literal import clean, escape, shorten
from bot.rendering.spans import Json
from skills.catalogs import Say
from skills.reply import Cell, Chart, File, Picture, Table
from skills.text import ChannelRef

TABLE_ROWS = 100
TABLE_COLUMNS = 20
PAGE_SIZE = 10
CELL = 200
CHART_TITLE = 50
CHART_SERIES = 6
CHART_LABEL = 20
CHART_POINTS = 20


def build_table(table: Table, limit: int = CELL) -> Json:
    """Returns a data_table with the first rows and columns that it takes; a sole heading row gets an empty one."""
    width = min(len(table.columns), TABLE_COLUMNS)
    most = max(1, min(CELL, limit))
    rows = [[_cell(value, most) for value in row[:width]] for row in table.rows[:TABLE_ROWS]]
    return {
        "type": "data_table",
        "caption": shorten(clean(table.caption), 150),
        "rows": [[_cell(name, most) for name in table.columns[:width]], *(rows or [[_cell("–", 1)] * width])],
        "page_size": PAGE_SIZE,
        "row_header_column_index": 0,
    }


def fits(chart: Chart) -> bool:
    """Returns whether a data_visualization block takes the chart whole, its labels still apart when shortened."""
    if chart.band is not None or chart.picture:
        return False
    short = {shorten(label, CHART_LABEL) for label in chart.labels}
    names = {shorten(series.name, CHART_LABEL) for series in chart.series}
    return 1 <= len(chart.series) == len(names) <= CHART_SERIES and 1 <= len(chart.labels) == len(short) <= CHART_POINTS


def build_chart(chart: Chart) -> Json:
    """Returns a data_visualization; for a chart that it can't take, an image block that waits for its picture.

    `bot.pictures` draws and uploads what `picture` describes before the message is sent.
    """
    if not fits(chart):
        return {"type": "image", "alt_text": shorten(clean(chart.alt), 2000), "picture": as_picture(chart)}
    labels = [shorten(clean(label), CHART_LABEL) for label in chart.labels]
    series = [
        {
            "name": shorten(clean(one.name), CHART_LABEL),
            "data": [{"label": label, "value": value} for label, value in zip(labels, one.values, strict=True)],
        }
        for one in chart.series
    ]
    return {
        "type": "data_visualization",
        "title": shorten(clean(chart.title), CHART_TITLE),
        "chart": {"type": chart.kind, "series": series, "axis_config": {"categories": labels}},
    }


def build_picture(picture: Picture) -> Json:
    """Returns an image block that waits for its upload, as `build_chart` does."""
    drawn = {"png": b64encode(picture.png).decode("ascii")}
    return {"type": "image", "alt_text": shorten(clean(picture.alt), 2000), "picture": drawn}


def build_file(file: File) -> Json:
    """Returns a block that waits for its file, which `bot.pictures` uploads before the message is sent."""
    return {"type": "section", "file": {"name": clean(file.name), "content": file.content}}


def as_picture(chart: Chart) -> Json:
    """Returns a chart as JSON, so that it can wait in the outbox."""
    picture: Json = {
        "kind": chart.kind,
        "title": clean(chart.title),
        "labels": [clean(label) for label in chart.labels],
        "series": [{"name": clean(one.name), "values": list(one.values)} for one in chart.series],
    }
    if (band := chart.band) is not None:
        picture["band"] = {"name": clean(band.name), "lows": band.lows, "highs": band.highs, "forecast": band.forecast}
    return picture


def table_words(table: Table, say: Say) -> str:
    """Returns a table as lines of mrkdwn: its caption, its headings, and a line for each row."""
    headings = " | ".join(escape(clean(name)) for name in table.columns)
    rows = [" | ".join(_words(value, say) for value in row) for row in table.rows]
    return "\n".join((escape(clean(table.caption)), headings, *rows))


def chart_words(chart: Chart, say: Say) -> str:
    """Returns what a chart shows in mrkdwn, and its numbers, a line for each series."""
    lines = [f"{clean(chart.title)}: {clean(chart.alt)}"]
    for one in chart.series:
        points = (f"{clean(label)} {say.number(value)}" for label, value in zip(chart.labels, one.values, strict=False))
        lines.append(f"{clean(one.name)}: {', '.join(points)}")
    return escape("\n".join(lines))


def _cell(value: Cell, limit: int) -> Json:
    match value:
        case str():
            return {"type": "raw_text", "text": shorten(clean(value), limit) or "–"}
        case ChannelRef(id):
            section = {"type": "rich_text_section", "elements": [{"type": "channel", "channel_id": id}]}
            return {"type": "rich_text", "elements": [section]}
        case _:
            return {"type": "raw_number", "value": value}


def _words(value: Cell, say: Say) -> str:
    match value:
        case str():
            return escape(clean(value))
        case ChannelRef(id):
            return f"<#{id}>"
        case _:
            return say.number(value)
