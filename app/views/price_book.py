"""The price book on the Data page: which it is, and what looks odd in it."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from app.charts.amounts import count_full
from app.dashboard.answers import odd_prices
from app.dashboard.card import headline
from app.dashboard.cube import summed
from app.dashboard.filters import Selection
from app.dashboard.trust import book_date, book_digest
from app.tell import counted
from pricing.lint import Oddity

PAST_SHUTDOWN = "past_shutdown"
_KINDS = {
    PAST_SHUTDOWN: "Used past shutdown",
    "batch_not_half": "Batch is not half",
    "cached_above_input": "Cached above input",
    "long_below_short": "Long below short",
    "priority_below_standard": "Priority below standard",
    "source_stale": "Not checked for long",
}


def draw(selection: Selection) -> None:
    """Draw the card. What looks odd is no fault; what is used comes first."""
    used = _requests_by_model(selection)
    found = by_use(odd_prices(selection.basis.book), used)
    as_of = selection.snapshot.asked.as_of
    known = "" if as_of is None else f", as known on {as_of:%-d %b %Y}"
    read = selection.basis.book
    headline(
        finding(found, used),
        f"Price book {book_digest()} of {book_date():%-d %b %Y}{known}: "
        f"{counted(len(read.models), 'model')}, {count_full(len(read.entries))} entries; "
        "rates in USD per 1M tokens, requests of all time. The same list: ratecard prices check",
    )
    mattering = [each for each in found if each.kind == PAST_SHUTDOWN or used.get(model_of(each))]
    rest = [each for each in found if each not in mattering]
    if mattering:
        count_table(_rows(mattering, used), "What looks odd about prices in use")
    if rest:
        with st.expander(f"{len(rest)} of models not in use"):
            count_table(_rows(rest, used).drop("Requests"), "What looks odd about other prices")


def _rows(found: Sequence[Oddity], used: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "What": [_KINDS.get(each.kind, each.kind.replace("_", " ")) for each in found],
            "Where": [each.where for each in found],
            "Requests": [used.get(model_of(each), 0) for each in found],
            "In figures": [each.what[:1].upper() + each.what[1:] for each in found],
        }
    )


def by_use(found: Sequence[Oddity], used: dict[str, int]) -> list[Oddity]:
    """Put models past their shutdown first, then what was used most."""
    return sorted(
        found, key=lambda each: (each.kind != PAST_SHUTDOWN, -used.get(model_of(each), 0))
    )


def finding(found: Sequence[Oddity], used: dict[str, int]) -> str:
    """Say what asks for a look: models past their shutdown, and odd prices of models in use."""
    late = [each for each in found if each.kind == PAST_SHUTDOWN]
    odd = [each for each in found if each.kind != PAST_SHUTDOWN]
    in_use = sum(1 for each in odd if used.get(model_of(each)))
    said = []
    if late:
        said.append(f"{model_of(late[0])} was used past its shutdown" if len(late) == 1
                    else f"{len(late)} models were used past their shutdown")  # fmt: skip
    if odd:
        verb = "looks" if len(odd) == 1 else "look"
        which = f"{in_use} of them" if in_use else "none"
        said.append(f"{counted(len(odd), 'price')} {verb} odd, {which} of models in use")
    return "; ".join(said) or "No price looks odd, and no model was used past its shutdown"


def model_of(oddity: Oddity) -> str:
    """Return the model an oddity is about: the second part of its version or name."""
    return oddity.where.split("/")[1] if "/" in oddity.where else oddity.where


def count_table(frame: pl.DataFrame, alt: str) -> None:
    """Draw a table of the page, its counts with separators."""
    counts = [name for name, kind in frame.schema.items() if kind == pl.Int64]
    st.dataframe(
        frame, hide_index=True, height="content", alt=alt,
        column_config={name: st.column_config.NumberColumn(format="localized") for name in counts},
    )  # fmt: skip


def _requests_by_model(selection: Selection) -> dict[str, int]:
    rows = summed(selection.snapshot.cube, ["model"]).select("model", "requests").rows()
    return {model: int(requests) for model, requests in rows}
