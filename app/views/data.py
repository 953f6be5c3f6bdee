"""Data: what became of every line, what has no price, what looks odd, what could not be read."""

from functools import partial

import polars as pl
import streamlit as st

from app.charts.amounts import count_full, count_short, coverage
from app.charts.palette import Palette
from app.dashboard.card import card, escaped, headline
from app.dashboard.cube import total
from app.dashboard.filters import Selection
from app.dashboard.settings import settings
from app.dashboard.store import accounts, local
from app.dashboard.trust import all_requests, notes, unpriced
from app.tell import counted
from app.views import price_book
from app.views.price_book import count_table
from pricing.vocabulary import UnpricedReason

TITLE = "Data"
NEEDS_USAGE = False


def render(selection: Selection, palette: Palette) -> None:
    """Draw the page. Files are of all time; what has no price follows the filters."""
    del palette
    card("sources", _sources)
    if said := notes(selection):
        card("notes", partial(_notes, selection, said))
    card("unpriced usage", partial(_unpriced, selection))
    card("price book", partial(price_book.draw, selection))
    card("quarantine", _quarantine)


def _sources() -> None:
    table = accounts().sources
    sums = {name: count_full(int(table[name].sum())) for name in table.columns[1:-1]}
    headline(
        f"{sums['lines']} lines = {sums['events']} events + {sums['duplicates']} duplicates "
        f"+ {sums['not_usage']} not usage + {sums['quarantined']} quarantined",
        f"Lines of {sums['files']} files by source, all time; every line is one of the four",
    )
    zone = settings().zone
    shown = table.select(
        pl.col("sources").replace({"": "none recognised"}).alias("Source"),
        pl.col("files").alias("Files"),
        pl.col("lines").alias("Lines"),
        pl.col("events").alias("Events"),
        pl.col("duplicates").alias("Duplicates"),
        pl.col("not_usage").alias("Not usage"),
        pl.col("quarantined").alias("Quarantined"),
    ).with_columns(
        pl.Series("Last load", [f"{local(at, zone):%-d %b %Y %H:%M}" for at in table["loaded_at"]])
    )
    count_table(shown, "Lines by source")


def _notes(selection: Selection, said: list[str]) -> None:
    headline(
        f"{counted(len(said), 'thing')} to know beside the figures",
        f"What is counted once, what is left out, and what the cost rests on, {selection.scope}",
    )
    st.markdown("\n".join(f"- {escaped(each)}" for each in said))


def _unpriced(selection: Selection) -> None:
    missing = unpriced(selection.now)
    period = selection.period.name
    if missing.is_empty():
        headline("Everything has a price", f"Requests, {period}")
        return
    count = total(selection.now, "unpriced_requests")
    priced = coverage(total(selection.now, "priced_requests"), all_requests(selection.now))
    models = missing["model"].unique(maintain_order=True).to_list()
    which = f"all {models[0]}" if len(models) == 1 else f"{len(models)} models"
    since = min(missing["since"])
    headline(
        f"{count_full(count)} requests have no price, {which}, since {since.day} {since:%B}",
        f"Requests and tokens without a price, {period}; {priced} of requests are priced",
    )
    shown = pl.DataFrame(
        {
            "Model": missing["model"],
            "Tier": missing["service_tier"],
            "Requests": missing["unpriced_requests"],
            "Tokens": [count_short(tokens) for tokens in missing["unpriced_tokens"]],
            "Since": [f"{day.day} {day:%b}" for day in missing["since"]],
            "What to do": [UnpricedReason(why).sentence for why in missing["unpriced_reason"]],
        }
    )
    count_table(shown, "Usage without a price")


def _quarantine() -> None:
    table = accounts().quarantine
    if table.is_empty():
        headline("Every line could be read", "Quarantined lines, all time")
        return
    count = int(table["lines"].sum())
    headline(
        f"{count_full(count)} {'line' if count == 1 else 'lines'} could not be read",
        "Quarantined lines by reason, all time; list them with: ratecard load --quarantine",
    )
    shown = table.select(
        pl.col("reason").alias("Reason"),
        pl.col("lines").alias("Lines"),
        pl.col("path").str.split("/").list.last().alias("First in"),
        pl.col("line").alias("At line"),
        pl.col("excerpt").alias("Keys and numbers, no text"),
    )
    count_table(shown, "Quarantined lines by reason")
