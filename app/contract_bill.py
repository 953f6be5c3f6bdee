"""The statement of a contract as rows: usage, then each line, then the month's total."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.money import places_for, rounded_parts, usd_number
from app.output import Cell, table_text
from pricing.contract.bill import Line
from pricing.contract.calendar import Range
from pricing.contract.statement import Statement
from pricing.contract.usage import Atom, whole_parts

COLUMNS = (
    "month", "state", "section", "provider", "model", "service_tier", "meter", "cause", "line",
    "quantity", "list_usd", "amount", "currency", "amount_usd",
)  # fmt: skip

USAGE, LINE, TOTAL = "usage", "line", "total"


@dataclass(slots=True)
class BillRow:
    """A row of a month: usage of one meter, a line, or the total.

    Attributes:
        words: Provider, model, service tier and meter of usage; cause and line of a line.
        amount: In the contract's currency, in 10^-30, then in pico-units.
    """

    section: str
    words: tuple[str, ...]
    quantity: int | None = None
    list_pico: int | None = None
    amount: int = 0
    usd_pico: int = 0


def month_rows(made: Statement, month: Range) -> list[BillRow]:
    """Return the rows of a month; usage and lines add up to the total, the last row."""
    rows = [*_usage(made.in_month(month)), *_lines(made.lines, month)]
    total = BillRow(TOTAL, (), None, sum(row.list_pico or 0 for row in rows))
    for row, amount in zip(rows, whole_parts([row.amount for row in rows]), strict=True):
        row.amount = amount
        total.amount += amount
        total.usd_pico += row.usd_pico
    return [*rows, total]


def bill_rows(made: Statement, months: Sequence[Range]) -> list[list[Cell]]:
    """Return exact rows under ``COLUMNS``."""
    currency = made.contract.currency
    rows: list[list[Cell]] = []
    for month in months:
        for row in month_rows(made, month):
            usage = row.words if row.section == USAGE else (None,) * 4
            line = row.words if row.section == LINE else (None,) * 2
            rows.append([
                f"{month.since:%Y-%m}", state_of(made, month), row.section, *usage, *line,
                row.quantity, usd_number(row.list_pico), usd_number(row.amount), currency,
                usd_number(row.usd_pico),
            ])  # fmt: skip
    return rows


def bill_table(made: Statement, months: Sequence[Range]) -> str:
    """Lay the months out for people: usage by model and tier, and each column adding up."""
    currency = made.contract.currency
    texts = []
    for month in months:
        *parts, total = _by_tier(month_rows(made, month))
        places = places_for(total.usd_pico)
        columns = [
            _column([row.list_pico for row in parts], total.list_pico, places),
            _column([row.amount for row in parts], total.amount, places),
            _column([row.usd_pico for row in parts], total.usd_pico, places),
        ]
        names = [" ".join(row.words) for row in parts] + ["total"]
        head = ["", "list USD", currency, "USD"]
        rows: list[list[Cell]] = [list(row) for row in zip(names, *columns, strict=True)]
        if currency == "USD":
            head, rows = [*head[:2], "USD"], [[*row[:2], row[3]] for row in rows]
        title = f"{month.since:%B %Y}, {state_of(made, month)}"
        texts.append(f"{title}\n{table_text(head, rows)}")
    return "\n\n".join(texts)


def state_of(made: Statement, month: Range) -> str:
    """Tell whether the logs reach the end of a month."""
    return "complete" if month.until <= made.through else f"open, to {made.through:%Y-%m-%d}"


def _column(parts: list[int | None], total: int | None, places: int) -> list[Cell]:
    return [*rounded_parts(parts, places), *rounded_parts([total], places)]


def _usage(atoms: Sequence[Atom]) -> Iterator[BillRow]:
    grouped: dict[tuple[str, ...], BillRow] = {}
    for atom in atoms:
        cell = atom.cell
        words = (cell.billed_by, cell.model, cell.tier.value, atom.meter.value)
        row = grouped.setdefault(words, BillRow(USAGE, words, 0, 0))
        row.quantity = (row.quantity or 0) + atom.quantity
        row.list_pico = (row.list_pico or 0) + atom.list_pico
        row.amount += atom.contracted
        row.usd_pico += atom.contracted_pico
    return iter([grouped[words] for words in sorted(grouped)])


def _lines(lines: Sequence[Line], month: Range) -> Iterator[BillRow]:
    """Yield lines in the order in which they were billed, those of one name together."""
    grouped: dict[tuple[str, ...], BillRow] = {}
    for line in lines:
        if line.month == month:
            label = f"{line.name}, {line.detail}" if line.detail and line.spread else line.name
            words = (line.cause.value, line.name if line.cause == "rounding" else label)
            row = grouped.setdefault(words, BillRow(LINE, words))
            row.amount += line.amount
            row.usd_pico += line.usd_pico
    return iter(grouped.values())


def _by_tier(rows: Sequence[BillRow]) -> list[BillRow]:
    """Put the meters of a model and tier together."""
    grouped: dict[tuple[str, ...], BillRow] = {}
    for row in rows:
        words = row.words[1:3] if row.section == USAGE else row.words
        one = grouped.setdefault((row.section, *words), BillRow(row.section, words))
        one.amount += row.amount
        one.usd_pico += row.usd_pico
        if row.list_pico is not None:
            one.list_pico = (one.list_pico or 0) + row.list_pico
    return list(grouped.values())
