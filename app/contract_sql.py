"""What reports under a contract ask the database: spans, and the rates of a contract as a table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import duckdb

from app.scope import statement
from pricing.contract.calendar import Range
from pricing.contract.statement import effective_rate
from pricing.contract.usage import Atom, Key
from pricing.vocabulary import Meter

#: Who bills an event by the token; nobody bills a subscription's.
BILLED_BY = "case when coalesce(billing, 'metered') = 'metered' then provider end"

#: Of a part: what is left of it in 10^-9.
NANO = 10**9


def install_rates(con: duckdb.DuckDBPyConnection, atoms: Iterable[Atom]) -> None:
    """Make ``contract_rates``: negotiated and effective rates, and 10^-18 and 10^-9 above them."""
    meters = ", ".join(
        f"{meter}_contracted bigint, {meter}_effective decimal(38, 0), {meter}_part bigint, "
        f"{meter}_nano bigint"
        for meter in Meter
    )
    con.execute(
        "create or replace temp table contract_rates "
        f"(rate_id integer, billed_by varchar, span integer, {meters})"
    )
    rows: dict[Key, dict[Meter, tuple[int, ...]]] = {}
    for atom in atoms:
        contracted = atom.contracted_pico // atom.quantity
        whole, part = effective_rate(atom)
        rows.setdefault(atom.cell.key, {})[atom.meter] = (contracted, whole, part, part // NANO)
    none = (None,) * 4
    values = [
        [*key, *(cell for meter in Meter for cell in rates.get(meter, none))]
        for key, rates in rows.items()
    ]
    if values:
        marks = ", ".join("?" for _ in values[0])
        con.executemany(f"insert into contract_rates values ({marks})", values)


def contract_join(
    con: duckdb.DuckDBPyConnection, cut: Sequence[Range], atoms: Iterable[Atom], events: str
) -> str:
    """Make ``contract_rates``; return SQL that joins it to rated events."""
    install_rates(con, atoms)
    billed_by = BILLED_BY.replace("billing", f"{events}.billing").replace(
        "then provider", f"then {events}.provider"
    )
    return (
        f"left join contract_rates on contract_rates.rate_id = {events}.rate_id "
        f"and contract_rates.billed_by = {billed_by} and contract_rates.span = {span_sql(cut)}"
    )


def _amounts(meter: Meter) -> str:
    """Return a meter's contracted and effective amount of an event; list where not covered."""
    quantity = f"cast(coalesce({meter.event_column}, 0) as decimal(28, 0))"
    whole = f"{quantity} * coalesce(contract_rates.{meter}_effective, rates.{meter.rate_column})"
    rest = (
        f"round(cast({quantity} * coalesce(contract_rates.{meter}_nano, 0) as decimal(28, 0)) "
        "* cast(0.000000001 as decimal(10, 9)), 0)"
    )
    return (
        f"{quantity} * coalesce(contract_rates.{meter}_contracted, rates.{meter.rate_column}) "
        f"as {meter}_contracted_pico, {whole} + {rest} as {meter}_effective_pico"
    )


#: Both amounts of every meter.
CONTRACT_AMOUNTS = ", ".join(_amounts(meter) for meter in Meter)


def product(rate: str) -> str:
    """Return SQL for the sum over the meters of quantity times a rate."""
    return " + ".join(
        f"coalesce(cast({meter.event_column} as decimal(38, 0)) * {rate.format(meter)}, 0)"
        for meter in Meter
    )


def span_sql(cut: Sequence[Range]) -> str:
    """Return SQL that numbers the spans, NULL before the first and after the last."""
    edges = [*(each.since for each in cut), cut[-1].until]
    return _between(edges, -1, len(cut))


def _between(edges: Sequence[datetime], low: int, high: int) -> str:
    """Halve the spans from one to another, so that an event is compared with few edges."""
    if low == high:
        return str(low) if 0 <= low < len(edges) - 1 else "null"
    middle = (low + high + 1) // 2
    edge = edges[middle].replace(tzinfo=None).isoformat(sep=" ")
    before, after = _between(edges, low, middle - 1), _between(edges, middle, high)
    return f"case when event_ts < timestamp '{edge}' then {before} else {after} end"


def filled(name: str, parts: Mapping[str, str]) -> str:
    """Return a query of ``app/sql`` with its placeholders filled in."""
    text = statement(name)
    for key, part in parts.items():
        text = text.replace(f"{{{key}}}", part)
    return text


def listed(parts: Sequence[str]) -> str:
    """Return expressions as the beginning of a list."""
    return "".join(f"{part}, " for part in parts)
