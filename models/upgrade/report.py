"""What an upgrade report says: a row per workload, the whole, and what it rests on.

Costs are exact integers of pico-dollars of the whole period at the medians of the assumptions.
Intervals come from the draws and are floats: ratios without unit, amounts in USD.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.compare.option import Used
from models.uncertainty.intervals import Interval

__all__ = [
    "COST_ONLY", "DOES_NOT_PAY", "PAYS", "PAYS_IF", "BreakEven", "EvidenceUsed", "GainNeeded",
    "Interval", "MatrixRow", "Note", "Recommendation", "Success", "UpgradeReport", "UpgradeRow",
]  # fmt: skip

#: The four words of a verdict.
PAYS = "pays"
DOES_NOT_PAY = "does not pay"
PAYS_IF = "pays if"
COST_ONLY = "cost only: success unknown"


@dataclass(frozen=True, slots=True)
class BreakEven:
    """A value at which the new model costs what the old one does.

    Attributes:
        value: Ratio to today, with everything else at its median; None where none exists.
        why: A sentence: what it means, or why there is none.
    """

    value: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Success:
    """The share of work that succeeds without a human, under both models.

    Attributes:
        now: Under the old model, in [0, 1]; None is unknown.
        then: Under the new model; None is unknown.
        source: Whose figures: ``user`` (given, or evaluations of one's own), ``prior`` (the new
            model's transferred from published evidence) or ``unknown``.
        words: Where the figures come from, in a sentence.
        pairs: Tasks of one's own evaluation that both models did.
        pairs_needed: Such tasks still needed to tell the two apart; None where it cannot be said.
        needed_for: What that number takes for granted: the gain to be seen, and how many tasks only
            one of the two solves; empty where nothing is needed.
    """

    now: Interval | None = None
    then: Interval | None = None
    source: str = "unknown"
    words: str = ""
    pairs: int = 0
    pairs_needed: int | None = None
    needed_for: str = ""

    @property
    def settled(self) -> bool:
        """Whether one's own evaluation tells the two models apart."""
        return bool(self.pairs) and self.pairs_needed == 0 and self.source == "user"


@dataclass(frozen=True, slots=True)
class GainNeeded:
    """How much more often the new model must succeed to pay.

    Attributes:
        parity: Success it needs at equal API cost per success (``P_b = R x P_a``); None where
            today's success is unknown or no success is enough.
        points: Percentage points it needs at the given repair cost; None where that is unknown.
        repair_usd: The repair cost that ``points`` is for.
        words: The same in a sentence.
    """

    parity: float | None
    points: float | None
    repair_usd: Decimal | None
    words: str


@dataclass(frozen=True, slots=True)
class EvidenceUsed:
    """A published comparison of the two models: prior evidence, never the user's success.

    Attributes:
        group: Harness, prompts and version: differences are only taken inside one.
        value_from, value_to: Scores in the benchmark's unit.
        citation: Publisher, title, date and address.
        vendor: Whether the vendor measured itself.
        used: Whether the success of the new model was taken from it.
    """

    benchmark: str
    group: str
    effort: str
    value_from: float
    value_to: float
    unit: str
    citation: str
    grade: str
    vendor: bool
    used: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about a workload: a claim in circulation and what the evidence says.

    Attributes:
        id: Stable name of the note.
        claim: What is said.
        finding: What holds.
    """

    id: str
    claim: str
    finding: str


@dataclass(frozen=True, slots=True)
class UpgradeRow:
    """One workload, or all of them together (``workload`` is then ``total``).

    Attributes:
        workload: The user's label, or that of a rule.
        workload_by: ``label``, ``rule``, ``none`` or ``mixed``: who named it.
        evidence_workload: Kind of work whose published evidence is used; None if unknown.
        requests: Requests that would move.
        sessions: Sessions they belong to; None where the log does not say.
        kept: Requests of the old model that cannot move, by reason.
        cost_now_pico: Cost of those that move, as logged.
        cost_then_pico: The same under the new model, at the medians.
        ratio_point: ``cost_then_pico / cost_now_pico``.
        ratio: The same in the draws; None without cost.
        ratio_same_effort: The point at the logged effort; None where the effort stays.
        per_request_now_usd, per_request_then_usd: Dollars for one request.
        month_now_usd: Cost of a month of 30.4375 days, now.
        month_more_usd: What a month would cost more (or, below zero, less), at the medians: rows
            add up to the total.
        month_difference_usd: The same in the draws, in which the weeks differ too.
        output_share: Part of today's cost that output tokens are, in [0, 1].
        output_ratio, turns_ratio: Medians assumed for output tokens and turns per task.
        output_break_even, turns_break_even: Where the cost would be equal.
        success: Of both models.
        gain_needed: What the new model's success must rise by.
        repair_break_even_usd: What a failed task must cost to repair for the move to break even
            (for a cheaper and weaker model: what it may cost at most). None where unknown or no
            such cost exists.
        repair_words: The same in a sentence.
        long_context_now_pico, long_context_extra_pico: The surcharge on long prompts within
            today's cost, and within the cost then.
        lost_cache_extra_pico: What cached input costs more because the new model has no cache
            price, or keeps less of the cache.
        effort_note: What is known of the reasoning effort, where it matters; empty otherwise.
        evidence: Published comparisons of the two models for this kind of work.
        notes: Claims in circulation that concern this workload.
        p_pays: Probability that the move pays, from the draws; None where success is unknown.
        p_cheaper: Probability that the API cost falls.
        verdict: One of the four words.
        sentence: The verdict with its conditions.
    """

    workload: str
    workload_by: str
    evidence_workload: str | None
    requests: int
    sessions: int | None
    kept: Mapping[str, int]
    cost_now_pico: int
    cost_then_pico: int
    ratio_point: float | None
    ratio: Interval | None
    per_request_now_usd: float
    per_request_then_usd: Interval
    month_now_usd: float
    month_more_usd: float
    month_difference_usd: Interval
    output_share: float
    output_ratio: float
    turns_ratio: float
    output_break_even: BreakEven
    turns_break_even: BreakEven
    success: Success
    gain_needed: GainNeeded
    repair_break_even_usd: float | None
    repair_words: str
    long_context_now_pico: int
    long_context_extra_pico: int
    lost_cache_extra_pico: int
    effort_note: str
    evidence: tuple[EvidenceUsed, ...]
    notes: tuple[Note, ...]
    p_pays: float | None
    p_cheaper: float
    verdict: str
    sentence: str
    ratio_same_effort: float | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of the published decision matrix beside the user's own result.

    Attributes:
        kind: Kind of work, as the matrix names it.
        published: What the published matrix says.
        evidence: What like-for-like evidence says.
        workloads: The user's workloads of this kind; empty where there are none.
        own: The user's result, in words.
        agrees: Whether both point the same way; None where the user has no such work, or the
            result is not decided.
        why: Where and why they differ.
    """

    kind: str
    published: str
    evidence: str
    workloads: tuple[str, ...]
    own: str
    agrees: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do, in words.

    Attributes:
        headline: One sentence.
        move, keep, measure: Sentences, one for each workload concerned.
        checklist: The regression tests before a move.
        start: When the move can begin, where a contract says so; empty otherwise.
        settled: Sentences on workloads of which enough is measured.
    """

    headline: str
    move: tuple[str, ...]
    keep: tuple[str, ...]
    measure: tuple[str, ...]
    checklist: tuple[str, ...]
    start: str = ""
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """The answer to "should we move from this model to that one?" on a period of usage.

    Attributes:
        effort: Reasoning effort asked for under the new model; None keeps what was logged.
        days: Length of the period, in days; a month is 30.4375 of them.
        direction: ``upgrade`` (dearer per token), ``downgrade`` (cheaper) or ``move``.
        spend_share: The old model's part of all spend of the period, in [0, 1].
        already_requests, already_pico: What the log holds of the new model already.
        rows: A row for each workload, the largest monthly difference first.
        total: All of them together.
        matrix: The published decision matrix beside the user's own result.
        one_off_usd: What the move itself costs; None where not given.
        payback_months: After how many months that is earned back; None where never or not asked.
        payback_of: What earns it back: API cost, or API cost and repairs.
        contract: What a contract does to it; empty without one.
        parameters: What the figures rest on: each with its range, grade and source.
        words: The prices and the period this rests on.
        warnings: Sentences.
    """

    from_model: str
    to_model: str
    effort: str | None
    days: Decimal
    direction: str
    spend_share: float
    already_requests: int
    already_pico: int
    rows: tuple[UpgradeRow, ...]
    total: UpgradeRow
    matrix: tuple[MatrixRow, ...]
    recommendation: Recommendation
    one_off_usd: Decimal | None
    payback_months: float | None
    contract: tuple[str, ...]
    parameters: tuple[Used, ...]
    words: str
    warnings: tuple[str, ...]
    payback_of: str = "API cost"
