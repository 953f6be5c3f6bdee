"""A self-contained HTML report: sections in, one file out that needs no network and prints well.

The drawing library is written into the file, and the figures' numbers stand in it as JSON, so a
report that is mailed on shows what it showed here. A policy within the file forbids it to fetch
anything.
"""

import json
from html import escape
from importlib.resources import files
from typing import Any

from app.whatif.sections import Document, Figure, Finding, Notes, Table

_NO_NETWORK = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:"
)

#: What a cell holds where nothing is known.
_UNKNOWN = ("–", "-", "unknown", "")


def html_of(document: Document) -> str:
    """Write a report as one HTML file. The same report gives the same bytes."""
    title, subtitle = escape(document.title), escape(document.subtitle)
    body = [f"<header><h1>{title}</h1><p class=sub>{subtitle}</p></header>"]
    figures = 0
    for section in document.sections:
        if isinstance(section, Figure):
            figures += 1
            body.append(_figure(section, figures))
        else:
            body.append(_text(section))
    if document.data is not None:
        body.append(f'<script type="application/json" id="data">{_json(document.data)}</script>')
    body.append(f"<footer>{escape(document.made_with)}</footer>")
    return _page(document.title, "\n".join(body), drawn=figures > 0)


def _page(title: str, body: str, *, drawn: bool) -> str:
    library = f"<script>{_plotly()}</script>" if drawn else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_NO_NETWORK}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_style()}</style>{library}</head>\n"
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("</script", "<\\/script")


def _style() -> str:
    return (files("app.whatif") / "report.css").read_text(encoding="utf-8")


def _text(section: Finding | Table | Notes) -> str:
    match section:
        case Finding(sentences):
            first, *others = sentences or ("",)
            more = "".join(f"<p>{escape(each)}</p>" for each in others)
            return f"<section class=finding><p class=lead>{escape(first)}</p>{more}</section>"
        case Notes(title, sentences):
            items = "".join(f"<li>{escape(each)}</li>" for each in sentences)
            return f"<section><h2>{escape(title)}</h2><ul>{items}</ul></section>"
        case _:
            return _table(section)


def _table(table: Table) -> str:
    head = "".join(
        f"<th{_class('n', k in table.numeric)}>{escape(name)}</th>"
        for k, name in enumerate(table.columns)
    )
    rows = "".join(
        f"<tr{_class('strong', number in table.strong)}>"
        + "".join(_cell(cell, numeric=k in table.numeric) for k, cell in enumerate(row))
        + "</tr>"
        for number, row in enumerate(table.rows)
    )
    note = f"<p class=note>{escape(table.note)}</p>" if table.note else ""
    title = f"<h2>{escape(table.title)}</h2>" if table.title else ""
    return (
        f"<section>{title}<div class=wide><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{note}</section>"
    )


def _cell(text: str, *, numeric: bool) -> str:
    names = " ".join(
        name for name, on in (("n", numeric), ("unknown", text.strip() in _UNKNOWN)) if on
    )
    return f'<td class="{names}">{escape(text)}</td>' if names else f"<td>{escape(text)}</td>"


def _class(name: str, on: bool) -> str:
    return f" class={name}" if on else ""


def _figure(section: Figure, number: int) -> str:
    drawing = section.figure.to_plotly_json()
    drawing["layout"].pop("template", None)
    height = section.figure.layout.height or 280
    settings = {"displayModeBar": False, "responsive": True}
    parts = ",".join(_json(each) for each in (drawing["data"], drawing["layout"], settings))
    return (
        f"<section class=figure><h2>{escape(section.title)}</h2>"
        f'<div id="figure-{number}" style="height:{height}px"></div>'
        f"<p class=note>{escape(section.caption)}</p>"
        f'<script>Plotly.newPlot("figure-{number}",{parts})</script></section>'
    )


def _json(value: Any) -> str:
    """Write JSON that no label of a log can leave: a ``<`` could close the script around it."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)
