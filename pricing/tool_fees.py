"""What a tool costs a model: one rule for a single request and for the compiled table."""

from collections.abc import Iterable
from datetime import datetime

from pricing.published import Model, ToolEntry
from pricing.vocabulary import Meter


def applies_to(fee: ToolEntry, model: Model) -> bool:
    """Tell whether a fee is one of a model's."""
    return fee.provider == model.provider and (not fee.models or model.model in fee.models)


def fees_for(fees: Iterable[ToolEntry], model: Model) -> list[ToolEntry]:
    """Return the fees that can rate a model's tools, in the order in which they take over.

    Of two that have begun the later one holds, and one that names the model before one for all.
    """
    own = [fee for fee in fees if fee.meter is not None and applies_to(fee, model)]
    return sorted(own, key=lambda fee: (bool(fee.models), fee.effective_from, fee.known_at))


def rates_at(fees: Iterable[ToolEntry], at: datetime) -> dict[Meter, int | None]:
    """Return the rate of each tool meter at an instant, of fees in the order of `fees_for`.

    None is a meter that the table says has no rate; one that no fee rates is absent. Fees are never
    uplifted.
    """
    return {
        fee.meter: fee.pico_per_unit
        for fee in fees
        if fee.meter is not None and fee.effective_from <= at
    }
