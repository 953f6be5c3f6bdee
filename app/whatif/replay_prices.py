"""Cells under a price book: its rates beside them, and what they cost as logged."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from app.contract_sql import span_sql
from app.pricing_basis import Basis
from app.whatif.cells import Cells
from pricing.bulk import install_rates, sql
from pricing.contract.calendar import Range


@dataclass(frozen=True, slots=True)
class Priced:
    """Tables of the cells' database for one choice of prices.

    Attributes:
        rates: The compiled book.
        base: Each class as logged: class, service_tier, rate_id, unpriced_reason, span.
        at: SQL for the instant whose prices hold, over ``price_class``.
        assume_tier: Tier of usage whose tier nobody stated; None leaves it unknown.
    """

    rates: str
    base: str
    at: str
    assume_tier: str | None = None


def priced(cells: Cells, basis: Basis, cut: Sequence[Range] = ()) -> Priced:
    """Return the tables of a choice of prices, made the first time they are asked for.

    Args:
        cells: What is priced.
        basis: The prices.
        cut: Stretches of a contract, numbered in ``span``.
    """
    digest = basis.book.digest
    key = (digest, basis.prices_on, basis.assume_tier, tuple(cut))
    at = "price_class.event_ts"
    if basis.prices_on is not None:
        at = f"timestamp '{basis.prices_on.isoformat(sep=' ')}'"
    with cells.lock:
        if key not in cells.stamped:
            con = cells.con.cursor()
            if digest not in cells.stamped:
                name = f"rates_{len(cells.stamped)}"
                install_rates(con, basis.book, name)
                cells.stamped[digest] = name
            base = f"base_{len(cells.stamped)}"
            _stamp(con, base, cells.stamped[digest], basis, at, cut)
            cells.stamped[key] = base
    return Priced(cells.stamped[digest], cells.stamped[key], at, basis.assume_tier)


def use(con: duckdb.DuckDBPyConnection, at: Priced) -> None:
    """Give the tables of a choice of prices the names that queries have for them."""
    con.execute(f"create or replace temp view rates as select * from {at.rates}")
    con.execute(f"create or replace temp view base as select * from {at.base}")


def find_rates(relation: str) -> str:
    """Return SQL that adds ``model`` and ``rate_id`` to a relation of usage in the cells."""
    return f"with usage as (select * from {relation}) select * from ({sql('find_rate')})"


def _stamp(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rates: str,
    basis: Basis,
    at: str,
    cut: Sequence[Range],
) -> None:
    tier = "service_tier"
    if basis.assume_tier is not None:
        tier = (
            f"case when service_tier = 'unknown' then '{basis.assume_tier}' else service_tier end"
        )
    span = span_sql(cut) if cut else "null"
    usage = (
        f"(select price_class.* exclude (model, event_ts) replace ({tier} as service_tier), "
        f"{at} as event_ts, cast({span} as integer) as span from price_class)"
    )
    con.execute(f"create or replace temp view rates as select * from {rates}")
    con.execute(
        f"create or replace table {table} as select found.class, found.service_tier, "
        f"found.span, found.rate_id, rates.unpriced_reason "
        f"from ({find_rates(usage)}) as found "
        f"join rates on rates.rate_id = found.rate_id"
    )
