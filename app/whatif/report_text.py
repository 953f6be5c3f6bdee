"""A report for a terminal: the same sections as the HTML file, without the figures."""

from textwrap import fill

from app.whatif.sections import Document, Finding, Notes, Section, Table

_WIDTH = 110
#: A column of words this wide is not broken.
_LONG = 14


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
        maxcolwidths=_widths(table),
    )
    note = [fill(table.note, _WIDTH)] if table.note else []
    return "\n".join([*([table.title] if table.title else []), laid_out, *note])


def _widths(table: Table) -> list[int | None] | None:
    """Return where columns of words are broken, so that the table is no wider than the rest.

    Columns that are long share what the others leave, each by how much it holds.
    """
    cells = [table.columns, *table.rows]
    # A heading is padded by two.
    heads = [len(name) + 2 for name in table.columns]
    natural = [max(heads[k], *(len(row[k]) for row in cells)) for k in range(len(heads))]
    room = _WIDTH - 2 * (len(natural) - 1)
    long = [k for k, width in enumerate(natural) if width > _LONG and k not in table.numeric]
    if sum(natural) <= room or not long:
        return None
    room -= sum(width for k, width in enumerate(natural) if k not in long)
    # By the root, or one column of whole sentences would leave nothing to the others.
    parts = {k: natural[k] ** 0.5 for k in long}
    shares = {k: max(int(room * part / sum(parts.values())), _LONG) for k, part in parts.items()}
    return [min(shares[k], natural[k]) if k in shares else None for k in range(len(natural))]
