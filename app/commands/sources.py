"""What logs are read."""

from difflib import get_close_matches
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from app.errors import UserError
from app.options import format_option, output_option

if TYPE_CHECKING:
    from ingest.source import Source

COLUMNS = ("name", "title", "formats", "recognised", "key", "counts", "tier", "traps")


@click.command("sources")
@click.argument("name", required=False, metavar="[NAME]")
@format_option
@output_option
def command(name: str | None, format: str, output: Path | None) -> None:
    """List the logs that are read, and how each is recognised; or tell all of one.

    A record that meets every condition of one source is that source's. What none recognises can
    be described in a mapping file: see ratecard load --suggest-map.

    \b
    Examples:
      ratecard sources
      ratecard sources litellm_spend_logs
      ratecard sources --format json
    """
    from app.output import write_rows
    from ingest.source import all_sources

    found = [source for source in all_sources() if name in {None, source.name}]
    if not found:
        near = get_close_matches(str(name), [source.name for source in all_sources()], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UserError(f"there is no source '{name}'{hint} (ratecard sources lists them)")
    shown = [_summary(source) for source in found] if name is None else [_all_of(found[0])]
    rows = [_row(source) for source in found]
    write_rows(COLUMNS, rows, format, output, table="\n\n".join(shown))


def _row(source: "Source") -> tuple[str, ...]:
    notes = source.notes
    recognised = "; ".join(recognised_by(source))
    return (
        source.name, source.title, formats_of(source), recognised, notes["key"], notes["counts"],
        notes["tier"], notes["traps"],
    )  # fmt: skip


def formats_of(source: "Source") -> str:
    """Return the forms its records may be in; what is read from JSON is read from Parquet."""
    also = ("parquet",) if "json" in source.formats else ()
    return " ".join((*source.formats, *also))


def recognised_by(source: "Source") -> list[str]:
    """Return the conditions that a record meets, and how the record comes about."""
    found = [", ".join(map(str, source.clauses))]
    if source.unfolds:
        found.append("each record taken out of " + " or ".join(map(str, source.unfolds)))
    if source.rewriter:
        about = (source.rewriter.__doc__ or "").partition("\n\n")[0]
        found.append("lines of a file are read in order: " + " ".join(about.split()))
    return found


def _summary(source: "Source") -> str:
    clauses = "\n    ".join(recognised_by(source))
    return f"{source.name} ({formats_of(source)})\n  {source.title}\n  recognised by: {clauses}"


def _all_of(source: "Source") -> str:
    places = "bare, or in an envelope (response.body, response, body)" if source.wrapped else "bare"
    parts = {"a record lies": places, **source.notes}
    told = [f"{what}:\n{indent(text, '  ')}" for what, text in parts.items()]
    return "\n".join([_summary(source), *(indent(each, "  ") for each in told)])
