"""The published matrix and the claims beside a result, and the recommendation in words."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from models.evidence.load import shipped
from models.upgrade.matrix import matrix_of
from models.upgrade.notes import notes_for, notes_on_all
from models.upgrade.recommend import recommend
from models.upgrade.report import COST_ONLY, DOES_NOT_PAY, PAYS, PAYS_IF
from models.upgrade.row import row_of
from models.upgrade.total import total_row
from tests.test_upgrade_verdict import work

PAIR = ("gpt-5.4", "gpt-5.5")
EVIDENCE = shipped()


def of_kind(kind, **more):
    each = work(**more)
    return type(each)(
        **{name: getattr(each, name) for name in each.__slots__} | {"evidence_workload": kind}
    )


def matrix(*works):
    rows = [row_of(each, 1.0) for each in works]
    return {each.kind: each for each in matrix_of(EVIDENCE.matrix, rows, PAIR)}


PAYING = {"ratio": 0.5, "success": (0.8, 0.9)}
LOSING = {"ratio": 2.0, "success": (0.8, 0.8)}


@pytest.mark.parametrize(
    ("kind", "heading", "figures", "agrees"),
    [
        ("agentic_coding", "Agent programming", PAYING, True),
        ("agentic_coding", "Agent programming", LOSING, False),
        ("customer_support", "Standard customer support chat", PAYING, False),
        ("customer_support", "Standard customer support chat", LOSING, True),
        ("agentic_coding", "Agent programming", {}, None),
    ],
)
def test_whether_matrix_and_result_agree(kind, heading, figures, agrees):
    assert matrix(of_kind(kind, **figures))[heading].agrees is agrees


def test_a_conditional_result_says_that_the_matrix_is_outright():
    found = matrix(of_kind("agentic_coding", success=(0.7, 0.8)))["Agent programming"]

    assert found.agrees is None
    assert found.own == "agent: pays if a failed session costs more than $10.00 to repair (2.00×)"
    assert "outright" in found.why


def test_a_difference_names_its_cause():
    found = matrix(of_kind("agentic_coding", **LOSING))["Agent programming"]

    assert found.why == (
        "agent: differs; cost 2.00×, success +0.0 p.p. and no shorter output makes up for it."
    )


def test_two_workloads_of_a_kind_that_disagree_leave_it_open():
    found = matrix(
        of_kind("agentic_coding", **PAYING), of_kind("agentic_coding", name="code", **LOSING)
    )["Agent programming"]

    assert found.agrees is None
    assert found.workloads == ("agent", "code")


def test_the_matrix_of_pro_leaves_it_open():
    rows = [row_of(of_kind("high_stakes_review", **PAYING), 1.0)]
    [found] = matrix_of(EVIDENCE.matrix, rows, ("gpt-5.5", "gpt-5.5-pro"))

    assert found.agrees is None
    assert "leaves it open" in found.why


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("customer_support", "tau2"),
        ("tool_orchestration", "mcp_atlas"),
        ("long_context_over_256k", "mrcr_rows"),
    ],
)
def test_claims_that_concern_a_kind_of_work(kind, note):
    found = notes_for(EVIDENCE.claims, PAIR, kind, surcharged=False)

    assert note in {each.id for each in found}


def test_the_false_price_is_told_of_all_work():
    found = {each.id: each for each in notes_on_all(EVIDENCE.claims, PAIR)}

    assert "False" in found["same_price"].finding


def test_claims_are_about_their_two_models_and_the_surcharge_about_any():
    found = notes_for(
        EVIDENCE.claims, ("gpt-5.4", "gpt-6.1-sol"), "customer_support", surcharged=True
    )

    assert [each.id for each in found] == ["long_context_surcharge"]
    assert notes_on_all(EVIDENCE.claims, ("gpt-5.4", "gpt-6.1-sol")) == ()


def recommended(*works):
    rows = [row_of(each, 1.0) for each in works]
    return rows, recommend(rows, total_row(works, 1.0), "gpt-5.5", "The move can begin on Monday.")


def test_what_to_move_what_to_keep_what_to_measure():
    rows, found = recommended(
        work(name="a", **PAYING),
        work(name="b", **LOSING),
        work(name="c"),
        work(name="d", success=(0.7, 0.8)),
    )

    assert [row.verdict for row in rows] == [PAYS, DOES_NOT_PAY, COST_ONLY, PAYS_IF]
    assert found.headline.startswith(
        "Move a; keep b; on a condition it pays for d; measure c first: success is unknown."
        " Moving everything to gpt-5.5 costs 1.62×"
    )
    assert [each[0] for each in (*found.move, *found.keep)] == ["a", "b"]
    assert {each[0] for each in found.measure} == {"c", "d"}
    assert found.checklist
    assert found.start


def test_the_headline_says_to_which_side_a_condition_leans():
    _, found = recommended(
        work(name="a", success=(0.7, 0.8), repair=Decimal("10.5")),
        work(name="b", success=(0.7, 0.8), repair=Decimal(10)),
        work(name="c", success=(0.7, 0.8), repair=Decimal("9.5")),
    )

    assert found.headline.startswith(
        "It probably pays for a; undecided for b; it probably does not pay for c. Moving"
    )


def test_what_an_evaluation_has_settled_is_not_to_be_measured():
    open_still, done = (work(name=name, success=(0.7, 0.8)) for name in "ab")
    shown = replace(done.known.shown, pairs=160, pairs_needed=0)
    done = replace(done, known=replace(done.known, shown=shown))
    some = replace(open_still.known.shown, pairs=40, pairs_needed=90, needed_for="to see it")
    open_still = replace(open_still, known=replace(open_still.known, shown=some))
    _, found = recommended(open_still, done)

    assert found.measure == ("a: 90 more paired tasks to see it",)
    [settled] = found.settled
    assert settled == (
        "b: your 160 paired tasks tell the two models apart (+10.0 p.p. of success); what is open"
        " is the condition"
    )


def test_a_cheaper_model_saves_in_the_headline():
    _, found = recommended(work(ratio=0.3, spread=0.0))

    assert "costs 0.30×, $70.00 a month less ($70.00 to $70.00)." in found.headline


def test_ratios_are_those_of_the_draws():
    row = row_of(work(), 1.0)

    assert row.ratio.p50 == pytest.approx(2.0, abs=1e-3)
    assert np.isclose(row.per_request_then_usd.p90, 0.1 * row.ratio.p90)
