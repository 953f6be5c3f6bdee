"""The row of a workload: everything a reader needs to decide on it."""

from models.uncertainty.intervals import interval
from models.upgrade.break_even import gain_needed, output_break_even, turns_break_even
from models.upgrade.report import UpgradeRow
from models.upgrade.verdict import Verdict, judge
from models.upgrade.work import Work


def row_of(work: Work, months: float, verdict: Verdict | None = None) -> UpgradeRow:
    """Return the row of a workload.

    Args:
        work: What is known of it.
        months: Length of the period, in months of 365.25 / 12 days.
        verdict: Where it was judged otherwise; None judges it here.
    """
    judged = verdict or judge(work)
    now = work.known.now
    requests = max(work.requests, 1)
    return UpgradeRow(
        workload=work.workload,
        workload_by=work.workload_by,
        evidence_workload=work.evidence_workload,
        requests=work.requests,
        sessions=work.sessions,
        kept=work.kept,
        cost_now_pico=work.sums.now,
        cost_then_pico=work.sums.then,
        ratio_point=work.sums.ratio,
        ratio_same_effort=work.sums.ratio_same_effort,
        ratio=interval(work.then_usd / work.now_usd) if work.sums.now else None,
        per_request_now_usd=work.now_usd / requests,
        per_request_then_usd=interval(work.then_usd / requests),
        month_now_usd=work.now_usd / months,
        month_more_usd=work.difference_usd * work.tasks / months,
        month_difference_usd=interval(work.more_usd / months),
        output_share=work.sums.output_share,
        output_ratio=work.sums.output_ratio,
        turns_ratio=work.sums.turns,
        output_break_even=output_break_even(work.sums),
        turns_break_even=turns_break_even(work.sums),
        success=work.known.shown,
        gain_needed=gain_needed(
            work.sums.ratio,
            work.difference_usd,
            None if now is None else interval(now).p50,
            work.repair_usd,
        ),
        repair_break_even_usd=judged.repair_usd,
        repair_words=judged.repair_words,
        long_context_now_pico=work.sums.long_now,
        long_context_extra_pico=work.sums.long_then,
        lost_cache_extra_pico=work.sums.lost_cache,
        effort_note=work.effort_note,
        evidence=work.evidence,
        notes=work.notes,
        p_pays=judged.p_pays,
        p_cheaper=judged.p_cheaper,
        verdict=judged.word,
        sentence=judged.sentence,
    )
