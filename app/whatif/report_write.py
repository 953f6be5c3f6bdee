"""Writes a report as a table, CSV, JSON or HTML."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.output import csv_text, write_rows, write_text
from app.whatif.sections import Document


def write_document(
    document: Document,
    rows: tuple[Sequence[str], Sequence[Sequence[Any]]],
    form: str,
    output: Path | None,
) -> None:
    """Write a report to a file, or to stdout.

    Args:
        document: With its ``data`` for JSON.
        rows: Columns and rows of CSV.
        form: ``table``, ``csv``, ``json`` or ``html``.
        output: File to write; None for stdout.
    """
    from app.whatif.compare_json import json_lines
    from app.whatif.report_html import html_of
    from app.whatif.report_text import text_of

    match form:
        case "json":
            write_text(json_lines(document.data), output)
        case "csv":
            write_text(csv_text(*rows), output)
        case "html":
            write_text(html_of(document), output)
        case _:
            write_rows((), (), "table", output, table=text_of(document))
