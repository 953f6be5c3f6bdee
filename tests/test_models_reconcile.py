"""Each cause of a difference, with figures computed by hand."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from models.reconcile.bill import Kind
from models.reconcile.causes import Cause, Evidence
from models.reconcile.contract_prices import ContractPrices
from models.reconcile.list_prices import ListPrices, Priced
from models.reconcile.settle import reconcile
from models.reconcile.summary import balances, overall
from pricing.contract.load import load_contract
from tests.bills import (
    DAY,
    causes,
    line,
    notes,
    other,
    settled,
    tool,
    unpriced,
    used,
)
from tests.stored_usage import BOOK

MILLION = 1_000_000
NEXT = DAY + timedelta(days=1)


def usd(text: str) -> Decimal:
    return Decimal(text)


# ---------------------------------------------------------------- quantities


def test_what_ties_has_no_cause():
    bill = [line("2.50", MILLION), line("0.15", 10_000, "output")]
    found = settled(bill, [used(MILLION), used(10_000, "output")])

    assert found.post.parts == []
    assert overall(found.post).accuracy_percent == 100


def test_billed_beyond_the_logs_is_at_the_rate_in_force():
    assert causes([line("2.50", MILLION)], [used(600_000)]) == {Cause.NOT_LOGGED: usd("1.00")}


def test_logged_beyond_the_bill_was_not_billed():
    assert causes([line("1.00", 400_000)], [used(MILLION)]) == {Cause.NOT_BILLED: usd("-1.50")}


def test_what_is_the_same_is_matched_before_what_differs():
    bill = [line("2.50", MILLION), line("5.00", MILLION, band="long")]
    logged = [used(MILLION, band="long"), used(MILLION)]

    assert settled(bill, logged).post.parts == []


def test_a_part_that_is_matched_is_not_alone():
    assert settled([line("2.50", MILLION)], [used(1)]).post.unmatched == []


def test_a_line_without_logs_and_logs_without_a_line_are_listed():
    bill = [line("2.50", MILLION)]
    found = settled(bill, [used(10, "output"), used(MILLION)])

    assert [(each.side, each.text, each.amount, each.cause) for each in found.post.unmatched] == [
        ("logs", "acme-large, output", usd("0.00015"), Cause.NOT_BILLED)
    ]


def test_what_the_log_has_no_part_of_is_at_the_price_of_the_day():
    """A model released at nine in the morning has no price at midnight."""
    day = datetime(2026, 2, 1)
    bill = [line("0.20", MILLION, model="acme-small", day=day)]

    assert causes(bill, []) == {Cause.NOT_LOGGED: usd("0.20")}
    assert notes(bill, []) == []


# ---------------------------------------------------------------- tier, band, cache, region


def test_another_tier_is_worth_the_difference_of_the_rates():
    bill = [line("5.00", MILLION, tier="priority"), line("0.30", 10_000, "output", tier="priority")]
    logged = [used(MILLION), used(10_000, "output")]

    assert causes(bill, logged) == {Cause.TIER: usd("2.50") + usd("0.15")}
    assert "billed as priority, logged as standard" in notes(bill, logged)


def test_an_assumed_tier_is_said_to_be_assumed():
    bill, logged = [line("5.00", MILLION, tier="priority")], [used(MILLION, assumed=True)]

    assert "billed as priority, assumed as standard" in notes(bill, logged)


def test_a_line_that_names_no_tier_may_be_batch():
    bill = [line("3.75", 2 * MILLION)]
    logged = [used(MILLION), used(MILLION, tier="batch")]

    assert causes(bill, logged) == {}


def test_half_the_price_without_a_word_is_batch():
    bill = [line("1.25", MILLION), line("0.075", 10_000, "output")]
    logged = [used(MILLION), used(10_000, "output")]

    assert causes(bill, logged) == {Cause.TIER: usd("-1.25") + usd("-0.075")}
    assert "billed as batch" in notes(bill, logged)


def test_batch_billed_as_standard():
    assert causes([line("2.50", MILLION)], [used(MILLION, tier="batch")]) == {
        Cause.TIER: usd("1.25")
    }


def test_a_tier_that_is_on_no_list_is_worth_what_it_is_billed_at():
    bill = [line("0.75", MILLION, tier="incentivized-tier")]

    assert causes(bill, [used(MILLION)]) == {Cause.TIER: usd("-1.75")}


def test_a_bucket_priced_as_short_and_billed_as_long():
    bill = [line("5.00", MILLION, band="long"), line("22.5", MILLION, "output", band="long")]
    logged = [used(MILLION, bucket=True), used(MILLION, "output", bucket=True)]

    assert causes(bill, logged) == {Cause.CONTEXT_BAND: usd("2.50") + usd("7.50")}
    assert any("a bucket does not tell" in note for note in notes(bill, logged))


def test_long_context_of_a_model_that_has_none_is_worth_what_it_is_billed_at():
    bill = [line("0.50", MILLION, model="acme-small", band="long")]

    assert causes(bill, [used(MILLION, model="acme-small")]) == {Cause.CONTEXT_BAND: usd("0.30")}


def test_causes_that_do_not_add_up_are_a_fault_of_this_program(monkeypatch):
    monkeypatch.setattr("models.reconcile.settle.settle_tools", lambda *_: None)

    with pytest.raises(AssertionError, match="do not add up"):
        settled([tool("1.00")], [])


def test_another_cached_share():
    bill = [line("1.50", 600_000), line("0.10", 400_000, "cache_read")]

    assert causes(bill, [used(MILLION)]) == {Cause.CACHED_SHARE: usd("-0.90")}


def test_tier_and_cached_share_at_once_are_told_apart():
    """The tier at the logged cached share, then the share at the billed tier."""
    bill = [
        line("3.00", 600_000, tier="priority"),
        line("0.20", 400_000, "cache_read", tier="priority"),
    ]

    # 1M at 5 instead of 2.50; then 400,000 of them at 0.50 instead of 5.
    assert causes(bill, [used(MILLION)]) == {
        Cause.TIER: usd("2.50"),
        Cause.CACHED_SHARE: usd("-1.80"),
    }


def test_band_and_cached_share_at_once_are_told_apart():
    bill = [line("0.50", MILLION, "cache_read", band="long")]

    # 5 instead of 2.50, then 0.50 instead of 5.
    assert causes(bill, [used(MILLION)]) == {
        Cause.CONTEXT_BAND: usd("2.50"),
        Cause.CACHED_SHARE: usd("-4.50"),
    }


def test_a_step_without_a_price_is_valued_with_what_follows():
    """Nobody lists the tier, so it cannot be told what the cached share is worth there."""
    bill = [line("9.00", MILLION, "cache_read", tier="tidal", band="long")]

    assert causes(bill, [used(MILLION)]) == {Cause.TIER: usd("6.50")}


def test_another_tier_in_another_project():
    bill = [
        line("5.00", MILLION, tier="priority", project="reef"),
        line("0.25", 10**5, project="quay"),
    ]
    logged = [used(MILLION + 10**5, project="quay")]
    found = settled(bill, logged)
    by_project = balances(found.post, "project")

    assert overall(found.post).causes[Cause.TIER].amount == usd("2.50")
    assert by_project["quay"].causes[Cause.OTHER_PROJECT].amount == usd("-2.50")
    assert by_project["reef"].causes[Cause.OTHER_PROJECT].amount == usd("2.50")


def test_a_bill_that_names_batch_leaves_it_out_nowhere():
    bill = [line("5.00", 2 * MILLION), line("0.075", 10_000, "output", tier="batch")]
    logged = [used(MILLION), used(MILLION, tier="batch"), used(10_000, "output", tier="batch")]

    assert causes(bill, logged) == {Cause.TIER: usd("1.25")}
    assert set(notes(bill, logged)) == {"billed as standard, logged as batch"}


def test_what_may_have_been_other_traffic_is_inferred():
    bill = [line("2.00", 400_000, tier="priority")]
    found = settled(bill, [used(MILLION)])
    total = overall(found.post)

    assert total.causes[Cause.TIER].amount == usd("1.00")
    assert total.causes[Cause.TIER].evidence is Evidence.INFERRED
    assert total.causes[Cause.NOT_BILLED].amount == usd("-1.50")


def test_the_regional_uplift():
    assert causes([line("2.75", MILLION)], [used(MILLION)]) == {Cause.REGION: usd("0.25")}
    assert causes([line("2.50", MILLION)], [used(MILLION, region="eu")]) == {
        Cause.REGION: usd("-0.25")
    }


# ---------------------------------------------------------------- unit prices


def test_the_price_of_another_date():
    day = datetime(2026, 4, 1)
    bill, logged = [line("2.50", MILLION, day=day)], [used(MILLION, day=day)]

    assert causes(bill, logged) == {Cause.PRICE_VERSION: usd("0.50")}
    assert notes(bill, logged) == ["billed at the price of 2026-01-01"]


def test_a_price_that_was_called_off_and_billed():
    day = datetime(2026, 6, 15)
    bill = [line("50", MILLION, tier="priority", day=day)]
    logged = [used(MILLION, tier="priority", day=day)]

    assert causes(bill, logged) == {Cause.PRICE_VERSION: usd("45")}
    assert notes(bill, logged) == ["billed at the price of 2026-05-20, which was called off"]


def test_a_price_change_within_the_day_ties():
    """Half the day at 2.50, half of it at 2."""
    day = datetime(2026, 3, 10)
    logged = [used(MILLION, day=day), used(MILLION, day=day, at=datetime(2026, 3, 10, 15))]

    assert causes([line("4.50", 2 * MILLION, day=day)], logged) == {}


def test_a_unit_price_that_is_not_listed():
    bill, logged = [line("2.25", MILLION)], [used(MILLION)]

    assert causes(bill, logged) == {Cause.UNIT_PRICE: usd("-0.25")}
    assert notes(bill, logged) == ["90 % of list; consistent with: 20.0 % of it billed as batch"]


def test_cached_input_without_its_discount():
    bill = [line("2.50", MILLION, "cache_read")]

    assert causes(bill, [used(MILLION, "cache_read")]) == {Cause.CACHED_SHARE: usd("2.25")}


def test_a_guess_of_many_that_hits_a_coarse_amount_does_not_count():
    """Printed in cents, three cents fit too many prices."""
    bill = [line("0.02", 10_000, half_unit=usd("0.005"))]

    assert causes(bill, [used(10_000)]) == {Cause.ROUNDING: usd("-0.005")}
    bill = [line("0.01", 10_000, half_unit=usd("0.005"))]
    assert causes(bill, [used(10_000)]) == {Cause.UNIT_PRICE: usd("-0.015")}
    assert notes(bill, [used(10_000)]) == ["40 % of list; consistent with: billed as batch"]


def test_what_is_not_logged_may_have_another_tier():
    bill, logged = [line("3.125", 1_500_000)], [used(MILLION)]

    assert causes(bill, logged) == {Cause.NOT_LOGGED: usd("0.625")}
    assert "what is not logged billed as batch" in notes(bill, logged)


def test_what_the_logs_hold_nothing_of_is_not_logged_at_whatever_price():
    bill = [line("1.25", MILLION), line("13", MILLION, "output")]

    assert causes(bill, []) == {Cause.NOT_LOGGED: usd("14.25")}
    assert notes(bill, []) == [
        "50 % of list; consistent with: billed as batch",
        "86.67 % of list; consistent with: 26.7 % of it billed as batch",
    ]


def test_a_guess_may_be_off_by_half_a_unit():
    """A thousand million at 1.25 instead of 2.50, to the cent."""
    bill, logged = (
        [line("1250.005", 1000 * MILLION, half_unit=usd("0.005"))],
        [used(1000 * MILLION)],
    )

    assert causes(bill, logged) == {Cause.TIER: usd("-1250"), Cause.ROUNDING: usd("0.005")}


def test_rounding_is_at_most_half_a_unit():
    bill = [line("2.51", 1_002_000, half_unit=usd("0.005"))]

    assert causes(bill, [used(1_002_000)]) == {Cause.ROUNDING: usd("0.005")}
    bill = [line("2.52", 1_002_000, half_unit=usd("0.005"))]
    assert causes(bill, [used(1_002_000)]) == {Cause.UNIT_PRICE: usd("0.015")}


# ---------------------------------------------------------------- tools, unpriced, money matters


def test_tools_and_storage():
    logged = [used(60, "web_search", label="web search tool calls")]
    bill = [tool("1.00", 100), tool("0.70", meter="vector_storage")]

    assert causes(bill, logged) == {Cause.TOOLS: usd("0.40") + usd("0.70")}
    assert notes(bill, logged) == ["billed 100, logged 60", "billed not told, logged 0"]


def test_tools_are_rounded_too():
    logged = [used(60, "web_search", label="web search tool calls")]

    assert causes([tool("0.605", half_unit=usd("0.005"))], logged) == {Cause.ROUNDING: usd("0.005")}


def test_usage_of_a_model_that_is_not_in_the_book():
    bill = [line("3.00", MILLION, model="mystery", vendor="")]
    logged = [unpriced(MILLION, "unknown_model", model="mystery", vendor="")]

    assert causes(bill, logged) == {Cause.UNPRICED: usd("3.00")}
    assert notes(bill, logged) == ["mystery: unknown_model"]


def test_a_part_of_an_unknown_model_is_worth_its_share():
    bill = [line("1.00", 3, model="mystery", vendor="")]
    logged = [unpriced(1, "unknown_model", model="mystery", vendor="")]
    found = causes(bill, logged)

    third = usd("0.333333333333333333")
    assert found[Cause.UNPRICED] == third
    assert found[Cause.NOT_LOGGED] == usd("0.666666666666666667")


def test_usage_of_an_unknown_tier_that_nobody_assumed():
    logged = [unpriced(MILLION, "tier_unknown", tier="unknown")]

    assert causes([line("2.50", MILLION)], logged) == {Cause.UNPRICED: usd("2.50")}


def test_unpriced_usage_of_another_meter_is_other_usage():
    logged = [unpriced(MILLION, "tier_unknown", "output", tier="unknown")]

    assert causes([line("2.50", MILLION)], logged) == {Cause.NOT_LOGGED: usd("2.50")}


def test_units_that_logs_do_not_sum():
    bill = [line("0.60", meter=None, model="whisper", vendor="")]

    assert causes(bill, []) == {Cause.NOT_LOGGED: usd("0.60")}
    logged = [unpriced(9, "meter_without_rate", model="whisper", vendor="")]
    assert causes(bill, logged) == {Cause.UNPRICED: usd("0.60")}


def test_credits_taxes_and_exchange_rates_are_no_charges():
    bill = [
        line("2.50", MILLION, exchange=usd("0.125")),
        other(Kind.CREDIT, "-1.00", "late ferry"),
        other(Kind.TAX, "0.475", "VAT 19 %"),
    ]
    total = overall(settled(bill, [used(MILLION)]).post)

    assert {cause: each.amount for cause, each in total.causes.items()} == {
        Cause.CURRENCY: usd("0.125"),
        Cause.CREDITS: usd("-1.00"),
        Cause.TAXES: usd("0.475"),
    }
    assert total.charged == usd("2.50")
    assert total.accuracy_percent == 100
    assert not total.is_off_by_more_than(usd("0"))


def test_a_line_item_in_unknown_words_is_money_all_the_same():
    bill = [other(Kind.UNREAD, "0.60", "input_tokens")]
    found = settled(bill, [])

    assert overall(found.post).causes[Cause.UNREAD].amount == usd("0.60")
    assert [each.text for each in found.post.unmatched] == ["input_tokens"]


def test_an_amount_without_line_item_beside_line_items_is_one_of_them():
    bill = [line("2.50", MILLION), other(Kind.WHOLE, "0.40")]

    assert causes(bill, [used(MILLION)]) == {Cause.UNREAD: usd("0.40")}


# ---------------------------------------------------------------- days and projects


def test_requests_around_midnight_are_billed_on_another_day():
    bill = [line("2.50", MILLION), line("0.15", 10_000, "output"), line("0.25", 100_000, day=NEXT)]
    logged = [
        used(600_000),
        used(500_000, day=NEXT),
        used(10_000, "output", day=NEXT),
    ]
    found = settled(bill, logged)
    days = balances(found.post, "day").values()

    moved = usd("1.00") + usd("0.15")
    assert [each.causes[Cause.OTHER_DAY].amount for each in days] == [moved, -moved]
    assert overall(found.post).difference == 0


def test_other_quantities_on_the_next_day_are_other_requests():
    bill, logged = [line("2.50", MILLION)], [used(999_999, day=NEXT)]

    assert set(causes(bill, logged)) == {Cause.NOT_LOGGED, Cause.NOT_BILLED}


def test_the_day_after_the_next_is_too_late():
    bill = [line("2.50", MILLION), line("0.25", 10**5, day=NEXT)]
    logged = [used(10**5, day=NEXT), used(MILLION, day=NEXT + timedelta(days=1))]

    assert set(causes(bill, logged)) == {Cause.NOT_LOGGED, Cause.NOT_BILLED}


def test_the_same_under_another_project():
    bill = [line("2.50", MILLION, project="reef"), line("1.00", 400_000, project="quay")]
    logged = [used(600_000, project="reef"), used(800_000, project="quay")]
    found = settled(bill, logged)

    assert found.by_project
    assert {
        project: each.causes[Cause.OTHER_PROJECT].amount
        for project, each in balances(found.post, "project").items()
    } == {"reef": usd("1.00"), "quay": usd("-1.00")}


def test_projects_that_the_logs_do_not_name_divide_nothing():
    bill = [line("2.50", MILLION, project="proj_1")]
    found = settled(bill, [used(MILLION, project="Reef")])

    assert not found.by_project
    assert found.post.parts == []
    assert not settled([line("2.50", MILLION)], [used(MILLION)]).by_project


def test_every_line_item_balances_by_itself():
    bill = [line("5.00", MILLION, tier="priority"), line("0.1", 400_000, "cache_read")]
    logged = [used(MILLION), used(400_000), used(7, "output")]
    found = settled(bill, logged)

    for each in balances(found.post, "line_item").values():
        assert each.difference == sum(cause.amount for cause in each.causes.values())


# ---------------------------------------------------------------- amounts without quantities


def test_an_amount_that_ties():
    bill = [line("2.50"), line("0.15", meter="output")]

    assert causes(bill, [used(MILLION), used(10_000, "output")]) == {}


def test_an_amount_at_exactly_another_price():
    assert causes([line("1.25")], [used(MILLION)]) == {Cause.TIER: usd("-1.25")}
    assert causes([line("2.75")], [used(MILLION)]) == {Cause.REGION: usd("0.25")}


def test_an_amount_that_no_price_gives_is_residual():
    bill, logged = [line("2.30")], [used(MILLION)]

    assert causes(bill, logged) == {Cause.RESIDUAL: usd("-0.20")}
    assert notes(bill, logged) == ["92 % of list"]


def test_an_amount_of_another_tier_to_the_last_digit():
    bill = [line("5.00", tier="priority")]

    assert causes(bill, [used(MILLION)]) == {Cause.TIER: usd("2.50")}


def test_an_amount_of_another_tier_that_does_not_tie_is_left_open():
    bill = [line("4.00", tier="priority")]
    found = settled(bill, [used(MILLION)])

    assert {part.cause for part in found.post.parts} == {Cause.RESIDUAL}
    assert overall(found.post).causes[Cause.RESIDUAL].amount == usd("1.50")


def test_an_amount_that_two_tiers_come_to_is_left_open():
    bill = [line("5.00", tier="priority")]

    assert set(causes(bill, [used(MILLION), used(MILLION, tier="batch")])) == {Cause.RESIDUAL}


def test_an_amount_of_a_tier_that_is_not_sold():
    assert set(causes([line("4.00", tier="flex")], [used(MILLION)])) == {Cause.RESIDUAL}


def test_an_amount_of_one_project_is_not_held_against_another():
    bill = [line("2.50", project="reef"), line("1.00", project="quay")]
    logged = [used(MILLION, project="reef"), used(400_000, project="quay")]

    assert causes(bill, logged) == {}


def test_an_amount_of_what_the_logs_do_not_hold():
    assert causes([line("2.50")], []) == {Cause.NOT_LOGGED: usd("2.50")}
    bill = [line("2.50")]
    assert causes(bill, [used(MILLION), used(10_000, "output")]) == {Cause.NOT_BILLED: usd("-0.15")}


def test_two_amounts_of_one_line_item_add_up():
    assert causes([line("1.50"), line("1.00")], [used(MILLION)]) == {}


# ---------------------------------------------------------------- one amount a day


def whole(amount, **more):
    return other(Kind.WHOLE, amount, **more)


def test_a_day_in_one_amount_ties_to_the_last_digit():
    logged = [used(MILLION), used(10_000, "output"), used(5, "web_search")]

    assert causes([whole("2.70")], logged) == {}


@pytest.mark.parametrize(
    ("billed", "cause", "note"),
    [
        ("1.325", Cause.TIER, "acme-large billed as batch"),
        ("0.40", Cause.CACHED_SHARE, "acme-large input billed as cached input"),
        ("2.12", Cause.PRICE_VERSION, "acme-large billed at the price of 2026-03-10T14:30:00Z"),
    ],
)
def test_a_day_at_another_price_to_the_last_digit(billed, cause, note):
    """1M input at 2.50 and 10,000 output at 15 are 2.65."""
    bill, logged = [whole(billed)], [used(MILLION), used(10_000, "output")]

    assert set(causes(bill, logged)) == {cause}
    assert notes(bill, logged) == [note]


def test_one_model_of_a_day_was_not_billed():
    logged = [used(MILLION), used(MILLION, model="acme-small")]
    bill = [whole("2.50")]

    assert causes(bill, logged) == {Cause.NOT_BILLED: usd("-0.20")}
    assert notes(bill, logged) == ["acme-small not billed"]


def test_a_day_with_tools_at_another_tier():
    """Fees of tools are the same at every tier."""
    assert causes([whole("1.30")], [used(MILLION), used(5, "web_search")]) == {
        Cause.TIER: usd("-1.25")
    }


def test_one_tier_or_one_bucket_of_a_day_was_not_billed():
    logged = [used(MILLION), used(300_000, tier="batch")]
    assert notes([whole("2.50")], logged) == ["acme-large of batch not billed"]

    logged = [used(MILLION, bucket=True, row="a"), used(7, bucket=True, row="b")]
    assert notes([whole("2.50")], logged) == ["a bucket of acme-large not billed"]


def test_usage_of_a_project_without_a_bill():
    logged = [used(MILLION, project="reef"), used(4, project="quay")]
    found = settled([whole("2.50", project="reef")], logged)

    assert overall(found.post).causes[Cause.NOT_BILLED].amount == usd("-0.00001")
    assert [each.side for each in found.post.unmatched] == ["logs"]


def test_a_bucket_was_billed_on_the_day_before():
    bill = [whole("4.00"), whole("0.15", day=NEXT)]
    logged = [
        used(MILLION, bucket=True, row="a"),
        used(600_000, bucket=True, row="b", day=NEXT),
        used(10_000, "output", bucket=True, row="c", day=NEXT),
    ]
    found = settled(bill, logged)

    assert {part.cause for part in found.post.parts} == {Cause.OTHER_DAY}
    assert [each.difference for each in balances(found.post, "day").values()] == [
        usd("1.50"),
        usd("-1.50"),
    ]


def test_two_buckets_that_fit_explain_nothing():
    bill = [whole("4.00")]
    logged = [
        used(MILLION, bucket=True, row="a"),
        used(600_000, bucket=True, row="b", day=NEXT),
        used(600_000, bucket=True, row="c", day=NEXT),
    ]

    assert causes([*bill, whole("3.00", day=NEXT)], logged) == {Cause.RESIDUAL: usd("1.50")}


def test_a_bucket_of_another_project_is_another_bucket():
    bill = [whole("4.00", project="reef"), whole("1.50", day=NEXT, project="quay")]
    logged = [
        used(MILLION, bucket=True, row="a", project="reef"),
        used(600_000, bucket=True, row="b", day=NEXT, project="quay"),
    ]

    assert causes(bill, logged) == {Cause.RESIDUAL: usd("1.50")}


def test_long_context_is_a_guess_for_buckets_only():
    """5.00 is long context or priority; of a request the log knows which side it is on."""
    bill = [whole("5.00")]

    assert causes(bill, [used(MILLION)]) == {Cause.TIER: usd("2.50")}
    assert causes(bill, [used(MILLION, bucket=True)]) == {Cause.RESIDUAL: usd("2.50")}


def test_a_day_that_nothing_explains_is_residual_with_what_it_may_be():
    bill, logged = [whole("2.10")], [used(MILLION)]

    assert causes(bill, logged) == {Cause.RESIDUAL: usd("-0.40")}
    [note] = notes(bill, logged)
    assert note.startswith("84 % of list; consistent with: logged traffic that was not billed")
    assert "32.0 % of it billed as batch" in note


def test_two_causes_that_fit_one_amount_leave_it_open():
    """Half the price is batch, or one of two models of the same cost that was not billed."""
    logged = [used(MILLION), used(6_250_000, model="acme-small")]
    found = settled([whole("2.50")], logged)

    assert [part.cause for part in found.post.parts] == [Cause.RESIDUAL]
    note = found.post.parts[0].note
    assert "acme-large billed as batch" in note
    assert "acme-small not billed" in note


def test_a_day_without_logs_and_logs_without_a_bill():
    found = settled([whole("2.00")], [used(MILLION, day=NEXT)])

    assert [part.cause for part in found.post.parts] == [Cause.NOT_LOGGED, Cause.NOT_BILLED]


def test_a_day_of_nothing_but_unpriced_usage():
    logged = [unpriced(MILLION, "unknown_model", model="mystery", vendor="")]

    assert causes([whole("2.00")], logged) == {Cause.UNPRICED: usd("2.00")}


def test_usage_of_an_unknown_tier_beside_other_usage():
    logged = [used(MILLION), unpriced(MILLION, "tier_unknown", tier="unknown")]
    bill = [whole("3.75")]

    assert causes(bill, logged) == {Cause.UNPRICED: usd("1.25")}
    assert notes(bill, logged) == ["usage of unknown tier billed as batch"]


def test_an_invoice_for_a_month():
    bill = [line("5.00", 2 * MILLION, day=datetime(2026, 2, 1), days=28)]
    logged = [
        used(MILLION, span=bill[0].span),
        used(MILLION, span=bill[0].span, at=datetime(2026, 2, 20)),
    ]

    assert causes(bill, logged) == {}


# ---------------------------------------------------------------- accuracy


@pytest.mark.parametrize(
    ("billed", "logged", "accuracy"),
    [
        ("2.50", MILLION, "100"),
        ("2.50", 999_999, "99.9999"),
        ("25000", 9_999_999_999, "99.9999"),
        ("2.50", 999_999_999_999, "0"),
        ("2.50", 900_000, "90"),
        ("2.50", 1_100_000, "90"),
    ],
)
def test_accuracy_is_100_only_to_the_last_digit(billed, logged, accuracy):
    quantity = int(usd(billed) / usd("0.0000025"))
    total = overall(settled([line(billed, quantity)], [used(logged)]).post)

    assert total.accuracy_percent == usd(accuracy)


def test_nothing_charged_has_no_accuracy():
    total = overall(settled([other(Kind.CREDIT, "-1")], [used(MILLION)]).post)

    assert total.accuracy_percent is None
    assert total.is_off_by_more_than(usd("50"))


# ---------------------------------------------------------------- a contract

CONTRACT = """
contract: reef-2026
parties: {customer: Reef, vendor: Acme}
providers: [acme]
list_of: acme
currency: USD
period: {from: 2026-01-01, to: 2027-01-01}
rates:
  - {name: off, models: [acme-large], percent_off: 10}
  - {name: fixed, models: [acme-large], tiers: [standard], context: short, rates: {input: 2}}
"""


@pytest.fixture
def agreed(tmp_path):
    """Prices under a contract: input of acme-large at 2, everything else of it 10 % off."""
    path = tmp_path / "contract.yaml"
    path.write_text(CONTRACT, "utf-8")
    return ContractPrices(BOOK, load_contract(path, BOOK))


@pytest.mark.parametrize(
    ("meter", "change", "listed", "rate"),
    [
        ("uncached_input", {}, 2_500_000, 2_000_000),
        ("uncached_input", {"region": "eu"}, 2_750_000, 2_200_000),
        ("output", {}, 15_000_000, 13_500_000),
        ("output", {"region": "eu"}, 16_500_000, 14_850_000),
        ("output", {"model": "acme-small"}, 1_250_000, 1_250_000),
        ("output", {"biller": "zenith"}, 15_000_000, 15_000_000),
        ("output", {"tier": "tidal"}, None, None),
    ],
)
def test_the_rates_of_a_contract(agreed, meter, change, listed, rate):
    priced = Priced("acme", "acme-large", "standard", "short", meter, "global", DAY, "acme")
    priced = priced._replace(**change)

    assert (agreed.listed(priced), agreed.rate(priced)) == (listed, rate)


def test_a_bill_at_list_under_a_contract(agreed):
    logged = [used(MILLION, rate=2_000_000)]
    [part] = reconcile([line("2.50", MILLION)], logged, agreed).post.parts

    assert (part.cause, part.amount, part.note) == (
        Cause.UNIT_PRICE,
        usd("0.50"),
        "billed at list",
    )
    assert reconcile([line("2.00", MILLION)], logged, agreed).post.parts == []


def test_prices_of_one_day_for_everything():
    prices = ListPrices(BOOK, datetime(2026, 4, 1))
    priced = Priced("acme", "acme-large", "standard", "short", "output", "global", DAY)

    assert prices.rate(priced) == 12_000_000
