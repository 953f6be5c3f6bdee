"""Every way a contract can be wrong, and the message it gets: all of them in one run."""

import pytest

from pricing.contract.load import ContractError, load_contract
from tests.contracts import BOOK, HEAD, contract_of

GOOD = """
note: signed in January
renewal: 2026-11-01
invoice: {round_to: 0.01, rounding: half_up, minimum_line: 0.01}
rates:
  - {name: family, models: ["acme-*"], percent_off: 12.5, note: by mail}
  - {name: large, models: [acme-large-2026-01-01], tiers: [standard], context: [short, long],
     effective_from: 2026-03-01, effective_to: 2026-06-01, rates: {input: 2, container: 0.02}}
excluded: [{models: [acme-small], meters: [tools, cached_input], out_of: [rates, commitments]}]
provisioned: [{name: ptu, models: [acme-large], cost: 10.50, per: hour, units: 3}]
volume_tiers:
  - {name: v, kind: marginal, measure: tokens, period: quarter, steps: [{from: 0, percent_off: 1}]}
credits: [{name: c, amount: 1_000, expires: 2026-06-01, order: 3, used_before: 10}]
markups: [{name: m, percent: 5.5, on: list, fixed: 100}]
commitments:
  - {name: k, amount: 600000, period: year, true_up: quarter, shortfall_percent: 50,
     overage: list, counts: [credits, provisioned]}
"""


FIXED = "name: a, models: [acme], tiers: [standard], context: short"
TIERS = "name: a, kind: marginal, measure: spend, period: month"
UP_TO_60 = "{from: 5, percent_off: 60}"


def faults_of(tmp_path, text, head=HEAD):
    path = tmp_path / "contract.yaml"
    path.write_text(head + text)
    with pytest.raises(ContractError) as caught:
        load_contract(path, BOOK)
    return [f"{fault.line}: {fault.message}" for fault in caught.value.faults]


def test_a_good_contract_is_read(tmp_path):
    contract = contract_of(tmp_path, GOOD)

    assert contract.rates[1].reach.models == ("acme-large",)  # any id means its model
    assert contract.renewal is not None
    assert len(contract.edges) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rate: []", "unknown key 'rate'; did you mean 'rates'?"),
        ("rates: [{percent_off: 1}]", "name is missing"),
        ("rates: [{name: a}]", "say either percent_off or rates"),
        (
            "rates: [{name: a, percent_off: 1, rates: {input: 1}}]",
            "say either percent_off or rates",
        ),
        ("rates: [{name: a, percent_off: 101}]", "percent_off: more than 100 percent: 101"),
        (
            "rates: [{name: a, percent_off: 10%}]",
            "percent_off: not a percentage: '10%'; write 15 for 15 percent",
        ),
        (
            "rates: [{name: a, models: [acme-smal], percent_off: 1}]",
            "models: acme has no model 'acme-smal'; did you mean 'acme-small'?",
        ),
        (
            'rates: [{name: a, models: ["gpt-5.*"], percent_off: 1}]',
            "models: no model of acme fits 'gpt-5.*'",
        ),
        (
            "rates: [{name: a, models: [acme], tiers: [standard], rates: {input: 1}}]",
            "context is missing: a fixed rate is one of a model, a tier and a context",
        ),
        (
            "rates: [{name: a, models: [acme], tiers: [standard], context: short, rates: {}}]",
            "rates: no rate is given",
        ),
        (
            f"rates: [{{{FIXED}, rates: {{cache_write_5m: 1, cache_write_30m: 1}}}}]",
            "cache_write_30m: cache_write has a rate already",
        ),
        (
            f"rates: [{{{FIXED}, meters: [input], rates: {{input: 1}}}}]",
            "meters: fixed rates name their meters; leave it out",
        ),
        (
            "rates: [{name: a, percent_off: 1, regional_uplift: no}]",
            "regional_uplift: percent off list keeps the list's uplift; leave it out",
        ),
        (
            "rates: [{name: a, percent_off: 1, tiers: [express]}]",
            "tiers: 'express' is none of standard, batch, flex, priority, ultrafast, scale",
        ),
        (
            "rates: [{name: a, percent_off: 1, providers: [azure]}]",
            "providers: 'azure' is none of acme",
        ),
        (
            "rates: [{name: a, percent_off: 1, effective_to: 2028-01-01}]",
            "effective_to lies outside the period of the contract",
        ),
        (
            "credits: [{name: a, amount: 1, effective_from: 2026-05-01, expires: 2026-05-01}]",
            "expires is not later than effective_from",
        ),
        (
            "credits: [{name: a, amount: 1}, {name: a, amount: 1}]",
            "name: 'a' is the name of line 7 already",
        ),
        ("credits: [{name: a, amount: 1e6}]", "amount: not an amount: '1e6'; write a plain number"),
        ("credits: [{name: a, amount: 0}]", "amount: must be more than 0"),
        (
            "credits: [{name: a, amount: 1, used_before: 2}]",
            "used_before: more than the credit's amount",
        ),
        ("credits: [{name: a, amount: 1, order: first}]", "order: not a place in an order"),
        ("markups: [{name: a}]", "say percent, or fixed (an amount a month), or both"),
        ("markups: [{name: a, percent: 5}]", "on is missing"),
        (
            "commitments: [{name: a, amount: 1, period: month, true_up: year}]",
            "true_up: a month cannot be settled every year",
        ),
        (
            "commitments: [{name: a, amount: 1, period: weekly}]",
            "period: 'weekly' is none of month, quarter, year, term",
        ),
        (
            f"volume_tiers: [{{{TIERS}, steps: []}}]",
            "steps: no step is given",
        ),
        (
            f"volume_tiers: [{{{TIERS}, steps: [{UP_TO_60}, {UP_TO_60}]}}]",
            "from: 5 does not lie above 5, the step before",
        ),
        (
            f"volume_tiers: [{{{TIERS}, steps: [{UP_TO_60}]}}, {{{TIERS}, steps: [{UP_TO_60}]}}]",
            "volume_tiers: together they take off up to 120 percent",
        ),
        (
            "provisioned: [{name: a, cost: 1, per: month, monthly_tokens: 1.5}]",
            "monthly_tokens: not a number of tokens: '1.5'",
        ),
        (
            "excluded: [{out_of: [rates]}]",
            "says nothing to exclude; name models, tiers, context, providers or meters",
        ),
        ("invoice: {round_to: 0.01, minimum_line: 0.005}", "minimum_line: 0.005 is no multiple"),
        ("fx: [{from: 2026-01-01, usd: 1.1}]", "fx: a contract in USD has no exchange rates"),
    ],
)
def test_a_fault_is_named(tmp_path, text, message):
    found = faults_of(tmp_path, text + "\n")

    assert any(message in fault for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("USD", "dollar", "5: currency: not a currency: 'dollar'; write its code, such as EUR"),
        ("USD", "EUR", "5: fx is missing: usage in USD is billed in EUR"),
        ("[acme]", "[acne]", "4: providers: nobody called 'acne' bills usage"),
        ("2027-02-01", "2026-02-01", "6: to: the contract ends before it begins"),
        (", vendor: Acme", "", "3: vendor is missing"),
        ("contract: acme-2026\n", "", "2: contract is missing"),
    ],
)
def test_a_fault_of_the_head_is_named(tmp_path, old, new, message):
    found = faults_of(tmp_path, "", HEAD.replace(old, new))

    assert any(fault.startswith(message) for fault in found), found


def test_every_fault_is_found_in_one_run(tmp_path):
    text = """rates:
  - {name: a, percent_off: 200}
  - {name: b, models: [nothing], percent_off: 1}
credits:
  - {name: c}
"""
    assert [fault.partition(":")[0] for fault in faults_of(tmp_path, text)] == ["8", "9", "11"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("percent_off: 1", "percent_off: 2"),
        ('models: ["acme-*"], percent_off: 1', 'models: ["*small"], percent_off: 1'),
        ("tiers: [batch, flex], percent_off: 1", "tiers: [flex, standard], percent_off: 2"),
        ("effective_to: 2026-06-01, percent_off: 1", "effective_from: 2026-05-31, percent_off: 1"),
        ("tiers: [batch], percent_off: 1", "context: short, percent_off: 1"),
    ],
)
def test_two_terms_that_tie_are_a_fault(tmp_path, one, other):
    text = f"rates:\n  - {{name: one, {one}}}\n  - {{name: other, {other}}}\n"

    found = faults_of(tmp_path, text)

    assert found[0].startswith("9: 'other' and 'one' (line 8) both rate ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tiers: [batch], percent_off: 1", "tiers: [flex], percent_off: 2"),
        ("effective_to: 2026-06-01, percent_off: 1", "effective_from: 2026-06-01, percent_off: 1"),
        ("models: [acme-large], percent_off: 1", "models: [acme-small], percent_off: 1"),
        ("meters: [tools], percent_off: 1", "meters: [tokens], percent_off: 1"),
        ("meters: [output], percent_off: 1", "percent_off: 1"),
    ],
)
def test_terms_that_do_not_tie(tmp_path, one, other):
    contract = contract_of(
        tmp_path, f"rates:\n  - {{name: one, {one}}}\n  - {{name: other, {other}}}\n"
    )
    assert len(contract.rates) == 2
