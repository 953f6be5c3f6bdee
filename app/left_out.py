"""Usage that the scope leaves out of a question: how much, why, and what was counted instead."""

from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

from app.charts.amounts import count_short, percent
from app.ledger import Question, selected_events
from app.scope import AUTO, BUCKET, Scope, statement
from app.tell import counted
from pricing.book import PriceBook


@dataclass(slots=True)
class LeftOut:
    """Usage that is not counted: of whom, of which kind, and why.

    Attributes:
        why: ``logs`` or ``buckets`` is counted instead, or another of several ``pulls``; ``alone``
            when nothing is.
        pulls: The series it is of.
        kept: The series that is counted in the place of others.
        sides: By day and pool the tokens in the logs and in the buckets.
    """

    biller: str
    family: str
    why: str
    kept: str | None
    requests: int = 0
    pulls: set[str] = field(default_factory=set)
    sides: dict[tuple[date, str], tuple[int, int]] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """Of whom and of which kind."""
        return f"{self.biller} {self.family.replace('_', ' ')}"

    @property
    def days(self) -> int:
        """On how many UTC days."""
        return len({day for day, _ in self.sides})

    @property
    def share(self) -> str:
        """What the logs hold of the buckets' tokens; nothing where buckets hold no tokens."""
        logs, buckets = (sum(side) for side in zip(*self.sides.values(), strict=True))
        if not buckets:
            return ""
        said = f"; the logs hold {percent(logs, buckets)} of the buckets' tokens"
        thin = {day for (day, _), (log, bucket) in self.sides.items() if 2 * log < bucket}
        if thin and 2 * logs >= buckets:
            said += f", less than half on {counted(len(thin), 'day')}"
        return said


def left_out(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, scope: Scope
) -> list[LeftOut]:
    """Return what a question's scope leaves out, in a fixed order."""
    if scope.disputed is None:
        return []
    disputed = replace(scope, counted=scope.disputed)
    selected, parameters = selected_events(con, book, replace(question, by=()), disputed)
    rows = con.execute(
        f"with selected as ({selected}) select * from ({statement('left_out_usage')}) as found "
        "order by biller, family, why, day, pool, series",
        parameters,
    ).fetchall()
    found: dict[tuple[str, ...], LeftOut] = {}
    for biller, family, why, day, pool, series, kept, requests, log, bucket in rows:
        key = (biller, family, why, kept if why == "pulls" else "")
        each = found.setdefault(key, LeftOut(biller, family, why, kept))
        each.requests += requests
        each.pulls |= {series} if series else set()
        each.sides[day, pool] = (log, bucket)
    return list(found.values())


def words(each: LeftOut, grain: str | None) -> tuple[str, str | None]:
    """Say what is left out and why; and which grain would count it instead, if one would."""
    instead = None
    logged = counted(each.requests, "request")
    match each.why:
        case "logs" if grain == BUCKET or not each.share:
            said = "request logs tell of the same calls and are counted, usage buckets are not"
        case "logs":
            said = (
                f"request logs are counted, usage buckets of the same traffic are not{each.share}"
            )
            instead = BUCKET
        case "buckets" if grain == BUCKET:
            said = f"usage buckets are counted, the request logs ({logged}) are not{each.share}"
            instead = AUTO
        case "buckets":
            said = f"usage buckets are counted in place of {logged} logged without usage"
        case "pulls":
            pulls = " and ".join(f"'{series}'" for series in sorted(each.pulls))
            said = f"of pulls of the same usage '{each.kept}' is counted, {pulls} not"
        case _:
            tokens = count_short(sum(bucket for _, bucket in each.sides.values()))
            said = f"no request logs, and the usage buckets ({tokens} tokens) are not counted"
            instead = AUTO
    return f"{each.what} of {counted(each.days, 'day')}: {said}", instead
