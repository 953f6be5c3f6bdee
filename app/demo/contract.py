"""The demo company's contract, its amounts as small as the demo's traffic."""

from decimal import Decimal

from app.demo.company import COMPANY

_TEXT = """\
# {company}'s contract: invented, and scaled to the traffic of this demo.

contract: meridian-2026
parties: {{customer: {company}, vendor: OpenAI}}
providers: [openai]
list_of: openai
currency: USD
period: {{from: 2026-08-01, to: 2027-08-01}}
renewal: 2027-05-01

rates:
  - {{name: everything, percent_off: 4}}
  - {{name: the 5.4 family, models: ["gpt-5.4*"], percent_off: 10}}
  - name: gpt-5.5 as agreed
    models: [gpt-5.5]
    tiers: [standard]
    context: short
    rates: {{input: 4.50, cached_input: 0.45, output: 27}}
    effective_from: 2026-09-15

excluded:
  - {{tiers: [priority], out_of: [rates]}}

volume_tiers:
  - name: growth
    kind: marginal
    measure: spend
    period: quarter
    steps:
      - {{from: {growth}, percent_off: 3}}
      - {{from: {more_growth}, percent_off: 5}}

credits:
  - name: migration to 5.5
    amount: {credit}
    models: [gpt-5.5]
    effective_from: 2026-09-08
    expires: 2026-11-01

markups:
  - {{name: gateway, percent: 1.5, on: billed}}

commitments:
  - {{name: quarterly, amount: {commitment}, period: quarter, true_up: month}}

invoice: {{round_to: 0.01, rounding: half_up}}
"""
_FULL_SCALE_USD = {
    "growth": 60_000,
    "more_growth": 120_000,
    "credit": 8_000,
    "commitment": 156_000,
}


def contract_text(scale: float) -> str:
    """Return the contract for traffic of so many times the company's size."""
    amounts = {
        name: max(round(full * Decimal(scale), 2), Decimal("0.01"))
        for name, full in _FULL_SCALE_USD.items()
    }
    return _TEXT.format(company=COMPANY, **amounts)
