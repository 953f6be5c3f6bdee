"""A report for a terminal: the same sections as the HTML file, without the figures."""

from textwrap import fill

from app.whatif.sections import Document, Finding, Notes, Section, Table

_WIDTH = 110


def text_of(document: Document) -> str:
    """Lay a report out for people who read it in a terminal."""
    parts = [text for section in document.sections if (text := _text(section))]
    return "\n\n".join([*parts, document.subtitle])


def _text(section: Section) -> str:
    match section:
        case Finding(sentences):
            return "\n".join(fill(each, _WIDTH) for each in sentences)
        case Notes(title, sentences):
            points = (fill(each, _WIDTH, subsequent_indent="  ") for each in sentences)
            return "\n".join([title, *(f"- {point}" for point in points)])
        case Table():
            return _table(section)
        case _:
            return ""


def _table(table: Table) -> str:
    from tabulate import tabulate

    laid_out = tabulate(
        table.rows,
        headers=table.columns,
        tablefmt="simple",
        colalign=["right" if k in table.numeric else "left" for k in range(len(table.columns))]
        if table.rows
        else None,
        disable_numparse=True,
    )
    note = [fill(table.note, _WIDTH)] if table.note else []
    return "\n".join([*([table.title] if table.title else []), laid_out, *note])
