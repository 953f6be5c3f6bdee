"""Costs of groups in draws of uncertain factors: the float twin of ``models.replay.translate``.

Groups with the same factors are added up before they are multiplied, so that thousands of groups
cost a few hundred products of a draw's length.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.replay.factors import FactorModel, GroupFactors, Term
from models.replay.groups import Group, Parts
from models.replay.translate import into_batch

Array = NDArray[np.float64]

#: Pico-dollars of a dollar.
_PICO = 1e12


class _Kind(NamedTuple):
    """What groups share whose costs may be added up before they are multiplied."""

    factors: GroupFactors
    column: int
    cache_kept: float
    into_batch: bool
    reasons: bool
    capped: int


@dataclass(slots=True)
class _Sums:
    """Parts in dollars: direct, and what spills over instead."""

    direct: Array
    spill: Array
    members: list[Group]


def cost_draws(
    groups: Sequence[Group],
    model: FactorModel,
    draws: Mapping[str, Array],
    columns: Sequence[int] | None = None,
    width: int = 1,
) -> Array:
    """Return costs in US dollars: a row per draw, a column per kind of group.

    Args:
        groups: Replayed traffic.
        model: Their factors, in their order.
        draws: Of every parameter of the model, by name, all of one length.
        columns: Of each group, the column it is added to; None puts all in one.
        width: Number of columns.
    """
    count = len(next(iter(draws.values()))) if draws else 1
    costs = np.zeros((count, width))
    for kind, sums in _added_up(groups, model, columns).items():
        costs[:, kind.column] += _cost(kind, sums, draws)
    return costs


def _added_up(
    groups: Sequence[Group], model: FactorModel, columns: Sequence[int] | None
) -> dict[_Kind, _Sums]:
    found: dict[_Kind, list[Group]] = defaultdict(list)
    for k, (group, factors) in enumerate(zip(groups, model.groups, strict=True)):
        kind = _Kind(
            factors,
            columns[k] if columns is not None else 0,
            group.cache_kept,
            into_batch(group),
            group.reasoning_tokens > 0,
            k + 1 if group.bins else 0,
        )
        found[kind].append(group)
    return {
        kind: _Sums(
            _dollars([each.parts for each in members]),
            _dollars([each.spill or each.parts for each in members]),
            members,
        )
        for kind, members in found.items()
    }


_AMOUNTS = attrgetter(*(field.name for field in fields(Parts)))


def _dollars(parts: Sequence[Parts]) -> Array:
    """Return the sum of parts in dollars, in the order of their fields; exact until the end."""
    sums = [sum(column) for column in zip(*map(_AMOUNTS, parts), strict=True)]
    return np.array([each / _PICO for each in sums])


def _cost(kind: _Kind, sums: _Sums, draws: Mapping[str, Array]) -> Array:
    of = kind.factors
    kept = _value(of.kept, draws, kind.cache_kept)
    if kind.into_batch:
        kept = kept * _value(of.gamma, draws, 1.0)
    eps, effort = _value(of.eps, draws, 1.0), _value(of.effort, draws, 1.0)
    turned = _value(of.nu, draws, 1.0) * _value(of.kappa, draws, 1.0)
    written = _value(of.written, draws, 0.0)
    phi = _value(of.phi, draws, 0.0)

    def cost(parts: Array, output: Array) -> Array:
        uncached, cached, as_uncached, write, write_long, premium, *_, tools = parts
        read = uncached + kept * cached + (1.0 - kept) * as_uncached + write + write_long
        return np.asarray(turned * (read + written * premium) + output + tools)

    if kind.capped:
        [group] = sums.members
        output = _capped(group, eps, effort)
        ratio = sums.spill[6] / sums.direct[6] if sums.direct[6] else 1.0
        direct, spill = cost(sums.direct, output), cost(sums.spill, output * ratio)
    else:
        direct = cost(sums.direct, _output(sums.direct, eps, effort, reasons=kind.reasons))
        spill = cost(sums.spill, _output(sums.spill, eps, effort, reasons=kind.reasons))
    return np.asarray(direct + phi * (spill - direct))


def _output(parts: Array, eps: Array, effort: Array, *, reasons: bool) -> Array:
    output, reasoning = parts[6], parts[7]
    if not reasons:
        return np.asarray(eps * effort * output)
    return np.asarray(eps * (output - reasoning + effort * reasoning))


def _capped(group: Group, eps: Array, effort: Array) -> Array:
    share = group.reasoning_tokens / group.output_tokens if group.reasoning_tokens else 1.0
    ratio = eps * (1.0 + share * (effort - 1.0))
    total = np.zeros_like(ratio)
    for each in group.bins:
        longer = ratio * each.output_tokens > (group.cap or 0) * each.events
        total += np.where(longer, each.at_cap_pico / _PICO, ratio * (each.output_pico / _PICO))
    return total


def _value(term: Term | None, draws: Mapping[str, Array], neutral: float) -> Array:
    if term is None:
        return np.asarray(neutral, dtype=np.float64)
    drawn = draws[term.parameter]
    return 1.0 / drawn if term.inverse else drawn
