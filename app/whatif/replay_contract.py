"""Rates of a contract for replayed usage, those of models that nobody used yet among them."""

from datetime import UTC
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb

from app.pricing_basis import Basis
from pricing.contract.calendar import Range, spans
from pricing.contract.rates import contracted_rate, covers, term_for
from pricing.contract.usage import Cell
from pricing.vocabulary import GLOBAL_REGION, ContextBand, Meter, ServiceTier

if TYPE_CHECKING:
    from pricing.book import PriceBook
    from pricing.contract.terms import Contract

_FACTS = ("provider", "model", "service_tier", "context_band", "region")


def spans_of(contract: "Contract | None") -> list[Range]:
    """Return the stretches of a contract within which nothing in it changes."""
    return spans(contract.period, contract.edges) if contract else []


def use_contract(
    con: duckdb.DuckDBPyConnection, book: "PriceBook", contract: "Contract", basis: Basis
) -> None:
    """Put the contract's rates beside the list's in ``rates``, and in their place in ``line``.

    Args:
        con: A cursor of the cells' own, with ``line``.
        book: Whose regions are uplifted.
        contract: A valid one.
        basis: Whose day's terms hold, where all is priced on one.
    """
    columns = ", ".join([*_FACTS, *(meter.rate_column for meter in Meter)])
    used = con.execute(
        "with used as ("
        "select base_rate as rate_id, billed_by, span from line union "
        "select rate_to, billed_by_to, span from line union "
        "select spill_rate, billed_by_to, span from line) "
        f"select rate_id, billed_by, span, {columns} from used "
        "join rates using (rate_id) "
        "where billed_by is not null and span is not null and rates.unpriced_reason is null "
        "and rates.provider is not null order by all"
    ).fetchall()
    cut = spans_of(contract)
    [(first,)] = con.execute("select max(rate_id) + 1 from rates").fetchall()
    rows = [
        made
        for number, row in enumerate(used, start=int(first))
        if (made := _row(number, row, cut, book, contract, basis)) is not None
    ]
    meters = ", ".join(f"{meter.rate_column} bigint" for meter in Meter)
    con.execute(
        "create or replace temp table contracted (old_id integer, billed_by varchar, "
        f"span integer, rate_id integer, {meters})"
    )
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        con.executemany(f"insert into contracted values ({marks})", rows)
    _swap(con)


def _swap(con: duckdb.DuckDBPyConnection) -> None:
    meters = ", ".join(f"contracted.{meter.rate_column} as {meter.rate_column}" for meter in Meter)
    con.execute(
        f"create or replace temp table contract_book as select * from rates union all "
        f"select rates.* replace (contracted.rate_id as rate_id, {meters}) "
        f"from contracted join rates on rates.rate_id = contracted.old_id"
    )
    for column, biller in (
        ("base_rate", "billed_by"), ("rate_to", "billed_by_to"), ("spill_rate", "billed_by_to"),
    ):  # fmt: skip
        con.execute(
            f"update line set {column} = contracted.rate_id from contracted "
            f"where contracted.old_id = line.{column} and contracted.billed_by = line.{biller} "
            "and contracted.span = line.span"
        )
    con.execute("create or replace temp view rates as select * from contract_book")


def _row(
    number: int,
    row: tuple[Any, ...],
    cut: list[Range],
    book: "PriceBook",
    contract: "Contract",
    basis: Basis,
) -> list[Any] | None:
    rate_id, billed_by, span, vendor, model, tier, band, region = row[: 3 + len(_FACTS)]
    rates = row[3 + len(_FACTS) :]
    uplifted = region != GLOBAL_REGION and book.models[vendor, model].regional_uplift
    cell = Cell(
        key=(rate_id, billed_by, span),
        billed_by=billed_by,
        vendor=vendor,
        model=model,
        tier=ServiceTier(tier),
        band=ContextBand(band),
        span=cut[span],
        uplift=Fraction(book.providers[vendor].regional_multiplier) if uplifted else Fraction(1),
        quantities={},
        rates={meter: rate for meter, rate in zip(Meter, rates, strict=True) if rate is not None},
    )
    if not covers(contract, cell):
        return None
    when = basis.prices_on.replace(tzinfo=UTC) if basis.prices_on else None
    made = [
        contracted_rate(term_for(contract, cell, meter, at=when), cell, meter)
        if meter in cell.rates
        else None
        for meter in Meter
    ]
    return [rate_id, billed_by, span, number, *made]
