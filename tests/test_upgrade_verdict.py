"""Verdicts: which of the four words, with what condition."""

from decimal import Decimal

import numpy as np
import pytest

from models.uncertainty.intervals import interval
from models.upgrade.report import COST_ONLY, DOES_NOT_PAY, PAYS, PAYS_IF, Success
from models.upgrade.row import row_of
from models.upgrade.sums import Sums
from models.upgrade.total import month_saved, total_row
from models.upgrade.verdict import judge, leaning_of
from models.upgrade.work import Known, Work

DRAWS = 1000
QUANTILES = (np.arange(DRAWS) + 0.5) / DRAWS
DOLLAR = 10**12


def work(now_usd=100, ratio=2.0, *, name="agent", success=None, repair=None, spread=0.1, tasks=100):
    """Return a workload of 100 tasks whose ratio is uniform within `spread` of its median."""
    then = round(now_usd * ratio * DOLLAR)
    parts = {"now_output": now_usd * DOLLAR // 5, "fixed": 0, "output_unit": then // 5}
    parts |= {"output": then // 5, "input": then - then // 5, "input_unit": then - then // 5}
    draws = now_usd * ratio * (1 + spread * (2 * QUANTILES - 1))
    known = Known()
    if success:
        now, after = success
        steps = 0.0002 * (QUANTILES[::-1] - 0.5)
        pair = np.full(DRAWS, now), after + steps
        known = Known(*pair, Success(interval(pair[0]), interval(pair[1]), "user"))
    return Work(
        workload=name,
        workload_by="label",
        evidence_workload=None,
        requests=1000,
        sessions=tasks,
        task="session",
        tasks=tasks,
        kept={},
        sums=Sums(now=now_usd * DOLLAR, then=then, **parts),
        then_usd=draws,
        more_usd=draws - now_usd,
        known=known,
        repair_usd=None if repair is None else Decimal(repair),
        repair_usd_draws=None if repair is None else np.full(DRAWS, float(repair)),
    )


def test_without_success_it_is_cost_only():
    found = judge(work())

    assert found.word == COST_ONLY
    assert found.p_pays is None
    assert found.p_cheaper == 0
    assert found.sentence == (
        "costs 2.00× (1.84× to 2.16×); on API cost alone it must succeed that much more often,"
        " impossible where 50% or more succeeds today"
    )


def test_a_cheaper_model_without_success_is_cost_only_too():
    found = judge(work(ratio=0.3))

    assert found.word == COST_ONLY
    assert found.p_cheaper == 1
    assert "at least 0.30× as often" in found.sentence


def test_dearer_and_better_pays_if_failures_cost_enough():
    found = judge(work(success=(0.7, 0.8)))

    assert found.word == PAYS_IF
    assert found.repair_usd == pytest.approx(10)  # $1 a task more, 0.1 failures fewer
    assert found.sentence.startswith("pays if a failed session costs more than $10.00 to repair")


@pytest.mark.parametrize(("repair", "word"), [(20, PAYS), (5, DOES_NOT_PAY), (10, PAYS_IF)])
def test_a_repair_cost_decides(repair, word):
    assert judge(work(success=(0.7, 0.8), repair=repair)).word == word


def test_probability_of_paying_is_that_of_the_draws():
    """$1 a task more on average, uniform in 0.8 to 1.2: below $0.1 x 10.5 in 62.5 % of draws."""
    found = judge(work(success=(0.7, 0.8), repair=Decimal("10.5")))

    assert found.p_pays == pytest.approx(0.625, abs=0.02)
    assert "at $10.50 a repair" in found.sentence


def test_dearer_and_no_better_does_not_pay():
    found = judge(work(success=(0.8, 0.79)))

    assert found.word == DOES_NOT_PAY
    assert "no repair cost makes it pay" in found.sentence


def test_cheaper_and_better_pays():
    assert judge(work(ratio=0.5, success=(0.8, 0.85))).word == PAYS


def test_dearer_with_cheaper_successes_pays_on_cost_alone():
    assert judge(work(ratio=1.2, success=(0.4, 0.7), spread=0.05)).word == PAYS


def test_cheaper_and_weaker_pays_if_failures_cost_little():
    found = judge(work(ratio=0.3, success=(0.9, 0.8)))

    assert found.word == PAYS_IF
    assert found.repair_usd == pytest.approx(7)
    assert "costs less than $7.00" in found.sentence


def test_cheaper_and_as_good_hangs_on_success_where_that_is_unsure():
    """The cost falls by a tenth, success is the same within a fifth either way."""
    each = work(ratio=0.9, success=(0.7, 0.7), spread=0.0)
    unsure = Known(each.known.now, 0.7 + 0.4 * (QUANTILES - 0.4999), each.known.shown)
    found = judge(Work(**{**{k: getattr(each, k) for k in each.__slots__}, "known": unsure}))

    assert found.word == PAYS_IF
    assert found.sentence.startswith("pays if success does not fall")
    assert found.p_pays == pytest.approx(0.675, abs=0.01)


def test_at_a_repair_cost_a_cheaper_model_may_be_weaker_by_so_much():
    """$0.7 a task less, $7 a repair: by ten points."""
    found = judge(work(ratio=0.3, success=(0.9, 0.8), repair=7, spread=0.1))

    assert found.word == PAYS_IF
    assert found.sentence.startswith("undecided: pays if success falls by at most 10.0 p.p.")


@pytest.mark.parametrize(
    ("repair", "words"),
    [("10.5", "probably pays: "), ("10", "undecided: "), ("9.5", "probably does not pay: ")],
)
def test_where_the_repair_cost_is_known_a_condition_says_to_which_side_it_leans(repair, words):
    """$1 a task more within a tenth, a tenth of the failures fewer."""
    each = work(success=(0.7, 0.8), repair=Decimal(repair))
    row = row_of(each, 1.0)

    assert row.verdict == PAYS_IF
    assert row.sentence.startswith(f"{words}pays if success rises by at least")
    assert f"{leaning_of(row)}: " == words


def test_a_condition_on_the_repair_cost_leans_to_no_side():
    assert leaning_of(row_of(work(success=(0.7, 0.8)), 1.0)) == ""
    assert leaning_of(row_of(work(success=(0.7, 0.8), repair=20), 1.0)) == ""


def test_what_a_month_saves_counts_repairs_where_all_are_known():
    """$70 less for 100 tasks, and ten more failures at $10 each."""
    known, unknown = (work(ratio=0.3, success=(0.9, 0.8), repair=each) for each in (10, None))

    assert month_saved([known], 2.0) == (pytest.approx(-15, abs=0.1), True)
    assert month_saved([unknown], 2.0) == (pytest.approx(35), False)
    assert month_saved([known, unknown], 1.0) == (pytest.approx(140), False)


def test_prior_evidence_is_named_in_the_sentence():
    each = work(success=(0.7, 0.8))
    shown = Success(each.known.shown.now, each.known.shown.then, "prior")
    prior = Known(each.known.now, each.known.then, shown)
    found = judge(Work(**{**{k: getattr(each, k) for k in each.__slots__}, "known": prior}))

    assert "by prior evidence" in found.sentence


def test_work_that_costs_nothing_is_cost_only():
    free = work(now_usd=0)

    assert judge(free).sentence == "nothing is paid for it now, so there is no ratio"
    assert row_of(free, 1.0).ratio is None


def test_a_row_per_month():
    row = row_of(work(), months=2.0)

    assert row.month_now_usd == 50
    assert row.month_difference_usd.p50 == pytest.approx(50)
    assert row.per_request_now_usd == pytest.approx(0.1)
    assert row.ratio_point == 2


def test_total_adds_up_and_weighs_success_by_tasks():
    works = [work(success=(0.8, 0.9)), work(name="chat", success=(0.4, 0.5), tasks=300)]
    row = total_row(works, months=1.0)

    assert row.cost_now_pico == 200 * DOLLAR
    assert row.cost_then_pico == 400 * DOLLAR
    assert row.requests == 2000
    assert row.success.now.p50 == pytest.approx(0.5)


def test_total_is_cost_only_where_one_is():
    row = total_row([work(success=(0.8, 0.9)), work(name="chat")], months=1.0)

    assert row.verdict == COST_ONLY
    assert row.sentence == "2.00×: $200 a month more ($168 to $232); success is unknown for chat"


@pytest.mark.parametrize(("repair", "word"), [(20, PAYS), (18, DOES_NOT_PAY)])
def test_total_pays_where_the_sum_of_benefits_does(repair, word):
    """At $20: $200 less $100, and $20 less $100. At $18: $180 and $18, each less $100."""
    works = [
        work(success=(0.7, 0.8), repair=repair, spread=0),
        work(name="chat", success=(0.7, 0.71), repair=repair, spread=0),
    ]
    row = total_row(works, months=1.0)

    assert row.verdict == word
