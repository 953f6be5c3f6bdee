"""What to know beside figures under a contract, a sentence each."""

from collections.abc import Iterator
from datetime import datetime

import duckdb

from app.charts.amounts import usd_exact
from app.contract_ledger import Ledger
from app.money import usd
from pricing.contract.balance import Balance


def contract_words(con: duckdb.DuckDBPyConnection, ledger: Ledger) -> Iterator[str]:
    """Yield what a report under a contract rests on."""
    contract, made = ledger.contract, ledger.statement
    since, until = contract.period
    yield (
        f"contract {contract.contract} ({_day(since)} to {_day(until)}); cost_usd is the "
        "effective cost"
    )
    if not made.atoms:
        yield (
            f"no loaded usage is under contract {contract.contract}: it covers what "
            f"{' and '.join(contract.providers)} bills in its period"
        )
        return
    if begins := _late_start(con, ledger):
        yield (
            f"the logs begin on {_day(begins)}, after the contract did: what was used before "
            "counts only as far as the contract says used_before"
        )
    if made.unspread_pico:
        yield (
            f"{usd_exact(made.unspread_pico)} of the contract's lines belong to no usage and are "
            "in no row; see: ratecard contract bill"
        )
    for balance in made.balances:
        if balance.kind == "commitment" and balance.state == "open":
            yield f"commitment {balance_words(balance, contract.currency, made.through)}"


def balance_words(balance: Balance, currency: str, through: datetime) -> str:
    """Say how much of a commitment or credit is used."""
    used, amount = (f"{usd(pico):,.2f}" for pico in (balance.used_pico, balance.amount_pico))
    return (
        f"'{balance.name}' of {_day(balance.period.since)} to {_day(balance.period.until)}: "
        f"{currency} {used} of {amount} by {_day(through)}, {balance.state}"
    )


def _late_start(con: duckdb.DuckDBPyConnection, ledger: Ledger) -> datetime | None:
    """Return when the logs begin, if the contract was a day old by then."""
    row = con.execute(f"select min(event_ts) from {ledger.scope.counted} as counted").fetchone()
    first: datetime | None = row[0] if row else None
    since = ledger.contract.period.since.replace(tzinfo=None)
    return first if first and (first - since).days >= 1 else None


def _day(at: datetime) -> str:
    return f"{at:%-d %b %Y}"
