"""All workloads together."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from models.uncertainty.intervals import interval
from models.upgrade.report import COST_ONLY, DOES_NOT_PAY, PAYS, PAYS_IF, Success, UpgradeRow
from models.upgrade.row import row_of
from models.upgrade.sums import NOTHING
from models.upgrade.verdict import SURE, Verdict, benefit_usd, judge
from models.upgrade.words import listed, monthly, times
from models.upgrade.work import Known, Work

#: The workload of the row that adds all up.
TOTAL = "total"


def total_row(works: Sequence[Work], months: float) -> UpgradeRow:
    """Return the row of all workloads together.

    Where repair costs are known for each workload, the whole pays in a draw where what the
    workloads save adds up to more than nothing.

    Args:
        works: At least one.
        months: Length of the period, in months of 365.25 / 12 days.
    """
    total = _together(works)
    return row_of(total, months, _verdict(total, works, months))


def month_saved(works: Sequence[Work], months: float) -> tuple[float, bool]:
    """Return what a move saves a month in US dollars, and whether repairs are counted.

    They are where the success and the repair cost of all work are known; else API cost alone.
    """
    api = -sum(work.difference_usd * work.tasks for work in works)
    gains = [
        interval(benefit_usd(work)).p50
        for work in works
        if work.repair_usd_draws is not None
        and work.known.now is not None
        and work.known.then is not None
    ]
    counted = bool(works) and len(gains) == len(works)
    return (sum(gains) if counted else api) / months, counted


def _together(works: Sequence[Work]) -> Work:
    sums = NOTHING
    kept: Counter[str] = Counter()
    for work in works:
        sums += work.sums
        kept.update(work.kept)
    units = {work.task for work in works}
    sessions = [work.sessions for work in works if work.sessions is not None]
    return Work(
        workload=TOTAL,
        workload_by="mixed",
        evidence_workload=None,
        requests=sum(work.requests for work in works),
        sessions=sum(sessions) if len(sessions) == len(works) else None,
        task=units.pop() if len(units) == 1 else "task",
        tasks=sum(work.tasks for work in works),
        kept=dict(kept),
        sums=sums,
        then_usd=np.sum([work.then_usd for work in works], axis=0),
        more_usd=np.sum([work.more_usd for work in works], axis=0),
        known=_known(works),
    )


def _known(works: Sequence[Work]) -> Known:
    now = _weighted(works, [work.known.now for work in works])
    then = _weighted(works, [work.known.then for work in works])
    if now is None or then is None:
        return Known(shown=Success(words=_unknown_words(works)))
    sources = {work.known.shown.source for work in works}
    source = sources.pop() if len(sources) == 1 else "prior"
    return Known(now, then, Success(interval(now), interval(then), source, "weighted by tasks"))


def _weighted(works: Sequence[Work], rates: Sequence[np.ndarray | None]) -> np.ndarray | None:
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(rates):
        return None
    weights = np.array([work.tasks for work in works], dtype=float)
    result: np.ndarray = np.average(known, axis=0, weights=weights)
    return result


def _unknown_words(works: Sequence[Work]) -> str:
    names = [w.workload for w in works if w.known.now is None or w.known.then is None]
    return f"success is unknown for {listed(names)}"


def _verdict(total: Work, works: Sequence[Work], months: float) -> Verdict:
    judged = judge(total)
    more = total.difference_usd * total.tasks / months
    difference = interval(total.more_usd / months)
    cost = f"{times(total.sums.ratio or 0)}: {monthly(more, difference)}"
    if judged.word == COST_ONLY:
        sentence = f"{cost}; {total.known.shown.words}"
        return Verdict(COST_ONLY, sentence, None, judged.p_cheaper, None, judged.repair_words)
    if any(work.repair_usd_draws is None for work in works):
        return judged
    benefit = np.sum([benefit_usd(work) for work in works], axis=0)
    chance = float((benefit > 0).mean())
    word = PAYS if chance >= SURE else DOES_NOT_PAY if chance <= 1 - SURE else PAYS_IF
    sentence = f"{cost} of API cost; with repairs P(pays) {chance:.2f}"
    return Verdict(word, sentence, chance, judged.p_cheaper, judged.repair_usd, judged.repair_words)
