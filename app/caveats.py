"""What to know beside the figures: what was not counted and why, and what the cost rests on.

Each caveat is one sentence, which commands tell on stderr and the dashboard beside its figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

import duckdb

from app.charts.amounts import count_short, usd_exact, usd_short
from app.dimensions import dimension
from app.ledger import MEASURES, Question, answer, selected_events
from app.left_out import left_out, words
from app.scope import Scope, statement
from app.tell import counted
from pricing.book import PriceBook

#: How many pairs of sources are named.
_MOST = 3

_BILLING = {
    "notional": "notional: usage within a subscription, which is not billed by the token",
    "byok": "billed by the vendor, since the gateway was given your own key",
}


@dataclass(frozen=True, slots=True)
class Caveat:
    """A sentence beside the figures.

    Attributes:
        words: Without its full stop.
        instead: The grain that would count what was left out, or None.
    """

    words: str
    instead: str | None = None


def has_caveats(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether there may be any: a quick look, whatever the question."""
    return any(con.execute(statement("peculiar_usage")).fetchone() or ())


def caveats(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, scope: Scope
) -> list[Caveat]:
    """Return what to know beside the answer to a question.

    Args:
        con: An open database.
        book: The prices to use.
        question: What was asked.
        scope: What was counted.
    """
    found = con.execute(statement("peculiar_usage")).fetchone()
    merged, not_metered, buckets = found or (0, 0, 0)
    said = [Caveat(*words(each, question.grain)) for each in left_out(con, book, question, scope)]
    if merged or buckets:
        selected, parameters = selected_events(con, book, replace(question, by=()), scope)
        asked = _Asked(con, selected, parameters)
        said += _day_wide(asked, question)
        said += _merged(asked)
        said += _band_risk(asked, question)
    if not_metered:
        said += _not_metered(con, book, question, scope)
    return said


@dataclass(frozen=True, slots=True)
class _Asked:
    """The events of a question, to ask several things of."""

    con: duckdb.DuckDBPyConnection
    selected: str
    parameters: list[Any]

    def rows(self, name: str, **values: str) -> list[tuple[Any, ...]]:
        text = statement(name)
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", value)
        return self.con.execute(
            f"with selected as ({self.selected}) select * from ({text}) as found", self.parameters
        ).fetchall()


def _day_wide(asked: _Asked, question: Question) -> Iterator[Caveat]:
    by_hour = any(each.name == "hour" for each in question.by)
    if question.zone is UTC and not by_hour:
        return
    [(buckets,)] = asked.rows("day_wide_usage")
    if buckets:
        yield Caveat(
            f"{counted(buckets, 'bucket')} of a whole UTC day cannot be divided: what it sums "
            "counts at the first moment of that day"
        )


def _merged(asked: _Asked) -> Iterator[Caveat]:
    rows = sorted(asked.rows("merged_usage"), key=lambda row: (-row[2], row))
    if not rows:
        return
    count = sum(row[2] for row in rows)
    verbs = ("was", "is") if count == 1 else ("were", "are")
    pairs = ", ".join(
        f"{source} and {also_in.replace(',', ' and ')} {events:,}"
        for source, also_in, events in rows[:_MOST]
    )
    more = f" and {len(rows) - _MOST} more" if len(rows) > _MOST else ""
    yield Caveat(
        f"{counted(count, 'request')} {verbs[0]} logged by several sources and {verbs[1]} counted "
        f"once [{pairs}{more}]"
    )


def _band_risk(asked: _Asked, question: Question) -> Iterator[Caveat]:
    at = question.prices_on
    priced_at = f"timestamp '{at.isoformat(sep=' ')}'" if at else "event_ts"
    [(tokens, more, unknown)] = asked.rows("band_risk", priced_at=priced_at)
    if not tokens:
        return
    said = (
        f"{count_short(int(tokens))} tokens of buckets are priced as short context, for a bucket "
        "does not tell how long its prompts were; "
    )
    if unknown == tokens:
        said += "their long-context price is not published"
    else:
        said += f"had all been long, they would cost {usd_exact(int(more))} more"
        if unknown:
            said += f", not counting {count_short(int(unknown))} without a published price for that"
    yield Caveat(said)


def _not_metered(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, scope: Scope
) -> Iterator[Caveat]:
    by_billing = replace(question, by=(dimension("billing"),))
    found = answer(con, book, by_billing, scope)
    requests, cost = (1 + MEASURES.index(name) for name in ("requests", "cost_pico"))
    for row in found.rows:
        if row[0] in _BILLING:
            count = int(row[requests])
            said = f"{usd_short(_whole(row[cost]))} of the cost ({counted(count, 'request')}) is"
            if row[cost] is None:
                verb = "is" if count == 1 else "are"
                said = f"{counted(count, 'request')} without a price {verb}"
            yield Caveat(f"{said} {_BILLING[row[0]]}")


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
