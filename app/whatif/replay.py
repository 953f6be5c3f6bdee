"""Replay: cells under a policy, priced by the rule that prices the ledger."""

from typing import TYPE_CHECKING

from app.pricing_basis import Basis
from app.whatif.cells import Cells
from models.replay.groups import Replayed
from pricing.book import PriceBook

if TYPE_CHECKING:
    from models.policy.terms import Scenario
    from pricing.contract.terms import Contract


def replay(
    cells: Cells,
    book: PriceBook,
    scenario: "Scenario",
    basis: Basis,
    contract: "Contract | None" = None,
) -> Replayed:
    """Replay traffic under a scenario's policy.

    Args:
        cells: Made for needs that cover the policy's.
        book: All prices; ``basis.book`` is what is known of them.
        scenario: Policy and assumptions.
        basis: Which prices.
        contract: Whose rates apply in place of the list's, to baseline and scenario.
    """
    raise NotImplementedError
