"""Contracts by hand: every kind of term on usage small enough to bill on paper.

acme-small bills $1.25 per million output tokens: 800 million are $1,000.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from pricing.contract.calendar import Range, periods
from pricing.contract.currency import FxRateMissingError
from pricing.contract.rates import contracted_rate, term_for
from pricing.contract.rounding import invoiced
from pricing.contract.statement import causes
from pricing.contract.terms import InvoiceRule
from pricing.contract.usage import GRAIN
from pricing.contract.words import Cause, Every
from pricing.vocabulary import Meter
from tests.contracts import (
    HEAD,
    MILLION,
    billed,
    cells_of,
    contract_of,
    dollars,
    instant,
    lines_of,
    used,
)

#: $1,000, $2,000 and $1,000 at list.
QUARTER = [
    used("2026-02-10", 800 * MILLION),
    used("2026-03-10", 1_600 * MILLION),
    used("2026-04-10", 800 * MILLION),
]

TEN_OFF = "rates: [{name: rate card, percent_off: 10}]\n"


def totals(statement):
    return [
        dollars(each)
        for each in (statement.list_pico, statement.contracted_pico, statement.total_pico)
    ]


def assert_adds_up(statement):
    effective = sum(atom.effective for atom in statement.atoms)
    assert effective == (statement.total_pico - statement.unspread_pico) * GRAIN
    changes = sum(sum(causes(atom).values()) for atom in statement.atoms)
    assert changes == effective - statement.list_pico * GRAIN


# ---------------------------------------------------------------- rates


def rate_of(contract, meter=Meter.OUTPUT, **how):
    quantities = {meter.value: 1} if meter is not Meter.OUTPUT else {"output": 1}
    use = used(
        how.pop("at", "2026-02-10"), **quantities, **{k: v for k, v in how.items() if k != "long"}
    )
    use["long"] = how.get("long", False)
    [cell] = cells_of(contract, [use])
    return contracted_rate(term_for(contract, cell, meter), cell, meter)


def test_percent_off_is_off_the_list_rate(tmp_path):
    contract = contract_of(tmp_path, TEN_OFF)

    assert rate_of(contract) == 1_125_000
    assert rate_of(contract, Meter.UNCACHED_INPUT) == 180_000


def test_a_fractional_rate_is_rounded_half_even_once(tmp_path):
    """acme-large bills 5, 15 and 25 pico-dollars in May: half of them is a half."""
    contract = contract_of(tmp_path, "rates: [{name: half, percent_off: 50}]\n")
    may = {"at": "2026-05-10", "model": "acme-large"}

    assert rate_of(contract, Meter.UNCACHED_INPUT, **may) == 2
    assert rate_of(contract, Meter.CACHE_READ, **may) == 8
    assert rate_of(contract, Meter.CACHE_WRITE, **may) == 12


def test_a_fixed_rate_takes_the_place_of_the_lists(tmp_path):
    text = """
rates:
  - {name: agreed, models: [acme-large], tiers: [standard], context: short,
     rates: {input: 1.75, web_search: 6}}
"""
    contract = contract_of(tmp_path, text)
    large = {"model": "acme-large"}

    assert rate_of(contract, Meter.UNCACHED_INPUT, **large) == 1_750_000
    assert rate_of(contract, Meter.WEB_SEARCH, **large) == 6_000_000_000
    assert rate_of(contract, Meter.OUTPUT, **large) == 15_000_000  # not named: the list's
    assert rate_of(contract, Meter.UNCACHED_INPUT, long=True, **large) == 5_000_000
    assert rate_of(contract, Meter.UNCACHED_INPUT, tier="batch", **large) == 1_250_000


def test_a_fixed_rate_has_the_regional_uplift_unless_it_is_waived(tmp_path):
    text = """
rates:
  - {name: agreed, models: [acme-large], tiers: [standard], context: short, rates: {input: 1.75}}
"""
    eu = {"model": "acme-large", "region": "eu"}

    contract = contract_of(tmp_path, text)
    assert rate_of(contract, Meter.UNCACHED_INPUT, **eu) == 1_925_000
    waived = contract_of(tmp_path, text.replace("rates: {", "regional_uplift: no, rates: {"))
    assert rate_of(waived, Meter.UNCACHED_INPUT, **eu) == 1_750_000
    tools = contract_of(tmp_path, text.replace("input: 1.75", "web_search: 6"))
    assert rate_of(tools, Meter.WEB_SEARCH, **eu) == 6_000_000_000


def test_the_most_specific_term_applies_alone_whatever_the_order(tmp_path):
    terms = [
        "{name: all, percent_off: 1}",
        "{name: standard, tiers: [standard], percent_off: 2}",
        '{name: family, models: ["acme-*"], percent_off: 3}',
        '{name: longer, models: ["acme-l*"], percent_off: 4}',
        "{name: model, models: [acme-large], percent_off: 10}",
        "{name: output, models: [acme-large], meters: [output], percent_off: 20}",
    ]
    for ordered in (terms, terms[::-1]):
        contract = contract_of(tmp_path, f"rates: [{', '.join(ordered)}]\n")
        assert rate_of(contract, Meter.OUTPUT, model="acme-large") == 12_000_000
        assert rate_of(contract, Meter.UNCACHED_INPUT, model="acme-large") == 2_250_000
        assert rate_of(contract, Meter.UNCACHED_INPUT) == 194_000


def test_the_closest_of_a_terms_words_counts(tmp_path):
    text = """
rates:
  - {name: family, models: ["acme-*"], percent_off: 10}
  - {name: some, models: ["*", acme-small], percent_off: 20}
"""
    contract = contract_of(tmp_path, text)

    assert rate_of(contract) == 1_000_000
    assert rate_of(contract, model="acme-large") == 13_500_000


def test_terms_have_dates(tmp_path):
    text = """
rates:
  - {name: first, percent_off: 10, effective_to: 2026-03-01T12:00:00Z}
  - {name: then, percent_off: 20, effective_from: 2026-03-01T12:00:00Z}
"""
    contract = contract_of(tmp_path, text)

    assert rate_of(contract, at="2026-03-01T11:59:59.999999") == 1_125_000
    assert rate_of(contract, at="2026-03-01T12:00:00") == 1_000_000


def test_what_is_excluded_is_at_list(tmp_path):
    text = (
        TEN_OFF
        + """
excluded:
  - {tiers: [batch]}
  - {meters: [tools]}
  - {models: [acme-large], meters: [output], out_of: [rates]}
"""
    )
    contract = contract_of(tmp_path, text)
    large = {"model": "acme-large"}

    assert rate_of(contract, Meter.UNCACHED_INPUT, **large) == 2_250_000
    assert rate_of(contract, Meter.UNCACHED_INPUT, tier="batch", **large) == 1_250_000
    assert rate_of(contract, Meter.OUTPUT, **large) == 15_000_000
    assert rate_of(contract, Meter.WEB_SEARCH, **large) == 10_000_000_000


def test_usage_of_others_and_outside_the_period_is_not_under_it(tmp_path):
    contract = contract_of(tmp_path, TEN_OFF)
    other = used("2026-03-01", MILLION)
    other["billed_by"] = "openrouter"
    uses = [other, used("2027-02-01", MILLION), used("2027-01-31T23:59:59.999999", MILLION)]

    statement = billed(contract, uses)

    assert [atom.contracted_pico for atom in statement.atoms] == [1_125_000 * MILLION]


# ---------------------------------------------------------------- volume tiers

STEPS = "steps: [{from: 1000, percent_off: 5}, {from: 2500, percent_off: 10}]"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        # to date 900, 2,700, 3,600: nothing; 1,500 at 5 % + 200 at 10 %; 900 at 10 % more
        ("marginal", [("03", "-95.00"), ("04", "-90.00")]),
        # nothing; 10 % of 2,700; 10 % of 900 more
        ("whole_volume", [("03", "-270.00"), ("04", "-90.00")]),
    ],
)
def test_volume_tiers_on_spend(tmp_path, kind, expected):
    text = (
        f"volume_tiers: [{{name: growth, kind: {kind}, measure: spend, period: year, {STEPS}}}]\n"
    )
    statement = billed(contract_of(tmp_path, TEN_OFF + text), QUARTER)

    assert [(month, usd) for month, _, _, usd in lines_of(statement)] == expected
    assert_adds_up(statement)


def test_monthly_volume_tiers_begin_again(tmp_path):
    text = f"volume_tiers: [{{name: m, kind: marginal, measure: spend, period: month, {STEPS}}}]\n"
    statement = billed(contract_of(tmp_path, text), QUARTER)

    assert lines_of(statement) == [("03", "volume_tier", "", "-50.00")]  # 5 % of 1,000


def test_volume_tiers_on_tokens(tmp_path):
    """1.6 bn tokens for $2,000: the 600 m above a billion cost $750, 20 % of that is $150."""
    steps = "steps: [{from: 1_000_000_000, percent_off: 20}]"
    text = f"volume_tiers: [{{name: t, kind: KIND, measure: tokens, period: month, {steps}}}]\n"

    marginal = billed(contract_of(tmp_path, text.replace("KIND", "marginal")), QUARTER)
    whole = billed(contract_of(tmp_path, text.replace("KIND", "whole_volume")), QUARTER)

    assert lines_of(marginal) == [("03", "volume_tier", "", "-150.00")]
    assert lines_of(whole) == [("03", "volume_tier", "", "-400.00")]


def test_volume_used_before_the_logs_begin_counts(tmp_path):
    text = (
        "volume_tiers: [{name: g, kind: marginal, measure: spend, period: year, "
        f"used_before: 1500, {STEPS}}}]\n"
    )
    statement = billed(contract_of(tmp_path, text), QUARTER[:1])

    assert lines_of(statement) == [("02", "volume_tier", "", "-50.00")]  # 1,000 at 5 %


def test_volume_tiers_see_what_provisioned_throughput_leaves(tmp_path):
    """Of $2,000 of input and output the output is covered: 5 % of the other thousand is $50."""
    text = """
provisioned: [{name: ptu, meters: [output], cost: 1, per: month}]
volume_tiers: [{name: g, kind: marginal, measure: spend, period: month,
  steps: [{from: 0, percent_off: 5}]}]
"""
    uses = [used("2026-02-10", 800 * MILLION, uncached_input=5_000 * MILLION)]
    statement = billed(contract_of(tmp_path, text), uses, through="2026-03-01")

    assert lines_of(statement)[2:] == [("02", "volume_tier", "", "-50.00")]
    effective = {atom.meter: dollars(atom.effective // GRAIN) for atom in statement.atoms}
    assert effective == {Meter.OUTPUT: "1.00", Meter.UNCACHED_INPUT: "950.00"}


# ---------------------------------------------------------------- credits


def test_credits_pay_in_their_order_until_they_expire(tmp_path):
    text = """
credits:
  - {name: late, amount: 5000, order: 2, expires: 2026-04-01}
  - {name: early, amount: 300, order: 1}
"""
    statement = billed(contract_of(tmp_path, text), QUARTER)

    assert lines_of(statement) == [
        ("02", "credit", "", "-300.00"),
        ("02", "credit", "", "-700.00"),
        ("03", "credit", "", "-2000.00"),
    ]
    states = {each.name: (dollars(each.used_pico), each.state) for each in statement.balances}
    assert states == {"early": ("300.00", "used"), "late": ("2700.00", "expired")}
    assert_adds_up(statement)


def test_of_credits_of_one_order_the_one_that_expires_first_pays_first(tmp_path):
    text = """
credits: [{name: a, amount: 300}, {name: b, amount: 300, expires: 2026-06-01}]
"""
    statement = billed(contract_of(tmp_path, text), [used("2026-02-10", 320 * MILLION)])

    assert [(x.name, dollars(x.usd_pico)) for x in statement.lines] == [
        ("b", "-300.00"),
        ("a", "-100.00"),
    ]


def test_a_credit_never_pays_more_than_the_invoice(tmp_path):
    """In March 20 % of 1,100 are given back on an invoice of 100 and 50: nothing is left to pay."""
    text = """
volume_tiers: [{name: g, kind: whole_volume, measure: spend, period: year, models: [acme-small],
  steps: [{from: 1100, percent_off: 20}]}]
credits: [{name: tools, amount: 100, meters: [tools]}]
"""
    searches = used("2026-03-10", model="acme-large", web_search=5_000)
    uses = [QUARTER[0], used("2026-03-10", 80 * MILLION), searches]

    statement = billed(contract_of(tmp_path, text), uses)

    assert lines_of(statement) == [("03", "volume_tier", "", "-220.00")]


def test_a_credit_pays_only_for_what_it_applies_to(tmp_path):
    text = "credits: [{name: tools, amount: 100, meters: [tools]}]\n"
    uses = [
        used("2026-02-10", 800 * MILLION),
        used("2026-02-10", model="acme-large", web_search=5_000),
    ]

    statement = billed(contract_of(tmp_path, text), uses)

    assert lines_of(statement) == [("02", "credit", "", "-50.00")]  # 5,000 at $10 per 1,000
    assert [atom.effective for atom in statement.atoms if atom.meter.is_tool] == [0]


# ---------------------------------------------------------------- commitments


@pytest.mark.parametrize(
    ("settled", "expected"),
    [
        # 4,000 of 5,000 at the end of the quarter
        ("quarter", [("04", "2026-02-01 to 2026-05-01", "1000.00")]),
        # targets 1,666.67, 3,333.33, 5,000 against 1,000, 3,000, 4,000 to date
        ("month", [("02", "666.67"), ("03", "-333.33"), ("04", "666.67")]),
    ],
)
def test_a_commitment_is_trued_up(tmp_path, settled, expected):
    text = f"commitments: [{{name: c, amount: 5000, period: quarter, true_up: {settled}}}]\n"
    head = HEAD.replace("2027-02-01", "2026-05-01")
    statement = billed(contract_of(tmp_path, text, head), QUARTER)

    found = [
        (f"{x.month.since:%m}", x.detail, f"{x.usd_pico / 10**12:.2f}") for x in statement.lines
    ]
    assert [(row[0], row[-1]) for row in found] == [(row[0], row[-1]) for row in expected]
    assert dollars(statement.total_pico) == "5000.00"
    assert_adds_up(statement)


def test_a_commitment_is_not_settled_before_its_period_is_over(tmp_path):
    text = "commitments: [{name: c, amount: 5000, period: quarter}]\n"
    contract = contract_of(tmp_path, text)

    statement = billed(contract, QUARTER, through="2026-04-30")

    assert statement.lines == []
    assert [(x.state, dollars(x.used_pico)) for x in statement.balances] == [("open", "4000.00")]
    settled = billed(contract, QUARTER, through="2026-05-01")
    assert lines_of(settled) == [
        ("04", "commitment_shortfall", "2026-02-01 to 2026-05-01", "1000.00")
    ]


def test_a_commitment_that_is_met_bills_nothing(tmp_path):
    text = "commitments: [{name: c, amount: 4000, period: quarter}]\n"
    statement = billed(contract_of(tmp_path, text), QUARTER, through="2026-05-01")

    assert statement.lines == []
    assert [each.state for each in statement.balances] == ["met"]


def test_part_of_a_shortfall(tmp_path):
    text = "commitments: [{name: c, amount: 5000, period: quarter, shortfall_percent: 25}]\n"
    statement = billed(contract_of(tmp_path, text), QUARTER, through="2026-05-01")

    assert [row[-1] for row in lines_of(statement)] == ["250.00"]


@pytest.mark.parametrize(("counts", "short"), [("[credits]", "1000.00"), ("[markups]", "1460.00")])
def test_what_counts_towards_a_commitment(tmp_path, counts, short):
    """4,000 of usage, of which a credit pays 500; a markup of 1 % adds 40 at list."""
    text = f"""
credits: [{{name: welcome, amount: 500}}]
markups: [{{name: gateway, percent: 1, on: list}}]
commitments: [{{name: c, amount: 5000, period: quarter, counts: {counts}}}]
"""
    statement = billed(contract_of(tmp_path, text), QUARTER, through="2026-05-01")

    assert lines_of(statement)[-1][-1] == short


def test_beyond_a_commitment_at_list(tmp_path):
    """At 10 % off, 2,700 are spent by March: 700 beyond 2,000, a ninth of which was saved."""
    text = "commitments: [{name: c, amount: 1800, period: year, overage: list}]\n"
    statement = billed(contract_of(tmp_path, TEN_OFF + text), QUARTER)

    assert lines_of(statement) == [("03", "overage", "", "100.00"), ("04", "overage", "", "100.00")]
    assert_adds_up(statement)


# ---------------------------------------------------------------- provisioned, markups


def test_provisioned_throughput_is_a_flat_cost(tmp_path):
    text = """
provisioned:
  - {name: ptu, models: [acme-small], cost: 750, per: month, effective_to: 2026-04-01}
"""
    statement = billed(contract_of(tmp_path, text), QUARTER)

    assert lines_of(statement) == [
        ("02", "provisioned", "covered usage", "-1000.00"),
        ("02", "provisioned", "flat cost", "750.00"),
        ("03", "provisioned", "covered usage", "-2000.00"),
        ("03", "provisioned", "flat cost", "750.00"),
    ]
    assert [dollars(atom.effective // GRAIN) for atom in statement.atoms] == [
        "750.00", "750.00", "1000.00",
    ]  # fmt: skip


def test_provisioned_throughput_covers_up_to_its_tokens(tmp_path):
    text = "provisioned: [{name: ptu, cost: 1, per: hour, units: 2, monthly_tokens: 400_000_000}]\n"
    statement = billed(contract_of(tmp_path, text), QUARTER[:1], through="2026-02-11")

    assert lines_of(statement) == [
        ("02", "provisioned", "covered usage", "-500.00"),
        ("02", "provisioned", "flat cost", "480.00"),  # ten days so far
    ]


def test_an_hour_that_has_begun_is_billed(tmp_path):
    text = """
provisioned: [{name: ptu, cost: 1, per: hour, effective_to: "2026-02-01T10:30:00Z"}]
"""
    uses = [used("2026-02-01T09:30:00", MILLION)]

    assert lines_of(billed(contract_of(tmp_path, text), uses))[-1][-1] == "11.00"


def test_a_flat_cost_without_usage_is_kept_apart(tmp_path):
    text = "provisioned: [{name: ptu, models: [acme-large], cost: 99, per: month}]\n"
    statement = billed(contract_of(tmp_path, text), QUARTER[:1], through="2026-03-01")

    assert dollars(statement.unspread_pico) == "99.00"
    assert totals(statement) == ["1000.00", "1000.00", "1099.00"]
    assert_adds_up(statement)


@pytest.mark.parametrize(
    ("on", "expected"), [("list", "50.00"), ("contracted", "45.00"), ("billed", "25.00")]
)
def test_markups(tmp_path, on, expected):
    text = (
        TEN_OFF
        + f"""
credits: [{{name: welcome, amount: 400}}]
markups: [{{name: gateway, percent: 5, on: {on}, fixed: 10}}]
"""
    )
    statement = billed(contract_of(tmp_path, text), QUARTER[:1], through="2026-03-01")

    assert lines_of(statement)[1:] == [
        ("02", "markup", f"percent of {on}", expected),
        ("02", "markup", "fixed", "10.00"),
    ]


def test_a_fixed_markup_is_billed_in_the_months_it_holds_in(tmp_path):
    text = """
markups:
  - {name: desk, fixed: 10, effective_from: 2026-03-10, effective_to: 2026-04-01}
  - {name: line, fixed: 5, effective_to: 2026-03-01}
"""
    statement = billed(contract_of(tmp_path, text), QUARTER)

    assert [(f"{x.month.since:%m}", x.name) for x in statement.lines] == [
        ("02", "line"),
        ("03", "desk"),
    ]
    names = {name for atom in statement.atoms for _, name in causes(atom)}
    assert names == {"desk", "line"}
    assert_adds_up(statement)


# ---------------------------------------------------------------- invoices, currencies


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        ("half_even", ["0.00", "0.02", "0.02", "-0.02"]),
        ("half_up", ["0.01", "0.02", "0.02", "-0.02"]),
        ("up", ["0.01", "0.02", "0.03", "-0.02"]),
        ("down", ["0.00", "0.01", "0.02", "-0.01"]),
    ],
)
def test_ways_of_rounding(rounding, expected):
    rule = InvoiceRule(Decimal("0.01"), rounding)
    cents = [Fraction(1, 2), Fraction(3, 2), Fraction(49, 20), Fraction(-3, 2)]

    found = [invoiced(rule, each * 10**10 * GRAIN) for each in cents]

    assert [dollars(each) for each in found] == expected


def test_usage_lines_are_rounded_as_the_invoice_says(tmp_path):
    """800,004 output tokens are $1.000005; 1 cached token is 0.02 millionths of a dollar."""
    text = "invoice: {round_to: 0.01, rounding: half_up, minimum_line: 0.05}\n"
    uses = [used("2026-02-10", 800_004), used("2026-02-10", cache_read=1)]

    statement = billed(contract_of(tmp_path, text), uses)

    assert dollars(statement.total_pico) == "1.05"
    assert_adds_up(statement)


EUR = HEAD.replace("USD", "EUR")


def test_a_contract_in_euros_bills_at_the_rates_of_its_dates(tmp_path):
    """$1,000 at 1.25 are EUR 800, at 1.00 EUR 1,000: EUR 1,800, of which 450 are credited."""
    text = """
fx: [{from: 2026-02-01, usd: 1.25}, {from: 2026-02-15, usd: 1}]
credits: [{name: welcome, amount: 450}]
"""
    uses = [QUARTER[0], used("2026-02-20", 800 * MILLION)]
    statement = billed(contract_of(tmp_path, text, EUR), uses)

    [credit] = statement.lines
    assert credit.amount == -450 * 10**12 * GRAIN
    assert dollars(credit.usd_pico) == "-500.00"  # EUR 200 at 1.25 and EUR 250 at 1
    assert_adds_up(statement)


def test_what_paying_in_euros_cost(tmp_path):
    text = "fx: [{from: 2026-02-01, usd: 1.25}]\npaid: [{month: 2026-02, usd: 1.30}]\n"
    statement = billed(contract_of(tmp_path, text, EUR), QUARTER[:2])

    assert lines_of(statement) == [("02", "fx", "", "40.00")]  # EUR 800 at 1.30 were $1,040
    contract = statement.contract
    assert billed(contract, QUARTER[:1], through="2026-02-20").lines == []  # nothing is paid yet


def test_a_missing_exchange_rate_is_an_error(tmp_path):
    late = contract_of(tmp_path, "fx: [{from: 2026-03-01, usd: 1.25}]\n", EUR)
    with pytest.raises(FxRateMissingError, match="no exchange rate of EUR on 2026-02-01"):
        billed(late, QUARTER)
    ended = contract_of(tmp_path, "fx: [{from: 2026-02-01, to: 2026-04-01, usd: 1.25}]\n", EUR)
    with pytest.raises(FxRateMissingError, match="on 2026-04-01"):
        billed(ended, QUARTER)


# ---------------------------------------------------------------- together


def test_a_statement_with_everything(tmp_path):
    """900 + 1,800 + 900 at 10 % off; every line below is worked out on the one before."""
    text = (
        TEN_OFF
        + f"""
volume_tiers: [{{name: growth, kind: marginal, measure: spend, period: year, {STEPS}}}]
credits: [{{name: welcome, amount: 500}}]
markups: [{{name: gateway, percent: 5, on: billed}}]
commitments: [{{name: promise, amount: 5000, period: quarter}}]
"""
    )
    statement = billed(contract_of(tmp_path, text), QUARTER, through="2026-05-01")

    assert lines_of(statement) == [
        ("02", "credit", "", "-500.00"),
        ("02", "markup", "percent of billed", "20.00"),  # 900 - 500
        ("03", "volume_tier", "", "-95.00"),
        ("03", "markup", "percent of billed", "85.25"),  # 1,800 - 95
        ("04", "volume_tier", "", "-90.00"),
        ("04", "markup", "percent of billed", "40.50"),  # 900 - 90
        ("04", "commitment_shortfall", "2026-02-01 to 2026-05-01", "1585.00"),  # 5,000 - 3,415
    ]
    assert totals(statement) == ["4000.00", "3600.00", "4645.75"]
    assert_adds_up(statement)


def test_an_empty_contract_is_the_list(tmp_path):
    statement = billed(contract_of(tmp_path, "rates: [{name: none, percent_off: 0}]\n"), QUARTER)

    assert totals(statement) == ["4000.00"] * 3
    assert statement.lines == []
    assert all(causes(atom) == {} for atom in statement.atoms)


def test_causes_are_named(tmp_path):
    statement = billed(contract_of(tmp_path, TEN_OFF), QUARTER[:1])

    [atom] = statement.atoms
    assert causes(atom) == {(Cause.NEGOTIATED_RATE, "rate card"): -100 * 10**12 * GRAIN}


def test_periods_count_from_the_first_month():
    whole = Range(instant("2026-01-15"), instant("2026-08-10"))

    assert [each.since.strftime("%m-%d") for each in periods(Every.QUARTER, whole)] == [
        "01-15", "04-01", "07-01",
    ]  # fmt: skip
    assert len(periods(Every.MONTH, whole)) == 8
    assert periods(Every.TERM, whole) == [whole]
    assert periods(Every.YEAR, whole) == [whole]
