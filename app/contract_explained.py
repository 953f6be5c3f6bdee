"""What a contract makes of one event, charge by charge."""

from datetime import UTC
from fractions import Fraction
from typing import TYPE_CHECKING

import duckdb

from app.contract_ledger import atoms_of_event, contract_ledger
from app.ledger import Question
from app.money import usd_number
from pricing.book import PriceBook
from pricing.contract.terms import Contract
from pricing.contract.usage import GRAIN

if TYPE_CHECKING:
    from app.explanation import Explanation
    from app.output import Cell

#: Columns after those of a charge.
COLUMNS = ("contracted_usd", "effective_usd", "term")


def contract_cells(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    contract: Contract,
    found: "Explanation",
) -> "list[list[Cell]]":
    """Return for each charge what it costs at negotiated rates and effectively, and the term.

    A charge that the contract does not cover costs the same each time.
    """
    if found.rated is None:
        return []
    ledger = contract_ledger(con, book, question, contract)
    atoms = atoms_of_event(con, book, question, ledger, found.event["event_id"])
    cells: list[list[Cell]] = []
    for charge in found.rated.charges:
        atom = atoms.get(charge.meter)
        if atom is None:
            listed = usd_number(charge.amount_pico)
            cells.append([listed, listed, None])
            continue
        share = Fraction(charge.quantity, atom.quantity)
        contracted = round(share * atom.contracted_pico)
        effective = round(share * Fraction(atom.effective, GRAIN))
        cells.append([usd_number(contracted), usd_number(effective), atom.term])
    return cells


def covered_words(contract: Contract, found: "Explanation") -> str:
    """Say whether an event lies in a contract's period and is billed by one of its providers."""
    at = found.event["event_ts"].replace(tzinfo=UTC)
    if not contract.period.covers(at):
        return f"contract {contract.contract} did not hold then"
    if found.event["provider"] not in contract.providers:
        return f"contract {contract.contract} does not cover what {found.event['provider']} bills"
    return f"contract {contract.contract}: effective_usd has a share of each of its lines"
