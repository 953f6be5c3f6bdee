"""What is asked, and everything that answering it needs of the stored database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import duckdb

from app.errors import UserError
from app.ledger import Question
from app.pricing_basis import Basis

if TYPE_CHECKING:
    from app.scope import Scope
    from app.whatif.cells import Cells
    from models.evidence.evaluations import Evaluation
    from models.evidence.table import Evidence
    from models.policy.known import Known
    from models.policy.terms import Policy, Scenario
    from models.workload.rules import WorkloadRules
    from pricing.contract.calendar import Range
    from pricing.contract.terms import Contract


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A question to the stored usage under other choices.

    Attributes:
        question: Which usage, priced how; its grouping is ignored.
        basis: The prices.
        contract: Its rates replace the list; None for list prices.
        renewal: First day on which another choice can start; None: at once.
        workloads: Rules that name the workload of requests without a label; None: the shipped ones.
        candidates: Models of the single-model options; empty: those of the logs and those that
            the scenarios name.
        draws: How many draws the intervals rest on.
        seed: Of the draws.
        any_model: Whether later scenarios may name models that neither the log, the candidates nor
            the scenarios hold, as in a dashboard; the usage is then split at all prices' edges.
        task: What succeeds or fails: ``session``, ``request``, or ``auto``: a session where the
            logs tell them.
        narrowed_by: The options that choose the usage, to be told where nothing matches.
    """

    question: Question
    basis: Basis
    contract: "Contract | None" = None
    renewal: date | None = None
    workloads: "WorkloadRules | None" = None
    candidates: tuple[str, ...] = ()
    draws: int = 2048
    seed: int = 7
    any_model: bool = False
    task: str = "auto"
    narrowed_by: str = "--from, --to and --where"

    @property
    def prices(self) -> str:
        """The prices in words."""
        contract = f"; rates of contract {self.contract.contract}" if self.contract else ""
        return f"{self.basis.words}{contract}"


@dataclass(frozen=True, slots=True)
class Period:
    """The time that the figures are of.

    Attributes:
        first: Naive UTC instant of the first moment.
        last: First naive UTC instant that is not counted any more.
    """

    first: datetime
    last: datetime

    @property
    def days(self) -> float:
        """Length in days, at least one."""
        return max((self.last - self.first).total_seconds() / 86_400, 1.0)

    @property
    def months(self) -> float:
        """Length in months of 365.25 / 12 days."""
        return self.days * 12 / 365.25


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the traffic a workload is, and how it was told.

    Attributes:
        by: ``label`` (logged), ``rule`` (told by the rules) or ``none``.
    """

    workload: str
    by: str
    requests: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """What answering needs; the stored database is free from here on.

    Attributes:
        cells: Usage in short, split wherever a price or a policy could tell requests apart.
        evaluations: The user's own, read from the database.
        evidence: What is shipped.
        coverage: Workloads, the most requests first.
        workloads: Rules that named them.
        memo: What was worked out before, for those who ask again with one thing changed.
    """

    whatif: WhatIf
    cells: "Cells"
    evaluations: "tuple[Evaluation, ...]"
    evidence: "Evidence"
    period: Period
    coverage: tuple[Coverage, ...]
    workloads: "WorkloadRules"
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def prepare(
    con: duckdb.DuckDBPyConnection, whatif: WhatIf, scenarios: "Sequence[Scenario]"
) -> Prepared:
    """Read all that answering needs.

    Args:
        con: An open database, read-only or not.
        whatif: What is asked.
        scenarios: Their predicates decide how finely the usage must be split.

    Raises:
        UserError: no usage matches, or scenarios name workloads by different rules.
    """
    from app.evaluations import stored_evaluations
    from app.ledger import scope_for
    from app.whatif.cells import cells_of, needs_of
    from app.whatif.replay_contract import spans_of
    from models.evidence.load import shipped
    from models.policy.known import known_of

    book = whatif.basis.book
    known = known_of(book)
    rules = workloads_for(whatif, scenarios, known)
    scope = scope_for(con, whatif.question)
    period, logged = _extent(con, whatif, scope)
    named = (name for each in scenarios for name in models_of(each.policy))
    models = frozenset((*logged, *whatif.candidates, *named))
    needs = needs_of(
        [each.policy for each in (*scenarios, *_always(known))],
        rules,
        zone=whatif.question.zone,
        instants=tuple(edge for span in spans_of(whatif.contract) for edge in _edges(span)),
    )
    needs = replace(needs, models=None if whatif.any_model else models)
    cells = cells_of(con, book, whatif.question, scope, needs)
    return Prepared(
        whatif=whatif,
        cells=cells,
        evaluations=stored_evaluations(con),
        evidence=shipped(),
        period=period,
        coverage=_coverage(cells),
        workloads=rules,
    )


def models_of(policy: "Policy") -> list[str]:
    """Return the models that a policy names: to answer, to escalate to, to verify, to check."""
    found: list[str | None] = []
    for rule in policy.rules:
        use = rule.use
        found.append(use.model)
        if use.cascade:
            found += [use.cascade.to, use.cascade.verifier.model]
        if use.verify:
            found.append(use.verify.model)
    return [model for model in dict.fromkeys(found) if model]


def workloads_for(
    whatif: WhatIf, scenarios: "Sequence[Scenario]", known: "Known"
) -> "WorkloadRules":
    """Return the one set of rules that name workloads: asked for, of the scenarios, or shipped.

    Raises:
        UserError: scenarios bring different rules.
    """
    from models.workload.shipped import shipped_rules

    if whatif.workloads is not None:
        return whatif.workloads
    brought = [(each.source, each.workloads) for each in scenarios if each.workloads is not None]
    if not brought:
        return shipped_rules(known)
    (source, rules), *others = brought
    for other, theirs in others:
        if theirs != rules:
            raise UserError(
                f"{source} and {other} name workloads by different rules, so that their workloads "
                "cannot be compared; give one set with --workloads FILE"
            )
    return rules


def _always(known: "Known") -> "list[Scenario]":
    """Return a scenario with the conditions that single models are replayed with."""
    from models.policy.presets import preset

    model = next(iter(sorted(known.models.values())), None)
    return [] if model is None else [preset(f"always:{model}", known)]


def _edges(span: "Range") -> list[datetime]:
    return [at.replace(tzinfo=None) for at in span]


def _extent(
    con: duckdb.DuckDBPyConnection, whatif: WhatIf, scope: "Scope"
) -> tuple[Period, list[str]]:
    """Return the whole days from the first event to the last, within what was asked for.

    And the models that were logged.
    """
    from app.ledger import selected_events

    question = whatif.question
    events, parameters = selected_events(con, whatif.basis.book, question, scope)
    found = con.execute(
        "select min(event_ts), max(event_ts), list(distinct model order by model) "
        f"from ({events}) as event",
        parameters,
    ).fetchone()
    if found is None or found[0] is None:
        loaded = con.execute("select min(event_ts), max(event_ts) from usage_event").fetchone()
        if loaded is None or loaded[0] is None:
            raise UserError("nothing is loaded yet; load logs with: ratecard load PATH")
        raise UserError(
            f"no usage matches; what is loaded reaches from {loaded[0]:%Y-%m-%d} to "
            f"{loaded[1]:%Y-%m-%d} (UTC): widen {whatif.narrowed_by}"
        )
    first = _midnight(found[0], question.zone)
    last = _midnight(found[1] + timedelta(days=1), question.zone)
    period = Period(max(first, question.since or first), min(last, question.until or last))
    return period, [str(model) for model in found[2] if model is not None]


def _midnight(at: datetime, zone: tzinfo) -> datetime:
    """Return the first moment of a zone's day, as a naive UTC instant."""
    local = (
        at.replace(tzinfo=UTC).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    return local.astimezone(UTC).replace(tzinfo=None)


def _coverage(cells: "Cells") -> tuple[Coverage, ...]:
    rows = (
        cells.con.cursor()
        .execute(
            "select workload, workload_by, cast(sum(requests) as bigint) as requests from cell "
            "group by workload, workload_by order by requests desc, workload, workload_by"
        )
        .fetchall()
    )
    return tuple(Coverage(str(name), str(by), int(requests)) for name, by, requests in rows)
