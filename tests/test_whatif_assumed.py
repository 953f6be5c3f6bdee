"""Assumptions on a command line, laid over those of a file."""

from decimal import Decimal

import pytest

from app.errors import UserError
from app.whatif.assumed import assumptions_from, with_amounts, with_success
from models.policy.assumptions import Assumptions, Spread
from models.policy.known import known_of
from models.policy.load import PolicyError
from pricing.load import load_price_book

KNOWN = known_of(load_price_book())
NOTHING = Assumptions()


def written(tmp_path, text):
    path = tmp_path / "assume.yaml"
    path.write_text(text)
    return path


def exactly(text):
    return Spread.exactly(Decimal(text))


def test_no_file_assumes_nothing():
    assert assumptions_from(None, KNOWN) == NOTHING


@pytest.mark.parametrize(
    "text", ["assume: {output_ratio: 0.8}\n", "scenario: mine\nassume: {output_ratio: 0.8}\n"]
)
def test_a_block_is_read_with_or_without_the_scenario_around_it(tmp_path, text):
    found = assumptions_from(written(tmp_path, text), KNOWN)

    assert found.output_ratio == {"*": exactly("0.8")}


def test_faults_have_the_line_of_the_file(tmp_path):
    with pytest.raises(PolicyError, match=r"assume\.yaml:3: .*much"):
        assumptions_from(written(tmp_path, "\nassume:\n  much: 1\n"), KNOWN)


def test_success_of_the_old_model_and_of_any():
    words = ["agent=0.75", "agent:gpt-5.5-2026-04-23=80%", "*=0.9"]
    found = with_success(NOTHING, words, KNOWN, "gpt-5.4")

    assert found.success == {
        "agent": {"gpt-5.4": exactly("0.75"), "gpt-5.5": exactly("0.8")},
        "*": {"gpt-5.4": exactly("0.9")},
    }


def test_options_come_before_the_file(tmp_path):
    path = written(tmp_path, "assume:\n  human_repair_usd: 3\n  one_off_usd: 7\n")
    found = with_amounts(assumptions_from(path, KNOWN), "$1,250.50", None)

    assert found.human_repair_usd == {"*": exactly("1250.50")}
    assert found.one_off_usd == 7


@pytest.mark.parametrize("amount", ["x", "NaN", "-1", "Infinity"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(UserError, match="--one-off"):
        with_amounts(NOTHING, None, amount)
