"""The filter row: which days, whose usage. All of it lives in the URL.

A filter's key is its URL parameter; the default is left out, and what the database does not know
is dropped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import streamlit as st

from app.charts.words import NAMES, shown
from app.dashboard.basis import AS_OF, ASSUME_TIER, PRICES_ON, asked_prices, draw_prices
from app.dashboard.cube import between, where
from app.dashboard.period import PRESETS, RANGE, THIS_MONTH, Period, anchor_day, before, period_of
from app.dashboard.prices import at_prices, basis, book
from app.dashboard.settings import settings
from app.dashboard.store import Snapshot, local
from app.dimensions import NONE
from app.ledger import Question
from app.pricing_basis import Basis
from app.scope import AUTO, BUCKET, REQUEST

FINANCE, ENGINEERING = "Finance", "Engineering"

#: Filter keys, which are URL parameters, and the dimension each filters.
FILTERS = {
    "team": "team",
    "model": "model",
    "workload": "workload",
    "key": "api_key",
    "project": "project",
    "tier": "service_tier",
    "context": "context_band",
    "unpriced": "unpriced_reason",
}
#: All that the row keeps in the URL.
KEYS = (*FILTERS, "period", "days", "view", "grain", PRICES_ON, AS_OF, ASSUME_TIER)
#: The other way round.
FILTER_OF = {dimension: key for key, dimension in FILTERS.items()}
#: What the reader may count, and the grain each means.
GRAINS = {"Auto": AUTO, "Logs": REQUEST, "Buckets": BUCKET}
_NAMED = 3
_OWN_POPOVER = ("team", "model")


@dataclass(frozen=True, slots=True)
class Selection:
    """What the reader looks at.

    Attributes:
        snapshot: All that was read.
        period: The days.
        compared: The period before, or None where the logs do not reach back.
        now: Cube of the period, filtered.
        earlier: Cube of ``compared``, filtered.
        filters: Dimension to the values let through.
        view: ``Finance`` or ``Engineering``.
        logs: First and last day of the logs.
        today: Today, where it is in the period and so not over.
    """

    snapshot: Snapshot
    period: Period
    compared: Period | None
    now: pl.DataFrame
    earlier: pl.DataFrame | None
    filters: dict[str, tuple[str, ...]]
    view: str
    logs: Period
    today: date | None = None

    @property
    def scope(self) -> str:
        """What is shown, for captions: the period, and what the filters leave."""
        chosen = [
            shown(value, name) if name != "unpriced_reason" else "unpriced"
            for name, values in self.filters.items()
            for value in values
        ]
        few = list(dict.fromkeys(chosen))
        if not few:
            return self.period.name
        named = ", ".join(few) if len(few) <= _NAMED else f"{len(few)} filter values"
        return f"{self.period.name}, only {named}"

    @property
    def question(self) -> Question:
        """What is shown, as a question to the database."""
        since, until = utc_range(self.period)
        where_ = tuple(sorted(self.filters.items()))
        zone, grain = settings().zone, self.snapshot.grain
        asked = Question(since=since, until=until, zone=zone, where=where_, grain=grain)
        return at_prices(asked, self.basis)

    @property
    def basis(self) -> Basis:
        """The prices of all that is shown."""
        return basis(self.snapshot.asked)

    def narrowed(self, cube: pl.DataFrame) -> pl.DataFrame:
        """Apply the period and the filters to another cube."""
        return where(between(cube, self.period.first, self.period.last), self.filters)


def draw_filters(snapshot: Snapshot, title: str) -> Selection:
    """Draw the row and return what it says."""
    zone = settings().zone
    logs = (local(snapshot.first_ts, zone).date(), local(snapshot.last_ts, zone).date())
    today = datetime.now(zone).date()
    before_drawn = _chosen(snapshot)
    anchor = anchor_day(logs[1], today)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        with st.container(
            horizontal=True, vertical_alignment="center", width="content", gap="xsmall"
        ):
            st.markdown(f"#### {title}", width="content")
            preset = st.segmented_control(
                "Period", PRESETS, default=THIS_MONTH, required=True, key="period",
                bind="query-params", label_visibility="collapsed",
            )  # fmt: skip
            chosen = _chosen_days(logs) if preset == RANGE else None
            for key in _OWN_POPOVER:
                _popover(key, snapshot)
            _more(snapshot)
            draw_prices(snapshot.asked, book(), logs[1], anchor.year)
        view = st.segmented_control(
            "View", (FINANCE, ENGINEERING), default=FINANCE, required=True, key="view",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
    if _chosen(snapshot) != before_drawn:
        st.rerun()  # the browser went back: only now do the controls have what the URL says
    period = period_of(preset or THIS_MONTH, anchor, chosen, logs)
    compared = before(period)
    filters = {FILTERS[key]: values for key in FILTERS if (values := _values(key))}
    reaches = compared.first >= logs[0]
    return Selection(
        snapshot=snapshot,
        period=period,
        compared=compared if reaches else None,
        now=where(between(snapshot.cube, period.first, period.last), filters),
        earlier=where(between(snapshot.cube, compared.first, compared.last), filters)
        if reaches
        else None,
        filters=filters,
        view=view or FINANCE,
        logs=Period(*logs, anchor.year),
        today=today if period.first <= today <= period.last else None,
    )


def _chosen(snapshot: Snapshot) -> tuple[Any, ...]:
    """Return what is chosen as far as it is known: before the row is drawn, or after."""
    held = [frozenset(_held(key, snapshot)) for key in FILTERS]
    return (*held, asked_grain(), asked_prices(book()))


def asked_grain() -> str:
    """Return what is to be counted, before its control is drawn."""
    asked = st.session_state.get("grain") or st.query_params.get("grain")
    return GRAINS.get(str(asked), AUTO)


def count_all() -> None:
    """Count whatever there is. Call in a callback."""
    st.session_state["grain"] = "Auto"


def only(key: str, value: str) -> None:
    """Set a filter to one value. Call in a callback."""
    st.session_state[key] = [value]


def clear() -> None:
    """Remove all filters. Call in a callback."""
    for key in FILTERS:
        st.session_state[key] = []


def show(preset: str) -> None:
    """Choose a period. Call in a callback."""
    st.session_state["period"] = preset


def _chosen_days(logs: tuple[date, date]) -> tuple[date, date]:
    first, last = _held_days() or logs
    label = Period(first, last, logs[1].year).name
    with st.popover(label, key="days_popover"):
        days = st.date_input(
            "First and last day", value=logs, min_value=logs[0], max_value=logs[1], key="days",
            bind="query-params",
        )  # fmt: skip
    return _both(days) or logs


def _held_days() -> tuple[date, date] | None:
    """Return the days as chosen, or as the URL has them before the widget is drawn."""
    if "days" in st.session_state:
        return _both(st.session_state["days"])
    try:
        return _both([date.fromisoformat(text) for text in st.query_params.get_all("days")])
    except ValueError:
        return None


def _both(days: Any) -> tuple[date, date] | None:
    """Return a start and an end; while only one is picked, None."""
    match days:
        case [date() as first, date() as last]:
            return first, last
        case _:
            return None


def _popover(key: str, snapshot: Snapshot) -> None:
    values = _held(key, snapshot)
    name = NAMES[FILTERS[key]]
    if not values:
        label = f"{name}: all"
    elif len(values) == 1:
        label = f"{name}: {shown(values[0], FILTERS[key])}"
    else:
        label = f"{name}: {len(values)}"
    with st.popover(label, key=f"{key}_popover"):
        _choice(key, snapshot)


def _more(snapshot: Snapshot) -> None:
    keys = [key for key in FILTERS if key not in _OWN_POPOVER]
    used = sum(1 for key in keys if _held(key, snapshot)) + (snapshot.grain != AUTO)
    with st.popover(f"More: {used}" if used else "More", key="more_popover"):
        for key in keys:
            _choice(key, snapshot)
        if snapshot.has_choice:
            st.segmented_control(
                "Count request logs or usage buckets", list(GRAINS), default="Auto", required=True,
                key="grain", bind="query-params",
                help="They hold the same traffic and are never added. Auto: the logs, and buckets "
                "on days without; Logs: these alone; Buckets: they, and logs on days without.",
            )  # fmt: skip
        st.button("Clear all filters", on_click=clear, type="tertiary", disabled=not _any())


def _choice(key: str, snapshot: Snapshot) -> None:
    dimension = FILTERS[key]
    known = options_of(snapshot.cube, dimension)
    # What was chosen stays a choice when other prices or another grain leave none of it.
    known += [value for value in _values(key) if value not in known]
    if not known:
        return
    st.multiselect(
        NAMES[dimension], known, key=key, bind="query-params",
        format_func=_shower(dimension), placeholder="all",
    )  # fmt: skip


def options_of(cube: pl.DataFrame, dimension: str) -> list[str]:
    """Return the values of a dimension, the most used first; none if no usage has one."""
    used = cube.group_by(dimension).agg(pl.col("requests").sum())
    found = used.sort("requests", dimension, descending=[True, False])[dimension].to_list()
    return [] if found == [NONE] else found


def _shower(dimension: str) -> Callable[[str], str]:
    return lambda value: shown(value, dimension)


def _values(key: str) -> tuple[str, ...]:
    held: Sequence[str] = st.session_state.get(key) or ()
    return tuple(held)


def _held(key: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return a filter's values, from the URL as long as its widget was not drawn."""
    if key in st.session_state:
        return _values(key)
    asked = set(st.query_params.get_all(key))
    dimension = FILTERS[key]
    return tuple(v for v in options_of(snapshot.cube, dimension) if shown(v, dimension) in asked)


def _any() -> bool:
    return any(_values(key) for key in FILTERS)


def utc_range(period: Period) -> tuple[datetime, datetime]:
    """Return a period as naive UTC instants, half-open."""
    zone = settings().zone
    ends = []
    for day in (period.first, date.fromordinal(period.last.toordinal() + 1)):
        at = datetime(day.year, day.month, day.day, tzinfo=zone)
        ends.append(at.astimezone(UTC).replace(tzinfo=None))
    return ends[0], ends[1]
