"""What is known of one workload before it is judged: sums, draws, success, evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from models.upgrade.report import EvidenceUsed, Note, Success
from models.upgrade.sums import Sums

_PICO_PER_USD = 1e12


@dataclass(frozen=True, slots=True)
class Known:
    """Success rates of both models in the draws.

    Attributes:
        now, then: One for each draw, in [0, 1]; None is unknown.
        shown: The same for the reader.
    """

    now: np.ndarray | None = None
    then: np.ndarray | None = None
    shown: Success = field(default_factory=Success)


@dataclass(frozen=True, slots=True)
class Work:
    """One workload under both models.

    Attributes:
        requests: Requests that move.
        sessions: Sessions they belong to; None where the log does not say.
        task: What succeeds or fails: ``session`` where the log tells them, else ``request``.
        tasks: How many of them there are, at least one.
        kept: Requests of the old model that cannot move, by reason.
        sums: Their costs, at the medians.
        then_usd: Cost under the new model in US dollars of the whole period, one for each draw.
        more_usd: What it costs more than now, likewise; the weeks of the log could have been
            others, which a ratio does not feel.
        known: Success of both models.
        repair_usd: What a failed task costs, at the median; None is unknown.
        repair_usd_draws: The same, one for each draw.
    """

    workload: str
    workload_by: str
    evidence_workload: str | None
    requests: int
    sessions: int | None
    task: str
    tasks: int
    kept: Mapping[str, int]
    sums: Sums
    then_usd: np.ndarray
    more_usd: np.ndarray
    known: Known = field(default_factory=Known)
    repair_usd: Decimal | None = None
    repair_usd_draws: np.ndarray | None = None
    effort_note: str = ""
    evidence: tuple[EvidenceUsed, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def now_usd(self) -> float:
        """Cost now, in US dollars of the whole period."""
        return self.sums.now / _PICO_PER_USD

    @property
    def difference_usd(self) -> float:
        """What a task costs more under the new model, in US dollars, at the medians."""
        return (self.sums.then - self.sums.now) / _PICO_PER_USD / self.tasks
