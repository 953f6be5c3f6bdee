"""What is asked, and everything that answering it needs of the stored database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import duckdb

from app.ledger import Question
from app.pricing_basis import Basis

if TYPE_CHECKING:
    from app.whatif.cells import Cells
    from models.evidence.evaluations import Evaluation
    from models.evidence.table import Evidence
    from models.policy.terms import Scenario
    from models.workload.rules import WorkloadRules
    from pricing.contract.terms import Contract


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A question to the stored usage under other choices.

    Attributes:
        question: Which usage, priced how; its grouping is ignored.
        basis: The prices.
        contract: Its rates replace the list; None for list prices.
        renewal: First day on which another choice can start; None: at once.
        workloads: Rules that name the workload of requests without a label; None: the shipped ones.
        candidates: Models of the single-model options; empty: those of the logs and those that
            the scenarios name.
        draws: How many draws the intervals rest on.
        seed: Of the draws.
    """

    question: Question
    basis: Basis
    contract: "Contract | None" = None
    renewal: date | None = None
    workloads: "WorkloadRules | None" = None
    candidates: tuple[str, ...] = ()
    draws: int = 2048
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Period:
    """The time that the figures are of.

    Attributes:
        first: Naive UTC instant of the first moment.
        last: First naive UTC instant that is not counted any more.
    """

    first: datetime
    last: datetime

    @property
    def days(self) -> float:
        """Length in days, at least one."""
        return max((self.last - self.first).total_seconds() / 86_400, 1.0)

    @property
    def months(self) -> float:
        """Length in months of 365.25 / 12 days."""
        return self.days * 12 / 365.25


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the traffic a workload is, and how it was told.

    Attributes:
        by: ``label`` (logged), ``rule`` (told by the rules) or ``none``.
    """

    workload: str
    by: str
    requests: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """What answering needs; the stored database is free from here on.

    Attributes:
        cells: Usage in short, split wherever a price or a policy could tell requests apart.
        evaluations: The user's own, read from the database.
        evidence: What is shipped.
        coverage: Workloads, the most requests first.
    """

    whatif: WhatIf
    cells: "Cells"
    evaluations: "tuple[Evaluation, ...]"
    evidence: "Evidence"
    period: Period
    coverage: tuple[Coverage, ...]


def prepare(
    con: duckdb.DuckDBPyConnection, whatif: WhatIf, scenarios: "Sequence[Scenario]"
) -> Prepared:
    """Read all that answering needs.

    Args:
        con: An open database, read-only or not.
        whatif: What is asked.
        scenarios: Their predicates decide how finely the usage must be split.

    Raises:
        UserError: no usage matches.
    """
    raise NotImplementedError
