"""The price control: as billed, as known on a day, or all at the prices of a day.

Its parts are URL parameters, named as the options of the commands; one left alone is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import streamlit as st

from app.pricing_basis import TIERS
from pricing.book import PriceBook

PRICES_ON, AS_OF, ASSUME_TIER = "prices_on", "prices_as_of", "assume_tier"

BILLED, KNOWN, ONE_DAY = "As billed", "As known on a day", "All at the prices of a day"
_MEANING = {
    BILLED: "Each request at the price of its own day",
    KNOWN: "The same, by what was known of prices by then",
    ONE_DAY: "What the same usage costs at one day’s prices",
}
_CHOICE = "prices_choice"
_LEAVE = "leave unpriced"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which prices the reader asks for.

    Attributes:
        prices_on: The day at whose prices all usage is priced; None for its own.
        as_of: Only prices known by this day count; None for all.
        assume_tier: Tier for usage of unknown tier; None leaves it unpriced.
    """

    prices_on: date | None = None
    as_of: date | None = None
    assume_tier: str | None = None

    @property
    def choice(self) -> str:
        """Which of the three it is."""
        if self.prices_on:
            return ONE_DAY
        return KNOWN if self.as_of else BILLED


AS_BILLED = Asked()


@dataclass(frozen=True, slots=True)
class Days:
    """The days that may be asked for: first and last of each date."""

    prices_on: tuple[date, date]
    as_of: tuple[date, date]


def days_of(book: PriceBook, today: date) -> Days:
    """Return the days a book has prices for, and those on which it knew any."""
    starts = [entry.effective_from.date() for entry in book.entries]
    known = min(entry.known_at for entry in book.entries).date()
    return Days((min(starts), max(today, *starts)), (known, max(today, known)))


def asked_prices(book: PriceBook) -> Asked:
    """Return what is asked for, before the control is drawn."""
    days = days_of(book, _today())
    tier = st.session_state.get(ASSUME_TIER) or st.query_params.get(ASSUME_TIER)
    return Asked(
        _day(PRICES_ON, days.prices_on),
        _day(AS_OF, days.as_of),
        tier if tier in TIERS else None,
    )


def draw_prices(asked: Asked, book: PriceBook, newest: date, year: int) -> None:
    """Draw the control.

    Args:
        asked: Of ``asked_prices``.
        book: The prices.
        newest: The newest day of the logs.
        year: The year that goes without saying.
    """
    days = days_of(book, _today())
    known = min(max(newest, days.as_of[0]), days.as_of[1])
    st.session_state[_CHOICE] = asked.choice
    with st.popover(label(asked, year), key="prices_popover"):
        st.radio(
            "Prices", list(_MEANING), captions=list(_MEANING.values()), key=_CHOICE,
            on_change=_chosen(_today(), known),
        )  # fmt: skip
        # Both are drawn whatever the choice: a link has only what is on the page.
        _date("All at the prices of (UTC)", PRICES_ON, days.prices_on)
        _date("As known on (UTC)", AS_OF, days.as_of)
        st.selectbox(
            "Unknown service tier", (_LEAVE, *TIERS), key=ASSUME_TIER, bind="query-params",
            help="Usage whose service tier nobody stated has no price, unless you assume one.",
        )  # fmt: skip


def label(asked: Asked, year: int) -> str:
    """Name what is chosen, shortly: the first of it, and how much more."""
    said = [f"{_short(asked.prices_on, year)}"] if asked.prices_on else []
    if asked.as_of:
        said.append(f"known {_short(asked.as_of, year)}")
    if asked.assume_tier:
        said.append(f"unknown as {asked.assume_tier}")
    more = f" +{len(said) - 1}" if said[1:] else ""
    return f"Prices: {said[0]}{more}" if said else "Prices: as billed"


def _chosen(today: date, known: date) -> Callable[[], None]:
    """Return what turns the choice into days, which are what the URL holds."""

    def chosen() -> None:
        choice = st.session_state[_CHOICE]
        st.session_state[PRICES_ON] = today if choice == ONE_DAY else None
        st.session_state[AS_OF] = known if choice == KNOWN else None

    return chosen


def _date(words: str, key: str, days: tuple[date, date]) -> None:
    st.date_input(
        words, value=None, min_value=days[0], max_value=days[1], key=key, bind="query-params",
        format="YYYY-MM-DD",
    )  # fmt: skip


def _day(key: str, days: tuple[date, date]) -> date | None:
    """Return a day as chosen, or as the URL has it before its widget is drawn."""
    if key in st.session_state:
        held: date | None = st.session_state[key]
        return held
    try:
        asked = date.fromisoformat(st.query_params.get(key, ""))
    except ValueError:
        return None
    return asked if days[0] <= asked <= days[1] else None


def _short(day: date, year: int) -> str:
    return f"{day.day} {day:%b}" if day.year == year else f"{day.day} {day:%b %Y}"


def _today() -> date:
    return datetime.now(UTC).date()
