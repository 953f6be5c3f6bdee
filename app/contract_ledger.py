"""The stored usage under a contract: its statement, and reports at list, contracted and effective.

A contract's lines depend on all usage of their period, so the whole of it is billed first,
whatever the question. That gives every meter of every rate a negotiated and an effective rate,
and a report is a join with those, as it is with the list's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

import duckdb

from app.contract_sql import BILLED_BY, filled, install_rates, listed, product, span_sql
from app.errors import UserError
from app.ledger import MEASURES, Answer, Question, scope_for, selected_events
from app.scope import Scope
from app.zone import local_hour
from pricing.book import PriceBook
from pricing.contract.calendar import Range, spans
from pricing.contract.currency import FxRateMissingError
from pricing.contract.statement import Statement, bill
from pricing.contract.terms import Contract
from pricing.contract.usage import GRAIN, Atom, Cell, Key, whole_parts
from pricing.vocabulary import GLOBAL_REGION, ContextBand, Meter, ServiceTier

#: Measures of a row under a contract; ``cost_pico`` is at list.
CONTRACT_MEASURES = (*MEASURES, "contracted_pico", "effective_pico")

_UNITS = ", ".join(
    f"coalesce(sum(placed.{meter.event_column}), 0) as {meter.event_column}" for meter in Meter
)
_RATES = "".join(f"rates.{meter.rate_column}, " for meter in Meter)
_FACTS = 8


@dataclass(frozen=True)
class Ledger:
    """A contract over the usage of a database.

    Attributes:
        spans: The stretches of the contract within which nothing in it changes.
        statement: What it makes of all usage under it.
        scope: What of the stored usage counts.
    """

    contract: Contract
    spans: list[Range]
    statement: Statement
    scope: Scope

    @cached_property
    def atoms(self) -> dict[tuple[Key, Meter], Atom]:
        """The usage under the contract."""
        return {(atom.cell.key, atom.meter): atom for atom in self.statement.atoms}


def contract_ledger(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    contract: Contract,
    scope: Scope | None = None,
) -> Ledger:
    """Bill all usage of a contract's period, priced as a question says.

    Args:
        con: An open database, read-only or not.
        book: The list prices.
        question: Which prices, and of logs and buckets which count; its filters do not matter.
        contract: A valid one.
        scope: That of the question, where it was worked out before.

    Raises:
        UserError: the contract gives no exchange rate for a day on which one is needed.
    """
    scope = scope or scope_for(con, question)
    cut = spans(contract.period, contract.edges)
    since, until = (edge.replace(tzinfo=None) for edge in contract.period)
    whole = replace(question, by=(), where=(), since=since, until=until, files=None)
    cells = [
        _cell(row, cut, book)
        for row in _usage(con, book, whole, scope, cut)
        if any(row[-len(Meter) :])
    ]
    at = question.prices_on.replace(tzinfo=UTC) if question.prices_on else None
    try:
        made = bill(contract, cells, _through(con, scope), at=at)
    except FxRateMissingError as missing:
        raise UserError(str(missing)) from None
    return Ledger(contract, cut, made, scope)


def contract_answer(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, ledger: Ledger
) -> Answer:
    """Answer a question at list, contracted and effective cost, with ``CONTRACT_MEASURES``.

    The effective costs of the rows add up to that of all of them, rounded to one pico-dollar.
    """
    keys = tuple(each.name for each in question.by)
    selected, parameters = selected_events(con, book, question, ledger.scope)
    install_rates(con, ledger.statement.atoms)
    events = [f"dim_{k}" for k, each in enumerate(question.by) if each.event_sql]
    rates = [f"{each.rate_sql} as dim_{k}" for k, each in enumerate(question.by) if each.rate_sql]
    names = [f"dim_{k}" for k in range(len(question.by))]
    sql = filled("contracted_usage", {
        "event_dims": listed(events),
        "event_groups": listed(events),
        "rate_dims": listed(rates),
        "groups": listed(names),
        "group_by": f"group by {', '.join(names)}" if names else "",
        "span": span_sql(ledger.spans),
        "list": product("rates.{}_pico"),
        "contracted": product("coalesce(contract_rates.{0}_contracted, rates.{0}_pico)"),
        "whole": product("coalesce(contract_rates.{0}_effective, rates.{0}_pico)"),
        "part": product("coalesce(contract_rates.{}_part, 0)"),
    })  # fmt: skip
    order = f" order by {', '.join(names)}" if names else " where requests is not null"
    found = con.execute(
        f"with selected as ({selected}), grouped as ({sql}) select * from grouped{order}",
        parameters,
    ).fetchall()
    return Answer(keys, _with_whole_costs(_local(found, question)))


def atoms_of(
    con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, ledger: Ledger
) -> list[tuple[tuple[Any, ...], Atom, Fraction]]:
    """Return by group of a question which share of which usage under the contract it holds."""
    width = len(question.by)
    shares = []
    for row in _local(_usage(con, book, question, ledger.scope, ledger.spans), question):
        group, key = row[:width], tuple(row[width : width + 3])
        for meter, quantity in zip(Meter, row[-len(Meter) :], strict=True):
            if atom := ledger.atoms.get((key, meter)):
                shares.append((group, atom, Fraction(int(quantity), atom.quantity)))
    return shares


def atoms_of_event(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    ledger: Ledger,
    event_id: str,
) -> dict[Meter, Atom]:
    """Return by meter what an event's usage is priced with; nothing where it is not covered."""
    selected, parameters = selected_events(con, book, question, ledger.scope)
    row = con.execute(
        f"with selected as ({selected}) select rate_id, {BILLED_BY}, {span_sql(ledger.spans)} "
        "from selected where event_id = ?",
        [*parameters, event_id],
    ).fetchone()
    found = {} if row is None else {m: ledger.atoms.get((row, m)) for m in Meter}
    return {meter: atom for meter, atom in found.items() if atom is not None}


def _usage(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    scope: Scope,
    cut: Sequence[Range],
) -> list[tuple[Any, ...]]:
    if any(each.rate_sql for each in question.by):
        named = next(each.name for each in question.by if each.rate_sql)
        raise UserError(f"savings cannot be grouped by {named}; leave it out of --by")
    selected, parameters = selected_events(con, book, question, scope)
    dims = listed([f"placed.dim_{k}" for k in range(len(question.by))])
    sql = filled(
        "contract_usage", {"dims": dims, "units": _UNITS, "rates": _RATES, "span": span_sql(cut)}
    )
    return con.execute(f"with selected as ({selected}) {sql}", parameters).fetchall()


def _cell(row: tuple[Any, ...], cut: Sequence[Range], book: PriceBook) -> Cell:
    rate_id, billed_by, span, vendor, model, tier, band, region = row[:_FACTS]
    rates, units = row[_FACTS : _FACTS + len(Meter)], row[-len(Meter) :]
    uplifted = region != GLOBAL_REGION and book.models[vendor, model].regional_uplift
    return Cell(
        key=(rate_id, billed_by, span),
        billed_by=billed_by,
        vendor=vendor,
        model=model,
        tier=ServiceTier(tier),
        band=ContextBand(band),
        span=cut[span],
        uplift=Fraction(book.providers[vendor].regional_multiplier) if uplifted else Fraction(1),
        quantities={meter: int(n) for meter, n in zip(Meter, units, strict=True) if n},
        rates={meter: rate for meter, rate in zip(Meter, rates, strict=True) if rate is not None},
    )


def _through(con: duckdb.DuckDBPyConnection, scope: Scope) -> datetime:
    """Return the end of the day of the newest event that counts."""
    row = con.execute(f"select max(event_ts) from {scope.counted} as counted").fetchone()
    newest = row[0] if row and row[0] else datetime(1, 1, 1)  # noqa: DTZ001
    day = newest.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return day + timedelta(days=1)


def _local(found: list[tuple[Any, ...]], question: Question) -> list[tuple[Any, ...]]:
    """Put the hours of the question's zone in place of UTC's."""
    keys = [each.name for each in question.by]
    if "hour" not in keys:
        return found
    k = keys.index("hour")
    return [(*row[:k], local_hour(row[k], question.zone), *row[k + 1 :]) for row in found]


def _with_whole_costs(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Put whole pico-dollars in place of the last two columns."""
    exact = [None if row[-2] is None else int(row[-2]) * GRAIN + int(row[-1]) for row in found]
    whole = iter(whole_parts([each for each in exact if each is not None]))
    return [
        (*row[:-2], None if each is None else next(whole))
        for row, each in zip(found, exact, strict=True)
    ]
