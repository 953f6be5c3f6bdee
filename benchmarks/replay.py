"""Replaying traffic under other models: condense once, then ask cells."""

from dataclasses import dataclass
from pathlib import Path

from app.ledger import MEASURES, Question, answer
from app.pricing_basis import Basis
from app.scope import Scope
from app.whatif.cells import Cells, cells_of, needs_of
from app.whatif.replay import Detail, replay
from benchmarks.clock import Timings, interleaved
from ingest.warehouse import Warehouse
from models.policy.assumptions import Assumptions
from models.policy.terms import Action, Policy, Predicate, Rule, Scenario
from pricing.book import PriceBook

#: To which all traffic is sent, one after the other.
MODELS = ("gpt-5.4", "gpt-5.4-mini", "gpt-5.5", "gpt-5.5-pro", "gpt-5.6-sol")

#: Of cells that tell weeks apart and of those that do not.
BY_WEEK, IN_ALL = "cells by week", "cells"


@dataclass(frozen=True, slots=True)
class Replaying:
    """What condensing and replaying took.

    Attributes:
        cells: By what they tell apart, how many there are.
        groups: Of the last replay.
        sessions, session_events: Size of the sample on which caches are replayed.
        ledger_pico, replayed_pico: Cost by the ledger and of a replay as logged: equal.
        condensing: By what they tell apart, what it took.
        replays: By policy, what it took on the cells.
    """

    events: int
    cells: dict[str, int]
    groups: int
    sessions: int
    session_events: int
    ledger_pico: int
    replayed_pico: int
    condensing: dict[str, Timings]
    replays: dict[str, Timings]

    @property
    def slowest(self) -> float:
        """Seconds of the slowest policy, by median."""
        return max(each.wall_median for each in self.replays.values())


def policies() -> list[Policy]:
    """Return the policies: everything to one model, for five models, and a router with tiers."""
    routed = (
        Rule("short", Predicate("input_tokens", "between", (None, 2000)), Action("gpt-5.4-nano")),
        Rule("rest", None, Action(tier="cheapest")),
    )
    one = [Policy(name, (Rule("all", None, Action(name)),)) for name in MODELS]
    return [*one, Policy("router", routed)]


def measure(database: Path, book: PriceBook, rounds: int) -> Replaying:
    """Time a condensation, and each policy on its cells."""
    kept: dict[str, Cells] = {}
    basis = Basis(book, None, None, "")
    with Warehouse(database).writing():
        pass  # one that was made before a column came is brought up to date
    with Warehouse(database).reading() as con:

        def condense(name: str) -> None:
            needs = needs_of(policies(), weeks=name == BY_WEEK)
            kept[name] = cells_of(con, book, Question(), Scope(None), needs)

        condensing = interleaved(
            {name: lambda name=name: condense(name) for name in (IN_ALL, BY_WEEK)},  # type: ignore[misc]
            max(1, rounds // 2),
        )
        report = answer(con, book, Question(), Scope(None))
    cells = kept[IN_ALL]

    def run(policy: Policy) -> int:
        cells.replayed.clear()
        assumed = Assumptions(latency_seconds={"*": 86_400})
        found = replay(cells, book, Scenario(policy, assumed), basis, detail=Detail(teams=False))
        return len(found.groups)

    replays = interleaved(
        {policy.name: lambda policy=policy: run(policy) for policy in policies()},  # type: ignore[misc]
        rounds,
    )
    as_logged = replay(cells, book, Scenario(Policy("as logged", ()), Assumptions()), basis)
    return Replaying(
        events=cells.events,
        cells={name: each.cells for name, each in kept.items()},
        groups=run(policies()[-1]),
        sessions=cells.sessions,
        session_events=cells.session_events,
        ledger_pico=int(report.rows[0][MEASURES.index("cost_pico")]),
        replayed_pico=as_logged.logged_pico,
        condensing=condensing,
        replays=replays,
    )
