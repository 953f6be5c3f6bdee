"""Reports under a contract: list, contracted and effective cost, and what lies between them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb

from app.commands.report import Shown, time_text, total_row
from app.contract_ledger import (
    CONTRACT_MEASURES,
    Ledger,
    atoms_of,
    contract_answer,
    contract_ledger,
)
from app.contract_words import contract_words
from app.ledger import MEASURES, Answer, Question
from app.money import places_for, rounded_parts, usd_number
from app.output import Cell, table_text
from app.scope import Scope
from pricing.book import PriceBook
from pricing.contract.statement import causes
from pricing.contract.terms import Contract
from pricing.contract.usage import whole_parts
from pricing.contract.words import Cause

#: The three costs: columns of output, and the measures they show.
COSTS = {
    "list_cost_usd": "cost_pico",
    "contracted_cost_usd": "contracted_pico",
    "effective_cost_usd": "effective_pico",
}
_TABLE = (
    "requests", "input_tokens", "cache_read_tokens", "output_tokens", *COSTS, "unpriced_requests",
)  # fmt: skip
_LIST, _EFFECTIVE = "list_cost", "effective_cost"

#: Cause, line of the contract, pico-dollars.
Step = tuple[str, str, int]


def shown_under(
    con: duckdb.DuckDBPyConnection,
    book: PriceBook,
    question: Question,
    contract: Contract,
    scope: Scope,
    *,
    savings: bool,
) -> Shown:
    """Report usage under a contract.

    Args:
        con: An open database.
        book: The list prices.
        question: What is asked.
        contract: A valid one.
        scope: That of the question.
        savings: Whether to show the way from list to effective cost instead of the usage.
    """
    ledger = contract_ledger(con, book, question, contract, scope)
    if savings:
        way = Savings(con, book, question, ledger)
        shown = Shown(way.columns, way.rows(), way.table())
    else:
        found = contract_answer(con, book, question, ledger)
        shown = Shown(*contract_rows(found), contract_table(found))
    return replace(shown, words=tuple(contract_words(con, ledger)))


def contract_rows(found: Answer) -> tuple[list[str], list[list[Cell]]]:
    """Return an answer as exact output rows; ``cost_usd`` is the effective cost."""
    measures = ["cost_usd" if name == "cost_pico" else name for name in MEASURES]
    rows: list[list[Cell]] = []
    for row in found.rows:
        cost = {name: usd_number(_measure(found, row, of)) for name, of in COSTS.items()}
        cells: list[Cell] = [time_text(*pair) for pair in zip(found.keys, row, strict=False)]
        cells += [
            cost["effective_cost_usd"] if name == "cost_pico" else _measure(found, row, name)
            for name in MEASURES
        ]
        rows.append([*cells, *cost.values()])
    return [*found.keys, *measures, *COSTS], rows


def contract_table(found: Answer) -> str:
    """Lay an answer out for people, each column of costs adding up to its total."""
    columns, rows = contract_rows(found)
    width = len(found.keys)
    picos = [[_measure(found, row, of) for row in found.rows] for of in COSTS.values()]
    places = places_for(max((sum(filter(None, column)) for column in picos), default=None))
    shown = [rounded_parts(picos[0], places)]
    for k in (1, 2):
        same = [here == there for here, there in zip(picos[k], picos[k - 1], strict=True)]
        shown.append(_alike(rounded_parts(picos[k], places), shown[k - 1], same, places))
    for name, amounts in zip(COSTS, shown, strict=True):
        for row, amount in zip(rows, amounts, strict=True):
            row[columns.index(name)] = amount
    keep = [*range(width), *(columns.index(name) for name in _TABLE)]
    laid_out = [[row[k] for k in keep] for row in rows]
    if len(rows) > 1 and width:
        laid_out.append(total_row(laid_out, width))
    return table_text([columns[k] for k in keep], laid_out)


class Savings:
    """For each group its list cost, every line that changes it, and what is left."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, book: PriceBook, question: Question, ledger: Ledger
    ) -> None:
        """Ask a database."""
        found = contract_answer(con, book, question, ledger)
        changes: dict[tuple[Any, ...], dict[tuple[Cause, str], int]] = defaultdict(dict)
        for group, atom, share in atoms_of(con, book, question, ledger):
            for key, part in causes(atom).items():
                changes[group][key] = changes[group].get(key, 0) + round(share * part)
        self.columns = [*found.keys, "cause", "line", "amount_usd"]
        self.groups: list[tuple[list[Cell], list[Step]]] = []
        for row in found.rows:
            keys = [time_text(*pair) for pair in zip(found.keys, row, strict=False)]
            steps = _steps(found, row, changes.get(tuple(row[: len(found.keys)]), {}))
            self.groups.append((keys, list(steps)))

    def rows(self) -> list[list[Cell]]:
        """Return exact rows: in each group list cost and changes add up to effective cost."""
        return [
            [*keys, cause, line, usd_number(pico)]
            for keys, steps in self.groups
            for cause, line, pico in steps
        ]

    def table(self) -> str:
        """Lay the rows out for people."""
        picos = [abs(pico) for _, steps in self.groups for _, _, pico in steps]
        places = places_for(max(picos, default=None))
        rows: list[list[Cell]] = []
        for keys, steps in self.groups:
            parts = rounded_parts([pico for _, _, pico in steps[:-1]], places)
            shown = [*parts, *rounded_parts([steps[-1][2]], places)]
            rows += [
                [*keys, cause, line, amount]
                for (cause, line, _), amount in zip(steps, shown, strict=True)
            ]
        return table_text(self.columns, rows)


def _alike(
    shown: list[Decimal | None], beside: list[Decimal | None], same: list[bool], places: int
) -> list[Decimal | None]:
    """Show what is the same as in the column beside as it is there; the sum stays as it is."""
    alike = [there if eq else here for here, there, eq in zip(shown, beside, same, strict=True)]
    over = _sum(alike) - _sum(shown)
    unit = Decimal(1).scaleb(-places).copy_sign(over)
    changed = [k for k, eq in enumerate(same) if not eq and alike[k] is not None]
    if abs(over) > len(changed) * abs(unit):
        return shown
    for k in changed[: int(over / unit)]:
        alike[k] = (alike[k] or Decimal(0)) - unit
    return alike


def _sum(amounts: list[Decimal | None]) -> Decimal:
    return sum((each for each in amounts if each is not None), start=Decimal(0))


def _steps(
    found: Answer, row: tuple[Any, ...], changes: dict[tuple[Cause, str], int]
) -> Iterator[Step]:
    """Yield the way from list to effective cost, in the order in which lines are billed."""
    listed = _measure(found, row, "cost_pico") or 0
    effective = _measure(found, row, "effective_pico") or 0
    in_order = sorted(changes, key=lambda key: (list(Cause).index(key[0]), key[1]))
    yield _LIST, "", listed
    whole = whole_parts([changes[key] for key in in_order], effective - listed)
    for (cause, line), pico in zip(in_order, whole, strict=True):
        if pico:
            yield cause.value, line, pico
    yield _EFFECTIVE, "", effective


def _measure(found: Answer, row: tuple[Any, ...], name: str) -> int | None:
    value = row[len(found.keys) + CONTRACT_MEASURES.index(name)]
    return None if value is None else int(value)
