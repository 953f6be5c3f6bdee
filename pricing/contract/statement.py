"""What a contract makes of usage: every month's invoice, and each request's effective cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from pricing.contract.balance import Balance, balances
from pricing.contract.bill import Bill, Line
from pricing.contract.calendar import Range
from pricing.contract.commitment import post_overage, post_shortfalls
from pricing.contract.credit import post_credits
from pricing.contract.currency import usd_per_unit
from pricing.contract.fx import post_fx
from pricing.contract.invoice import round_lines
from pricing.contract.markup import post_markups
from pricing.contract.provisioned import post_provisioned
from pricing.contract.rates import contracted_rate, covers, term_for
from pricing.contract.terms import Contract
from pricing.contract.usage import GRAIN, Atom, Cell, in_currency
from pricing.contract.volume import post_volume_tiers
from pricing.contract.words import Cause

#: In the order in which a month is billed: each sees what the ones before made of the usage.
_STEPS = (
    post_provisioned, post_volume_tiers, post_overage, post_credits, post_markups,
    post_shortfalls, round_lines, post_fx,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A contract's months.

    Attributes:
        through: Nothing is known of later usage; a month or period that ends later is open.
        atoms: The usage under the contract.
    """

    contract: Contract
    through: datetime
    months: tuple[Range, ...]
    atoms: Sequence[Atom]
    lines: Sequence[Line]
    balances: Sequence[Balance]

    @property
    def list_pico(self) -> int:
        """What the usage costs at list."""
        return sum(atom.list_pico for atom in self.atoms)

    @property
    def contracted_pico(self) -> int:
        """What it costs at the negotiated rates."""
        return sum(atom.contracted_pico for atom in self.atoms)

    @property
    def total_pico(self) -> int:
        """What everything costs, in pico-dollars."""
        return self.contracted_pico + sum(line.usd_pico for line in self.lines)

    @property
    def unspread_pico(self) -> int:
        """What belongs to no usage, because there was none: it is in no request's cost."""
        return sum(line.usd_pico for line in self.lines if not line.spread)

    def in_month(self, month: Range) -> list[Atom]:
        """Return the usage of a month."""
        return [atom for atom in self.atoms if atom.cell.span.within(month)]


def bill(
    contract: Contract, cells: Iterable[Cell], through: datetime, *, at: datetime | None = None
) -> Statement:
    """Bill usage under a contract.

    Args:
        contract: A valid one.
        cells: Priced usage; what the contract does not cover is left out.
        through: The end of the logs.
        at: The instant whose negotiated rates apply to everything; None for each usage's own.

    Raises:
        FxRateMissingError: usage has to be billed in a currency on a day without a rate.
    """
    atoms = [atom for cell in cells for atom in _atoms(contract, cell, at)]
    made = Bill(contract, atoms, through)
    for month in made.months:
        for step in _STEPS:
            step(made, month)
    return Statement(
        contract, through, tuple(made.months), made.atoms, made.lines, tuple(balances(made))
    )


def _atoms(contract: Contract, cell: Cell, at: datetime | None) -> Iterable[Atom]:
    if not covers(contract, cell):
        return
    usd_per = usd_per_unit(contract, cell.span.since)
    for meter, quantity in cell.quantities.items():
        if not quantity:
            continue
        term = term_for(contract, cell, meter, at=at)
        contracted = quantity * contracted_rate(term, cell, meter)
        yield Atom(
            cell=cell,
            meter=meter,
            quantity=quantity,
            list_pico=quantity * cell.rates[meter],
            contracted_pico=contracted,
            term=term.name if term else None,
            contracted=in_currency(contracted, usd_per),
            usd_per=usd_per,
        )


def effective_rate(atom: Atom) -> tuple[int, int]:
    """Return an atom's effective pico-dollars per unit: whole ones, and `GRAIN` above them."""
    return divmod(round(Fraction(atom.effective, atom.quantity)), GRAIN)


def causes(atom: Atom) -> Mapping[tuple[Cause, str], int]:
    """Return what takes an atom from its list to its effective cost, in `GRAIN`."""
    negotiated = (atom.contracted_pico - atom.list_pico) * GRAIN
    found = {(Cause.NEGOTIATED_RATE, atom.term or ""): negotiated} if negotiated else {}
    return found | atom.parts
