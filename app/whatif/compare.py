"""Scenarios side by side against named baselines: the one function behind CLI and dashboard."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.compare.option import Comparison

if TYPE_CHECKING:
    from app.whatif.ask import Prepared
    from models.policy.terms import Scenario


def compare(prepared: "Prepared", scenarios: "Sequence[Scenario]") -> Comparison:
    """Replay scenarios and baselines over the same usage with the same draws."""
    raise NotImplementedError
