"""Usage in short for what-ifs: requests that no price, policy or regime can tell apart, as one."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

import duckdb

from app.ledger import Question
from app.scope import Scope
from pricing.book import PriceBook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.policy.terms import Policy
    from models.workload.rules import WorkloadRules


@dataclass(frozen=True, slots=True)
class Needs:
    """What cells have to tell apart, beyond what prices do.

    Attributes:
        labels: Fields of predicates and of the output: ``team``, ``user``, ``tag:env``, ...
        cuts: Number fields, each with the points at which it is cut.
        shares: What traffic is split by hash: seed, ``session`` or ``request``, and the points.
        caps: Largest outputs that policies allow.
        workloads: Rules that name the work of a request without a label.
        instants: Naive UTC instants beside those of prices, such as a contract's.
        weeks: Whether weeks are told apart.
        zone: Whose weeks and hours.
    """

    labels: frozenset[str] = frozenset()
    cuts: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    shares: tuple[tuple[int, str, tuple[Any, ...]], ...] = ()
    caps: tuple[int, ...] = ()
    workloads: "WorkloadRules | None" = None
    instants: tuple[datetime, ...] = ()
    weeks: bool = True
    zone: tzinfo = UTC

    def covers(self, other: "Needs") -> bool:
        """Tell whether cells made for these needs serve others."""
        raise NotImplementedError

    def __or__(self, other: "Needs") -> "Needs":
        """Return the needs of both."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Cells:
    """Usage in short, in memory.

    Attributes:
        con: Its database; ask through ``con.cursor()``.
        needs: What it tells apart.
        events, cells: Records, and how many cells they became.
        sessions, session_events: Size of the sample of sessions.
    """

    con: duckdb.DuckDBPyConnection
    needs: Needs
    events: int
    cells: int
    sessions: int = 0
    session_events: int = 0


def needs_of(policies: "Sequence[Policy]", workloads: "WorkloadRules | None" = None) -> Needs:
    """Return what cells must tell apart for policies."""
    raise NotImplementedError


def cells_of(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    scope: Scope,
    needs: Needs,
) -> Cells:
    """Condense what a question selects. The database is free afterwards.

    Args:
        con: An open database, read-only or not.
        book: All prices that may be asked for.
        question: Which usage: period, filters, zone.
        scope: What counts.
        needs: What has to be told apart.
    """
    raise NotImplementedError
