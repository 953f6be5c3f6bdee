"""The trust line: how complete the figures are, on which prices, and how old."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import streamlit as st

from app.charts.amounts import count_full, coverage
from app.dashboard.answers import beside
from app.dashboard.basis import AS_BILLED
from app.dashboard.card import escaped
from app.dashboard.cube import DIMENSIONS, total
from app.dashboard.filters import GRAINS, Selection
from app.dashboard.prices import book
from app.dashboard.settings import settings
from app.dashboard.store import Snapshot, local, minutes_since
from app.dimensions import NONE, dimension
from app.tell import counted
from pricing.vocabulary import UnpricedReason

_WELL_PER_MILLE, _POOR_PER_MILLE = 995, 950
_OLD_H = 36
_DIGEST_LETTERS = 8


def draw_trust(selection: Selection) -> None:
    """Draw the line."""
    snapshot = selection.snapshot
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="trust",
        wrap=snapshot.asked != AS_BILLED,
    ):  # fmt: skip
        if snapshot.demo:
            st.badge("Demo data", icon=":material/science:", color="orange",
                     help=f"The invented company {snapshot.demo}")  # fmt: skip
        if snapshot.stale:
            at = snapshot.read_at.astimezone(settings().zone)
            st.badge(f"as of {at:%H:%M}, a load is running", color="orange")
        _coverage(selection.now)
        if snapshot.asked != AS_BILLED:
            st.badge(selection.basis.words, icon=":material/history:", color="violet",
                     help="Not what was billed. Undo it under Prices.")  # fmt: skip
        _notes(selection)
        st.caption(" · ".join(statements(selection)), width="content")


def statements(selection: Selection) -> list[str]:
    """Return what the line says after its badges."""
    snapshot, zone = selection.snapshot, settings().zone
    missing = total(selection.now, "unpriced_requests")
    newest = local(snapshot.last_ts, zone).date()
    said = [f"{count_full(missing)} unpriced"] if missing else []
    book_named = f"book {book_digest()} of {dated(book_date(), selection)}"
    if snapshot.asked == AS_BILLED:
        book_named = f"{selection.basis.words}, {book_named}"
    logs = f"logs to {dated(newest, selection)}"
    if not snapshot.demo and is_old(snapshot, datetime.now(UTC).replace(tzinfo=None)):
        logs = f":orange[{logs}]"
    return [
        *said,
        book_named,
        f"days in {settings().zone_name}",
        f"{logs}, loaded {age(snapshot)}",
    ]


def notes(selection: Selection) -> list[str]:
    """Return what to know beside the figures, a sentence each."""
    if not selection.snapshot.has_caveats:
        return []
    by = tuple(dimension(name) for name in DIMENSIONS)
    control = {grain: name for name, grain in GRAINS.items()}
    return [
        f"{each.words}." + (f" To count those: More, {control[each.instead]}."
                            if each.instead else "")
        for each in beside(replace(selection.question, by=by), selection.basis.book)
    ]  # fmt: skip


def book_date() -> date:
    """Return the day the price book last learned something."""
    known = [each.known_at for each in book().entries] + [each.known_at for each in book().tools]
    return max(known).date()


def book_digest() -> str:
    """Return the first letters of what tells one price book from another."""
    return book().digest[:_DIGEST_LETTERS]


def dated(day: date, selection: Selection) -> str:
    """Write a day, with its year if that is not the period's."""
    year = "" if day.year == selection.period.year else f" {day.year}"
    return f"{day.day} {day:%b}{year}"


def age(snapshot: Snapshot) -> str:
    """Say how long ago the last load was."""
    minutes = minutes_since(snapshot.loaded_at)
    if minutes < 1:
        return "just now"
    if minutes < 60:  # noqa: PLR2004  minutes of an hour
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"  # noqa: PLR2004  two days


def is_old(snapshot: Snapshot, now: datetime) -> bool:
    """Whether the newest event is older than a day and a half."""
    return (now - snapshot.last_ts).total_seconds() > _OLD_H * 3600


def coverage_colour(cube: pl.DataFrame) -> str:
    """Return the badge's colour: by requests and by tokens, whichever is worse."""
    worst = min(
        _per_mille(total(cube, "priced_requests"), all_requests(cube)),
        _per_mille(total(cube, "tokens") - total(cube, "unpriced_tokens"), total(cube, "tokens")),
    )
    if worst >= _WELL_PER_MILLE:
        return "green"
    return "orange" if worst >= _POOR_PER_MILLE else "red"


def all_requests(cube: pl.DataFrame) -> int:
    """Return the requests that have a price and those that have none."""
    return total(cube, "priced_requests") + total(cube, "unpriced_requests")


def opened(words: str) -> str:
    """Return words as a sentence begins."""
    return words[:1].upper() + words[1:]


def _per_mille(part: int, whole: int) -> int:
    return part * 1000 // whole if whole else 1000


def _coverage(cube: pl.DataFrame) -> None:
    words = f"{coverage(total(cube, 'priced_requests'), all_requests(cube))} priced"
    colour = coverage_colour(cube)
    missing = unpriced(cube)
    if not all_requests(cube):
        return
    if missing.is_empty():
        st.badge(words, icon=":material/verified:", color=colour)  # type: ignore[arg-type]
        return
    with st.popover(f":{colour}-badge[:material/warning: {words}]", type="tertiary",
                    key="coverage"):  # fmt: skip
        for model, tier, reason, requests, _, since in missing.iter_rows():
            st.markdown(
                f"**{model or 'no model'}** ({tier}): {count_full(requests)} requests since "
                f"{since.day} {since:%B}. {UnpricedReason(reason).sentence}"
            )


def _notes(selection: Selection) -> None:
    said = notes(selection)
    if not said:
        return
    with st.popover(f":gray-badge[:material/info: {counted(len(said), 'note')}]", type="tertiary",
                    key="notes"):  # fmt: skip
        for each in said:
            st.markdown(escaped(each))


def unpriced(cube: pl.DataFrame) -> pl.DataFrame:
    """Return what has no price: model, tier, reason, requests, tokens, first day."""
    missing = cube.filter(pl.col("unpriced_reason") != NONE)
    return (
        missing.group_by("model", "service_tier", "unpriced_reason")
        .agg(
            pl.col("unpriced_requests").sum(),
            pl.col("unpriced_tokens").sum(),
            since=pl.col("day").min(),
        )
        .sort("unpriced_requests", "model", "service_tier", descending=[True, False, False])
    )
