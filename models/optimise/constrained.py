"""The best plan under side constraints, by a mixed-integer solver (HiGHS, Huangfu and Hall 2018).

Limits tie segments together in other ways than a budget does, so that hulls no longer suffice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

from models.optimise.segments import (
    InfeasibleError,
    OptimiseError,
    Plan,
    Segment,
    checked_segments,
    planned,
)

#: How far the solver may stay from the optimum, relative.
_MIP_GAP = 1e-9
_INFEASIBLE = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan must keep to.

    Attributes:
        budget: US dollars for all segments together.
        least_quality: Per workload: average successes per request, at least.
        least_total_quality: The same over all requests.
        most_share: Per model: share of all requests, at most.
        most_requests: Per model: requests, at most.
    """

    budget: float | None = None
    least_quality: Mapping[str, float] = field(default_factory=dict)
    least_total_quality: float | None = None
    most_share: Mapping[str, float] = field(default_factory=dict)
    most_requests: Mapping[str, float] = field(default_factory=dict)


def best_within(
    segments: Sequence[Segment],
    limits: Limits,
    *,
    cheapest: bool = False,
    whole_requests: bool = False,
) -> Plan:
    """Return the plan with the most successes, or the cheapest one, that keeps to limits.

    Args:
        segments: What there is to choose.
        limits: What the plan must keep to.
        cheapest: Minimise cost instead of maximising successes.
        whole_requests: Split segments between whole requests only.

    Raises:
        InfeasibleError: no plan keeps to the limits; the message names those without which one
            does.
        OptimiseError: a limit that names no workload or model of the segments, or a solver that
            gave up.
    """
    kept = checked_segments(segments)
    _known(kept, limits)
    if not kept:
        return planned([], [])
    counts = _solve(kept, limits, cheapest=cheapest, whole=whole_requests)
    if counts is None:
        raise InfeasibleError(f"no plan keeps to {_why(kept, limits, whole=whole_requests)}")
    rows, at = [], 0
    for segment in kept:
        row = counts[at : at + len(segment.options)]
        rows.append([n if n > _trifle(segment) else 0.0 for n in row.tolist()])
        at += len(segment.options)
    return planned(kept, rows)


def _trifle(segment: Segment) -> float:
    """Return the requests below which a choice is the solver's rounding."""
    return 1e-7 * segment.requests


def _known(segments: Sequence[Segment], limits: Limits) -> None:
    """Check that limits name what there is."""
    workloads = {segment.floored_as for segment in segments}
    models = {option.limited_as for segment in segments for option in segment.options}
    for names, there in (
        (limits.least_quality, workloads),
        (limits.most_share, models),
        (limits.most_requests, models),
    ):
        if unknown := sorted(set(names) - there):
            raise OptimiseError(f"no {unknown[0]!r} to limit; there is {', '.join(sorted(there))}")


def _solve(
    segments: Sequence[Segment], limits: Limits, *, cheapest: bool, whole: bool
) -> NDArray[np.float64] | None:
    """Return requests per segment and option, or None where nothing is feasible."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow to import

    pairs = [(place, option) for place, s in enumerate(segments) for option in s.options]
    cost = np.array([option.cost for _, option in pairs])
    quality = np.array([option.quality for _, option in pairs])
    requests = np.array([segments[place].requests for place, _ in pairs], dtype=np.float64)
    rows, low, high = _rows(segments, limits, cost, quality)
    value = np.array([segments[place].value for place, _ in pairs])
    found = milp(
        cost if cheapest else -quality * value,
        constraints=LinearConstraint(rows, low, high),
        integrality=np.full(len(pairs), int(whole)),
        bounds=Bounds(0, requests),
        options={"mip_rel_gap": _MIP_GAP},
    )
    if found.x is not None:
        return np.round(found.x) if whole else np.asarray(found.x)
    if found.status == _INFEASIBLE:
        return None
    raise OptimiseError(f"the solver gave up: {found.message}")


def _rows(
    segments: Sequence[Segment],
    limits: Limits,
    cost: NDArray[np.float64],
    quality: NDArray[np.float64],
) -> tuple[object, list[float], list[float]]:
    """Return the constraints: a matrix, and the least and the most of each row."""
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415

    owner = np.repeat(np.arange(len(segments)), [len(s.options) for s in segments])
    total = sum(segment.requests for segment in segments)
    floors = np.array([segment.floored_as for segment in segments])[owner]
    models = np.array([option.limited_as for s in segments for option in s.options])
    every = csr_array((np.ones(len(owner)), (owner, np.arange(len(owner)))))
    low = [segment.requests * 1.0 for segment in segments]
    high = list(low)
    rows = []

    def add(row: NDArray[np.float64], least: float, most: float) -> None:
        rows.append(row)
        low.append(least)
        high.append(most)

    if limits.budget is not None:
        add(cost, -np.inf, limits.budget)
    if limits.least_total_quality is not None:
        add(quality, limits.least_total_quality * total, np.inf)
    for name, least in limits.least_quality.items():
        there = sum(s.requests for s in segments if s.floored_as == name)
        add(quality * (floors == name), least * there, np.inf)
    for name, share in limits.most_share.items():
        add((models == name) * 1.0, -np.inf, share * total)
    for name, most in limits.most_requests.items():
        add((models == name) * 1.0, -np.inf, most)
    matrix = vstack([every, csr_array(np.array(rows))]) if rows else every
    return matrix, low, high


def _why(segments: Sequence[Segment], limits: Limits, *, whole: bool) -> str:
    """Return the limits in words: those that are each in the way, or all of them together."""
    empty = Limits()
    given = [f.name for f in fields(Limits) if getattr(limits, f.name) != getattr(empty, f.name)]
    in_the_way = [
        name
        for name in given
        if _solve(
            segments,
            replace(limits, **{name: getattr(empty, name)}),
            cheapest=True,
            whole=whole,
        )
        is not None
    ]
    words = [name.replace("_", " ") for name in in_the_way or given]
    return " and ".join(words) + (" together" if len(words) > 1 else "")
