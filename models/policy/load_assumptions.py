"""The `assume` of a scenario: numbers with or without a spread, for all work or by workload."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

import yaml

from models.policy.assumptions import (
    ALL,
    LEAST_DRAWS,
    MOST_DRAWS,
    Assumptions,
    PerWorkload,
    Spread,
)
from models.policy.known import Known
from models.policy.load_actions import optional
from models.policy.load_words import carried_over, decimal, ratio, seconds, share, whole
from pricing.load_yaml import Section

T = TypeVar("T")

RATIOS = ("output_ratio", "turns_ratio")
SHARES = (
    "cache_kept", "cache_in_batch", "flex_spill", "cache_write_share", "review_rate", "detection",
    "attempts_icc",
)  # fmt: skip
AMOUNTS = ("human_repair_usd", "review_cost_usd", "escaped_error_usd")
ASSUME_KEYS = (
    *RATIOS, *SHARES, *AMOUNTS, "success", "latency_seconds", "beta", "one_off_usd", "draws",
    "seed",
)  # fmt: skip
PERCENTILES = ("p10", "p50", "p90")


def read_assumptions(section: Section, known: Known) -> Assumptions:
    """Read `assume`; what is wrong is noted and left out."""
    readers = dict.fromkeys(RATIOS, ratio) | dict.fromkeys(SHARES, share)
    readers |= dict.fromkeys(AMOUNTS, decimal)
    spreads = {
        key: _read_spreads(section, key, readers[key], known)
        for key in (*RATIOS, *SHARES, *AMOUNTS)
        if key in section
    }
    usual = Assumptions()
    return Assumptions(
        **spreads,
        success=_read_success(section, known) if "success" in section else {},
        latency_seconds=_read_waits(section, known) if "latency_seconds" in section else {},
        beta=_read_spread(section, "beta", carried_over) if "beta" in section else None,
        one_off_usd=optional(section, "one_off_usd", decimal) or usual.one_off_usd,
        draws=optional(section, "draws", _draws) or usual.draws,
        seed=_seed(section, usual.seed),
    )


def _draws(text: str) -> int:
    """Read a number of draws."""
    if not LEAST_DRAWS <= (found := whole(text)) <= MOST_DRAWS:
        raise ValueError(f"{text}: write {LEAST_DRAWS} to {MOST_DRAWS:,}")
    return found


def _seed(section: Section, usual: int) -> int:
    found = optional(section, "seed", whole)
    return usual if found is None else found


def _read_spreads(
    section: Section, key: str, read: Callable[[str], Decimal], known: Known
) -> PerWorkload:
    """Read one spread for all work, or a mapping of workloads."""
    if not _is_mapping(section, key) or _is_spread(section, key):
        spread = _read_spread(section, key, read)
        return {} if spread is None else {ALL: spread}
    return _by_workload(section, key, known, lambda inner, name: _read_spread(inner, name, read))


def _read_spread(section: Section, key: str, read: Callable[[str], Decimal]) -> Spread | None:
    """Read a number, three numbers, or a mapping of three percentiles."""
    if _is_mapping(section, key):
        inner = section.section(key, PERCENTILES)
        found = [inner.value(each, read) for each in PERCENTILES] if inner else []
    else:
        found = list(section.values(key, read) or [])
        if found and len(found) not in {1, len(PERCENTILES)}:
            message = f"{key}: write one number, or three: the 10th, 50th and 90th percentile"
            section.faults.add(section.at(key), message)
            return None
        found = found * 3 if len(found) == 1 else found
    good = [number for number in found if number is not None]
    if len(good) != len(PERCENTILES):
        return None
    spread = Spread(*good)
    if fault := _spread_fault(spread, read):
        section.faults.add(section.at(key), f"{key}: {fault}")
        return None
    return spread


def _spread_fault(spread: Spread, read: Callable[[str], Decimal]) -> str | None:
    """Say what is wrong with a spread: its order, or an end that its distribution never reaches."""
    if not spread.p10 <= spread.p50 <= spread.p90:
        return "the percentiles p10, p50, p90 must not fall"
    if spread.is_exact or read is carried_over:
        return None
    if not spread.p10:
        return "with a spread, p10 must be more than 0"
    if read is share and spread.p90 == 1:
        return "with a spread, p90 must be less than 1"
    return None


def _read_success(section: Section, known: Known) -> Mapping[str, Mapping[str, Spread]]:
    def read_models(inner: Section, workload: str) -> Mapping[str, Spread] | None:
        rates = inner.section(workload, None)
        if rates is None:
            return None
        found: dict[str, Spread] = {}
        for name in rates.nodes:
            spread = _read_spread(rates, name, share)
            try:
                model = known.model(name)
            except ValueError as error:
                rates.faults.add(rates.at(name), f"success: {error}")
                continue
            if spread is not None:
                found[model] = spread
        return found

    return _by_workload(section, "success", known, read_models)


def _read_waits(section: Section, known: Known) -> Mapping[str, int]:
    if not _is_mapping(section, "latency_seconds"):
        found = section.value("latency_seconds", seconds)
        return {} if found is None else {ALL: found}
    return _by_workload(
        section, "latency_seconds", known, lambda inner, name: inner.value(name, seconds)
    )


def _by_workload(
    section: Section, key: str, known: Known, read: Callable[[Section, str], T | None]
) -> dict[str, T]:
    inner = section.section(key, None)
    found: dict[str, T] = {}
    for name in inner.nodes if inner else ():
        try:
            known.workload(name)
        except ValueError as error:
            section.faults.add(inner.at(name) if inner else section.place, f"{key}: {error}")
        value = read(inner, name) if inner else None
        if value is not None:
            found[name] = value
    return found


def _is_mapping(section: Section, key: str) -> bool:
    return isinstance(section.nodes.get(key), yaml.MappingNode)


def _is_spread(section: Section, key: str) -> bool:
    node = section.nodes.get(key)
    names = [each.value for each, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return bool(names) and any(name in PERCENTILES for name in names)
