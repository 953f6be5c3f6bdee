"""The differences as text: what the peer does, alone and together with something else."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.differences import Comparison, Difference
from benchmarks.tables import section

HEADERS = ("Ratecard", "the peer", "alone", "with others", "models", "days")


@dataclass(slots=True)
class _Row:
    alone: int = 0
    together: int = 0
    models: set[str] = field(default_factory=set)
    first: str = "9999"
    last: str = ""

    def add(self, difference: Difference) -> None:
        if len(difference.causes) == 1:
            self.alone += difference.requests
        else:
            self.together += difference.requests
        self.models.update(difference.models)
        self.first = min(self.first, difference.first)
        self.last = max(self.last, difference.last)


def differences(comparison: Comparison, of_what: str) -> str:
    """Lay out one peer's differences, then those that one example shows best."""
    rows: dict[tuple[str, str], _Row] = {}
    for each in comparison.differences.values():
        for cause in each.causes:
            rows.setdefault((each.refused, cause), _Row()).add(each)
    ordered = sorted(rows.items(), key=lambda pair: (pair[0][0], -pair[1].alone, pair[0][1]))
    agree = comparison.equal + comparison.both_refuse
    return section(
        f"{comparison.peer}: {comparison.requests:,} answers compared on {of_what}, {agree:,} agree"
        f" ({comparison.both_refuse:,} of them by refusing), {comparison.unexplained:,} differ"
        " without a cause",
        [
            (
                f"none: {refused}" if refused else "has a price",
                cause,
                f"{row.alone:,}",
                f"{row.together:,}",
                f"{len(row.models):,}",
                f"{row.first} to {row.last}",
            )
            for (refused, cause), row in ordered
        ],
        HEADERS,
        _notes(comparison),
    )


def _notes(comparison: Comparison) -> Iterator[str]:
    for each in comparison.differences.values():
        if not each.refused and len(each.causes) == 1 and not each.details:
            yield f"e.g. {each.causes[0]}: {each.example}"
    for each in comparison.differences.values():
        head = f"Ratecard has no price ({each.refused})" if each.refused else "both have a price"
        for detail, requests in each.details.items():
            yield f"{head}, {', '.join(each.causes)}: {detail} ({requests:,})"
