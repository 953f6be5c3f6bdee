"""What each workload covers: requests, tokens and spend, and what says that it is that workload."""

from dataclasses import dataclass
from typing import Any

import duckdb

from app.ledger import MEASURES, Question, conditions, local_clock, priced_events, scope_for
from app.scope import statement
from app.whatif.cells_fields import event_fields
from models.policy.conditions_sql import predicates
from models.policy.sql import SESSION_COUNTS
from models.workload.rules import WorkloadRules
from models.workload.sql import workload_sql
from pricing.book import PriceBook


@dataclass(frozen=True, slots=True)
class WorkloadShare:
    """A workload's part of the usage, by one way of telling.

    Attributes:
        by: ``label``, ``rule`` or ``none``.
        because: Why the rule, or the meaning of the label, says so.
        evidence: Workload whose public evidence stands for it.
        cost_pico: None where nothing of it has a price.
    """

    workload: str
    by: str
    because: str
    evidence: str | None
    latency_seconds: int | None
    requests: int
    tokens: int
    cost_pico: int | None


def workload_shares(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, rules: WorkloadRules
) -> list[WorkloadShare]:
    """Return what each workload covers, the most requests first.

    Args:
        con: An open database, read-only or not.
        book: The prices to use.
        question: Which usage; what it is grouped by does not matter.
        rules: For requests without a label.
    """
    asked, parameters, dims = _events(con, book, question, rules)
    listed = "".join(f"{name}, " for name in dims)
    grouped = (
        statement("grouped_usage")
        .replace("{event_dims}", listed)
        .replace("{event_groups}", listed)
        .replace("{rate_dims}", "")
        .replace("{groups}", listed)
        .replace("{group_by}", f"group by {', '.join(dims)}")
    )
    rows = con.execute(
        f"with selected as ({asked}), grouped as ({grouped}) select * from grouped", parameters
    ).fetchall()
    found = [_share(row, len(dims), rules) for row in rows]
    return sorted(found, key=lambda each: (-each.requests, each.workload, each.because))


def _events(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, rules: WorkloadRules
) -> tuple[str, list[Any], tuple[str, ...]]:
    """Return SQL for the events with their workload, its parameters, and its columns."""
    events = priced_events(con, book, question, scope_for(con, question))
    clauses, parameters = conditions(question)
    if clauses:
        events = f"(select * from {events} where {' and '.join(clauses)})"
    asked = (part.field for rule in rules.rules for part in predicates(rule.when))
    tags = {name for name in asked if name.startswith("tag:")}
    compiled = workload_sql(rules, event_fields(tags))
    clock = local_clock(con, question)
    size, sessions = "cast(null as bigint)", ""
    if "session_requests" in compiled.fields:
        counts = SESSION_COUNTS.format(events=f"{events} as usage")
        size = "sized.session_requests"
        sessions = f" left join ({counts}) as sized on sized.session = usage.session"
        parameters = [*parameters, *parameters]
    prepared = (
        f"select usage.*, {clock} as local_ts, {size} as session_requests "
        f"from {events} as usage{sessions}"
    )
    dims = {
        "dim_0": compiled.workload,
        "dim_1": compiled.workload_by,
        "dim_2": compiled.rule,
    }
    named = ", ".join(f"{text} as {name}" for name, text in dims.items())
    return f"select *, {named} from ({prepared}) as event", parameters, tuple(dims)


def _share(row: tuple[Any, ...], width: int, rules: WorkloadRules) -> WorkloadShare:
    workload, by, number = row[:width]
    measure = dict(zip(MEASURES, row[width:], strict=True))
    said = {"rule": rules.rules[number - 1] if number else None, "label": rules.said_of(workload)}
    told = said.get(by)
    cost = measure["cost_pico"]
    return WorkloadShare(
        workload,
        by,
        told.because if told else "",
        told.evidence if told else None,
        told.latency_seconds if told else None,
        int(measure["requests"] or 0),
        int(measure["input_tokens"]) + int(measure["output_tokens"]),
        None if cost is None else int(cost),
    )
