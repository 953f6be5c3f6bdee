"""Replay: cells under a policy, priced by the rule that prices the ledger."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.pricing_basis import Basis
from app.whatif.cache_kept import TTL_SECONDS, cache_kept
from app.whatif.cells import Cells
from app.whatif.needs import needs_of
from app.whatif.replay_contract import spans_of, use_contract
from app.whatif.replay_groups import Row, groups_of, read_groups, sum_lines
from app.whatif.replay_moves import send
from app.whatif.replay_prices import priced
from models.replay.groups import Group, Replayed
from models.replay.warnings import warnings_of
from pricing.book import PriceBook

if TYPE_CHECKING:
    from models.policy.terms import Scenario
    from pricing.contract.terms import Contract


@dataclass(frozen=True, slots=True)
class Detail:
    """What groups tell apart, of what the cells do.

    Attributes:
        teams, weeks: Whether they do; the fewer groups there are, the quicker the rest is.
        ttl_seconds: How long a cache remembers a prompt that nobody sends again.
    """

    teams: bool = True
    weeks: bool = True
    ttl_seconds: int = TTL_SECONDS


ALL = Detail()

#: How many replays cells keep: draws and prices of people change more often than policies.
MOST_KEPT = 48


def replay(
    cells: Cells,
    book: PriceBook,
    scenario: "Scenario",
    basis: Basis,
    contract: "Contract | None" = None,
    detail: Detail = ALL,
) -> Replayed:
    """Replay traffic under a scenario's policy.

    Args:
        cells: Made for needs that cover the policy's.
        book: All prices; ``basis.book`` is what is known of them.
        scenario: Policy and assumptions.
        basis: Which prices.
        contract: Whose rates apply in place of the list's, to baseline and scenario.
        detail: What groups tell apart, of what the cells do.

    Raises:
        ValueError: the cells were made for other needs.
    """
    if not cells.needs.covers(needs_of([scenario.policy], weeks=False, zone=cells.needs.zone)):
        raise ValueError(f"the cells do not tell apart what {scenario.policy.name!r} asks for")
    key = _key(scenario, book, basis, contract, detail)
    found: Replayed | None = cells.replayed.pop(key, None)
    if found is None:
        found = _replayed(cells, book, scenario, basis, contract, detail)
    cells.replayed[key] = found
    for oldest in list(cells.replayed)[:-MOST_KEPT]:
        cells.replayed.pop(oldest, None)
    return found


def _key(
    scenario: "Scenario",
    book: PriceBook,
    basis: Basis,
    contract: "Contract | None",
    detail: Detail,
) -> tuple[object, ...]:
    """Return all that the outcome depends on, of what may differ: no other assumption matters."""
    policy = scenario.policy
    waits = tuple(sorted(scenario.assumptions.latency_seconds.items()))
    prices = (book.digest, basis.book.digest, basis.prices_on, basis.assume_tier, repr(contract))
    rules = (policy.rules, policy.sticky, policy.seed, scenario.workloads)
    return (*rules, waits, *prices, detail)


def _replayed(
    cells: Cells,
    book: PriceBook,
    scenario: "Scenario",
    basis: Basis,
    contract: "Contract | None",
    detail: Detail,
) -> Replayed:
    con = cells.con.cursor()
    try:
        at = priced(cells, basis, spans_of(contract))
        send(con, cells, book, scenario, at)
        sum_lines(con, cells, teams=detail.teams, weeks=detail.weeks)
        if contract is not None:
            use_contract(con, book, contract, basis)
        rows = read_groups(con)
        groups = tuple(groups_of(rows))
        cache = cache_kept(con, cells, groups, detail.ttl_seconds)
    finally:
        con.close()
    kept = {(each.rule, each.workload, each.model_to): each.kept for each in cache}
    return Replayed(
        groups=tuple(_with_cache(group, kept) for group in groups),
        kept=_counted(rows, "kept", {"", "unpriced"}, "requests"),
        unpriced=_counted(rows, "unpriced_reason", {None}, "records"),
        warnings=warnings_of(groups, sum(int(row["bucketed"]) for row in rows)),
        cache=cache,
    )


def _counted(rows: Sequence[Row], column: str, without: set[str | None], of: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in rows:
        if row[column] not in without:
            counts[row[column]] += int(row[of])
    return {reason: count for reason, count in counts.most_common() if count}


def _with_cache(group: Group, kept: dict[tuple[int, str, str], float]) -> Group:
    share = min(1.0, kept.get((group.rule, group.workload, group.model_to), 1.0))
    return group if share == 1.0 or not group.cached_tokens else replace(group, cache_kept=share)
