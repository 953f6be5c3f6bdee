"""The shipped table: valid, complete, right to the cent, and its past unchanged."""

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import product
from json import dumps
from pathlib import Path

import duckdb
import pytest

from pricing.bulk import install_rates, sql
from pricing.errors import PricingError
from pricing.load import load_price_book
from pricing.money import usd
from pricing.published import instant_text
from pricing.rate import rate
from pricing.usage import Usage
from pricing.vocabulary import PRICED_TIERS, TOKEN_METERS, ContextBand, Meter

BOOK = load_price_book()
PINS = Path(__file__).parent / "golden" / "price_entries.txt"


def bill(model, at, *, provider="openai", tier="standard", region="global", prompt=None, **meters):
    meters = {name: count for name, count in meters.items() if count}
    cached = sum(meters.get(name, 0) for name in ("cache_read", "cache_write", "cache_write_long"))
    if prompt is None:
        prompt = meters.get("uncached_input", 0) + cached
    price = BOOK.find(
        provider,
        model,
        tier,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        input_tokens=prompt,
        region=region,
    )
    return rate(Usage(**meters, input_tokens=prompt), price).cost_usd


# ---------------------------------------------------------------- bills


OPENAI = [
    # 300K in at $10, 2K out at $45: a long prompt reprices the whole request.
    ("3.09", "gpt-5.5", "2026-09-01", {"uncached_input": 300_000, "output": 2_000}),
    # One token decides: 272,000 at $5, 272,001 at $10.
    ("1.36", "gpt-5.5", "2026-09-01", {"uncached_input": 272_000}),
    ("2.72001", "gpt-5.5", "2026-09-01", {"uncached_input": 272_001}),
    # Cached tokens count towards the threshold: 1 at $10, 272,000 at $1.
    (
        "0.27201",
        "gpt-5.5",
        "2026-09-01",
        {"uncached_input": 1, "cache_read": 272_000},
    ),
    # Pro has no cached discount: 100K at $30, cached or not, and 1K out at $180.
    (
        "3.18",
        "gpt-5.5-pro",
        "2026-09-01",
        {"uncached_input": 10_000, "cache_read": 90_000, "output": 1_000},
    ),
    # 0.13 as printed, not the exact half 0.125.
    ("0.13", "gpt-5.4", "2026-09-01", {"tier": "flex", "cache_read": 1_000_000, "prompt": 0}),
    ("0.13", "gpt-5.4", "2026-09-01", {"tier": "batch", "cache_read": 1_000_000, "prompt": 0}),
    # Batch and long multiply: 300K at $5, 10K out at $22.50.
    (
        "1.725",
        "gpt-5.5",
        "2026-09-01",
        {"tier": "batch", "uncached_input": 300_000, "output": 10_000},
    ),
    # Priority of gpt-5.5 is 2.5 times: 100K at $12.50, 1K out at $75.
    (
        "1.325",
        "gpt-5.5",
        "2026-09-01",
        {"tier": "priority", "uncached_input": 100_000, "output": 1_000},
    ),
    # Sol around its cut: 10K in and 1K out at 5/30, then at 4/20.
    (
        "0.08",
        "gpt-5.6-sol",
        "2026-08-20T23:59:59.999999",
        {"uncached_input": 10_000, "output": 1_000},
    ),
    (
        "0.06",
        "gpt-5.6-sol",
        "2026-08-21",
        {"uncached_input": 10_000, "output": 1_000},
    ),
    (
        "0.06",
        "gpt-5.6-sol",
        "2026-11-21T23:59:59.999999",
        {"uncached_input": 10_000, "output": 1_000},
    ),
    # Writing to the cache costs 1.25 times input from gpt-5.6 on: 10K at $2.50.
    ("0.025", "gpt-5.6-terra", "2026-08-01", {"cache_write": 10_000}),
    # Before, a write is ordinary input: 10K at $5.
    ("0.05", "gpt-5.5", "2026-08-01", {"cache_write": 10_000}),
    # Priority above the threshold, where it is published: 300K at $0.80.
    (
        "0.24",
        "gpt-5.6-luna",
        "2026-08-18",
        {"tier": "priority", "uncached_input": 300_000},
    ),
    # The EU costs a tenth more, a web search does not: 100K at $5.50, $0.01.
    (
        "0.56",
        "gpt-5.5",
        "2026-09-01",
        {"region": "eu", "uncached_input": 100_000, "web_search": 1},
    ),
    # $10 and $2.50 per 1K calls, $0.03 per session.
    (
        "0.105",
        "gpt-5.4-nano",
        "2026-09-01",
        {"web_search": 4, "file_search": 2, "container": 2},
    ),
    # A search by gpt-5 before the present table: the same $0.01, and 1K in at $1.25.
    ("0.01125", "gpt-5", "2025-09-01", {"uncached_input": 1_000, "web_search": 1}),
    # Flex keeps the discount for cached input: 1M at $0.0625, half of $0.125.
    ("0.0625", "gpt-5", "2026-01-01", {"tier": "flex", "cache_read": 1_000_000}),
    # Priority of gpt-5-mini is 1.8 times: 1M in at $0.45, 1M out at $3.60.
    (
        "4.05",
        "gpt-5-mini",
        "2026-01-01",
        {"tier": "priority", "uncached_input": 1_000_000, "output": 1_000_000},
    ),
    # Every tier of gpt-5.6 and later has a long price: 300K at $16, 1K out at $60.
    (
        "4.86",
        "gpt-5.6-sol",
        "2026-09-01",
        {"tier": "priority", "uncached_input": 300_000, "output": 1_000},
    ),
    # A write for 12 hours is 2.5 times input, and counts towards the threshold: 272,000 at $5,
    # 272,001 at $10.
    ("1.36", "gpt-6.1-sol", "2026-11-01", {"cache_write_long": 272_000}),
    ("2.72001", "gpt-6.1-sol", "2026-11-01", {"cache_write_long": 272_001}),
    # Cached input of 6.1 is a twentieth of input, not a tenth: 100K at $0.05.
    ("0.005", "gpt-6.1-sol", "2026-11-01", {"tier": "batch", "cache_read": 100_000}),
    # Ultrafast is 6 times standard: 1K in at $60, 1K out at $300.
    (
        "0.36",
        "gpt-6-astra",
        "2026-10-01",
        {"tier": "ultrafast", "uncached_input": 1_000, "output": 1_000},
    ),
    # Before gpt-5: 10K in at $2.50, 10K cached at $1.25, 1K out at $10.
    (
        "0.0475",
        "gpt-4o",
        "2025-10-05",
        {"uncached_input": 10_000, "cache_read": 10_000, "output": 1_000},
    ),
    # o3 around its cut of 80 %: 1M in at $10, then at $2.
    ("10", "o3", "2025-06-09T23:59:59", {"uncached_input": 1_000_000}),
    ("2", "o3", "2025-06-10", {"uncached_input": 1_000_000}),
    # Printed as 0.138, not the exact half 0.1375.
    ("0.138", "o4-mini", "2026-01-01", {"tier": "flex", "cache_read": 1_000_000}),
    # An embedding bills its input: 1M at $0.13, in a batch at $0.065.
    ("0.13", "text-embedding-3-large", "2026-01-01", {"uncached_input": 1_000_000}),
    (
        "0.065",
        "text-embedding-3-large",
        "2026-01-01",
        {"tier": "batch", "uncached_input": 1_000_000},
    ),
    # One band: no prompt size is needed, and none is too long.
    ("0.75", "gpt-5.4-mini", "2026-09-01", {"uncached_input": 1_000_000}),
]


@pytest.mark.parametrize(("usd", "model", "at", "request_"), OPENAI)
def test_hand_computed_bills(usd, model, at, request_):
    assert bill(model, at, **request_) == Decimal(usd)


ANTHROPIC = [
    # 10K in at $5, 100K read at $0.50, 10K written for 5 minutes at $6.25, 10K for an hour
    # at $10, 1K out at $25.
    (
        "0.2875",
        "claude-opus-5",
        "2026-09-01",
        {
            "uncached_input": 10_000,
            "cache_read": 100_000,
            "cache_write": 10_000,
            "cache_write_long": 10_000,
            "output": 1_000,
        },
    ),
    # In the US all of it costs a tenth more, a search does not: $0.31625 and $0.01.
    (
        "0.32625",
        "claude-opus-5",
        "2026-09-01",
        {
            "region": "us",
            "uncached_input": 10_000,
            "cache_read": 100_000,
            "cache_write": 10_000,
            "cache_write_long": 10_000,
            "output": 1_000,
            "web_search": 1,
        },
    ),
    # A batch halves everything, and stacks with the region: 100K at $2.50, a tenth more.
    (
        "0.275",
        "claude-opus-5",
        "2026-09-01",
        {"tier": "batch", "region": "us", "uncached_input": 100_000},
    ),
    # Before Claude 4.6 the region costs nothing: 100K at $3.
    (
        "0.3",
        "claude-sonnet-4-5",
        "2026-09-01",
        {"region": "us", "uncached_input": 100_000},
    ),
    # Fast mode of opus-4-7 was 6 times standard: 10K at $30.
    ("0.3", "claude-opus-4-7", "2026-07-23", {"tier": "ultrafast", "uncached_input": 10_000}),
    # Fast mode of opus-4-8 is twice standard, up to its removal: 10K at $10.
    (
        "0.1",
        "claude-opus-4-8",
        "2026-11-29T23:59:59",
        {"tier": "ultrafast", "uncached_input": 10_000},
    ),
    # Above 200,000 tokens opus-4-6 cost double until 2026-03-13: 200,001 at $10, then at $5.
    ("2.00001", "claude-opus-4-6", "2026-03-12", {"uncached_input": 200_001}),
    ("1.000005", "claude-opus-4-6", "2026-03-13", {"uncached_input": 200_001}),
    # Above 100,000 tokens haiku-5-5 costs five times as much: 100,000 at $0.10, one more at
    # $0.50.
    ("0.01", "claude-haiku-5-5", "2026-11-01", {"uncached_input": 100_000}),
    ("0.0500005", "claude-haiku-5-5", "2026-11-01", {"uncached_input": 100_001}),
    # The rise of sonnet-5 was called off: 1M at $2.
    ("2", "claude-sonnet-5", "2026-10-01", {"uncached_input": 1_000_000}),
    # Reads of sonnet-5-5 became half as dear: 1M at $0.20, then at $0.10.
    ("0.2", "claude-sonnet-5-5", "2026-10-06", {"cache_read": 1_000_000}),
    ("0.1", "claude-sonnet-5-5", "2026-10-07", {"cache_read": 1_000_000}),
]


@pytest.mark.parametrize(("usd", "model", "at", "request_"), ANTHROPIC)
def test_hand_computed_bills_of_anthropic(usd, model, at, request_):
    assert bill(model, at, provider="anthropic", **request_) == Decimal(usd)


GOOGLE = [
    # A batch halves input and output, not cached input: 100K at $1, 100K at $0.20, 1K at $6.
    (
        "0.126",
        "gemini-3.1-pro-preview",
        "2026-09-01",
        {"tier": "batch", "uncached_input": 100_000, "cache_read": 100_000, "output": 1_000},
    ),
    # One token more makes it long: 100,001 at $2, 100K at $0.40, 1K at $9.
    (
        "0.249002",
        "gemini-3.1-pro-preview",
        "2026-09-01",
        {"tier": "batch", "uncached_input": 100_001, "cache_read": 100_000, "output": 1_000},
    ),
    # Printed as 0.02, not the exact half 0.015.
    (
        "0.02",
        "gemini-3.5-flash-lite",
        "2026-09-01",
        {"tier": "batch", "cache_read": 1_000_000},
    ),
    # Introductory prices end: 1M in at $2, then at $4; at $0.75, then at $1.50.
    ("2", "gemini-4-argon", "2026-11-30T23:59:59", {"uncached_input": 1_000_000}),
    ("4", "gemini-4-argon", "2026-12-01", {"uncached_input": 1_000_000}),
    ("0.75", "gemini-3.8-flash", "2026-12-31T23:59:59", {"uncached_input": 1_000_000}),
    ("1.5", "gemini-3.8-flash", "2027-01-01", {"uncached_input": 1_000_000}),
    # Priority is 1.8 times standard: 100K at $3.60.
    (
        "0.36",
        "gemini-3.1-pro-preview",
        "2026-09-01",
        {"tier": "priority", "uncached_input": 100_000},
    ),
]


@pytest.mark.parametrize(("usd", "model", "at", "request_"), GOOGLE)
def test_hand_computed_bills_of_google(usd, model, at, request_):
    assert bill(model, at, provider="google", **request_) == Decimal(usd)


@pytest.mark.parametrize(
    ("reason", "model", "at", "request_"),
    [
        ("tier_not_offered", "gpt-5.4", "2026-09-01", {"tier": "priority", "prompt": 272_001}),
        ("tier_not_offered", "gpt-5.5", "2026-09-01", {"tier": "priority", "prompt": 272_001}),
        ("tier_not_offered", "gpt-5.4-nano", "2026-09-01", {"tier": "priority"}),
        ("tier_not_offered", "gpt-5.4-pro", "2026-09-01", {"tier": "priority"}),
        ("tier_not_offered", "gpt-5.5-pro", "2026-09-01", {"tier": "priority"}),
        ("tier_not_offered", "gpt-5.6-sol", "2026-09-01", {"tier": "ultrafast"}),
        ("tier_not_offered", "gpt-5.4", "2026-09-01", {"tier": "scale"}),
        ("rate_not_published", "gpt-5.5-pro", "2026-09-01", {"tier": "batch", "prompt": 272_001}),
        ("rate_not_published", "gpt-5.5-pro", "2026-09-01", {"tier": "flex", "prompt": 272_001}),
        ("rate_not_published", "gpt-5.6-sol", "2026-08-17", {"tier": "priority", "prompt": 10**6}),
        ("no_price_at_date", "gpt-5.5", "2026-04-23T23:59:59", {}),
        # The promise for Sol ends; what follows is not assumed.
        ("no_price_at_date", "gpt-5.6-sol", "2026-11-22", {}),
        ("meter_without_rate", "gpt-5.6-sol", "2026-08-20", {"cache_write_long": 1}),
        ("meter_without_rate", "gpt-5.5", "2026-08-20", {"cache_write_long": 1}),
        ("unknown_model", "gpt-5.5-2026-04-23", "2026-09-01", {}),
        ("tier_unknown", "gpt-5.5", "2026-09-01", {"tier": "unknown"}),
        ("region_unknown", "gpt-5.5", "2026-09-01", {"region": "mars"}),
        # Whether a search by a model that does not reason costs $10 or $25, no log says.
        ("meter_without_rate", "gpt-4.1", "2026-09-01", {"web_search": 1}),
        # The batch table prints a dash for cached input before gpt-5.
        ("meter_without_rate", "gpt-4.1", "2026-09-01", {"tier": "batch", "cache_read": 1}),
        ("meter_without_rate", "gpt-6.2-sol", "2026-11-18", {"cache_read": 1}),
        ("rate_not_published", "gpt-6.2-astra", "2026-11-18", {"prompt": 272_001}),
        ("rate_not_published", "gpt-6.2-astra", "2026-11-18", {"tier": "batch"}),
        # The alias and a snapshot had two prices for two months.
        ("rate_not_published", "gpt-4o", "2024-09-01", {}),
        ("tier_not_offered", "gpt-5-nano", "2026-09-01", {"tier": "priority"}),
        ("tier_not_offered", "gpt-5.3-codex", "2026-09-01", {"tier": "batch"}),
        ("tier_not_offered", "gpt-6-sol", "2026-10-01", {"tier": "ultrafast"}),
        ("tier_not_offered", "gpt-6-astra", "2026-09-28", {"tier": "ultrafast"}),
        ("tier_not_offered", "claude-opus-4-8", "2026-11-30", {"tier": "ultrafast"}),
        ("tier_not_offered", "claude-opus-4-7", "2026-07-24", {"tier": "ultrafast"}),
        ("tier_not_offered", "claude-sonnet-4-5", "2026-05-01", {"prompt": 200_001}),
        ("tier_not_offered", "claude-haiku-4-5", "2026-05-01", {"tier": "flex"}),
        # Anthropic's priority tier is capacity committed by contract.
        ("rate_not_published", "claude-opus-5", "2026-09-01", {"tier": "priority"}),
        ("rate_not_published", "gemini-3-pro-preview", "2026-01-01", {"tier": "batch"}),
        # An introductory price ends, and what follows is printed for some tiers only.
        ("rate_not_published", "gemini-4-argon", "2026-12-01", {"tier": "flex"}),
    ],
)  # fmt: skip
def test_what_the_table_cannot_price(reason, model, at, request_):
    [provider] = [sold for sold, name in BOOK.models if name == model] or ["openai"]
    with pytest.raises(PricingError) as refusal:
        bill(model, at, provider=provider, **request_)

    assert refusal.value.reason == reason


def test_the_same_bills_in_bulk():
    bills = [("openai", *bill) for bill in OPENAI]
    bills += [("anthropic", *bill) for bill in ANTHROPIC] + [("google", *bill) for bill in GOOGLE]
    kinds = {"event_id": "INTEGER", "provider": "VARCHAR", "model_raw": "VARCHAR"}
    kinds |= {"service_tier": "VARCHAR", "region": "VARCHAR", "event_ts": "TIMESTAMP"}
    kinds |= {"input_tokens": "BIGINT", "billable": "BOOLEAN", "usage_missing": "BOOLEAN"}
    kinds |= {"other_units": "VARCHAR", **{meter.event_column: "BIGINT" for meter in Meter}}
    rows = [usage_row(number, *bill) for number, bill in enumerate(bills)]
    arrays = [list(column) for column in zip(*rows, strict=True)]
    columns = ", ".join(f"unnest(?::{kind}[]) as {name}" for name, kind in kinds.items())
    with duckdb.connect() as con:
        install_rates(con, BOOK)
        con.execute(f"create table logged as select {columns}", arrays)
        con.execute(
            "create table model_name as select distinct provider, model_raw, model_raw as model,"
            " provider as vendor from logged"
        )
        con.execute("create view usage as from logged")
        con.execute(f"create table found as {sql('find_rate')}")
        con.execute("create or replace view usage as select * exclude (model) from found")
        answer = f"select cost_pico from ({sql('rated_usage')}) order by event_id"
        costs = [usd(pico) for (pico,) in con.execute(answer).fetchall()]

    assert costs == [Decimal(printed) for _, printed, *_ in bills]


def usage_row(number, provider, _, model, at, request):
    used = {meter: request.get(meter) or 0 for meter in Meter}
    prompt = request.get("prompt")
    if prompt is None:
        prompt = sum(used[meter] for meter in TOKEN_METERS if meter is not Meter.OUTPUT)
    where = (request.get("tier", "standard"), request.get("region", "global"))
    moment = datetime.fromisoformat(at)
    return (number, provider, model, *where, moment, prompt, True, False, None, *used.values())


# ---------------------------------------------------------------- contents


def test_every_cell_of_every_model_is_said():
    cells = {(entry.model, entry.tier, entry.band) for entry in BOOK.entries}

    assert cells == {
        (model.model, tier, band)
        for model in BOOK.models.values()
        for tier, band in product(PRICED_TIERS, model.bands)
    }


def test_every_source_is_described_and_cited():
    cited = {s.partition("@")[0] for entry in BOOK.entries for s in entry.sources}
    cited |= {s for fee in BOOK.tools for s in fee.sources}

    assert cited <= set(BOOK.sources)
    assert set(BOOK.sources) <= cited | {"openai-model-gpt-5-4-pro"}  # of the uplift


def test_a_price_known_ahead_or_late_is_never_dated_after_today():
    for entry in BOOK.entries:
        assert entry.known_at <= datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("tier", ["standard", "batch", "flex"])
def test_long_prompts_of_openai_cost_double_and_half_as_much_again_for_output(tier):
    prices = {
        (entry.model, entry.band, entry.effective_from): entry.rates
        for entry in BOOK.entries
        if (entry.provider, entry.tier) == ("openai", tier) and entry.rates
    }
    longs = [key for key in prices if key[1] is ContextBand.LONG]
    assert longs
    for model, band, start in longs:
        short = prices[model, ContextBand.SHORT, start]
        long = prices[model, band, start]
        assert long[Meter.UNCACHED_INPUT] == 2 * short[Meter.UNCACHED_INPUT]
        assert 2 * long[Meter.OUTPUT] == 3 * short[Meter.OUTPUT]


# ---------------------------------------------------------------- the past


def published():
    """Return a line per published statement: what it is about, and its digest.

    A withdrawal has its own line, so that it is added and never taken back. Notes
    may be reworded.
    """
    lines = {}
    for provider in BOOK.providers.values():
        for region in provider.regions:
            key = f"{provider.provider}/region/{region}"
            lines[key] = digest(str(provider.regional_multiplier))
    for fee in BOOK.tools:
        key = f"{fee.provider}/tool/{fee.tool}@{instant_text(fee.effective_from)}"
        stated = {**asdict(fee), "note": ""}
        if not fee.models:
            del stated["models"]
        lines[key] = digest(stated)
    for model in BOOK.models.values():
        for name in model.ids:
            lines[f"{model.provider}/id/{name}"] = digest(model.model)
        facts = (model.released, model.long_context_above, model.regional_uplift)
        lines[f"{model.provider}/{model.model}"] = digest(facts)
    for entry in BOOK.entries:
        key = f"{entry.price_version} known {instant_text(entry.known_at)}"
        withdrawn = {"status": "", "withdrawn_at": ""}
        assert key not in lines, f"{key}: two entries cannot be told apart"
        lines[key] = digest({**asdict(entry), **withdrawn, "note": "", "stated": said(entry)})
        if entry.withdrawn_at:
            lines[f"{key} withdrawn"] = digest(entry.withdrawn_at)
    return lines


def said(entry):
    """Return the words beside the rates; 2.5 and 2.50 are one price."""
    return {meter: text for meter, text in entry.stated.items() if not text[0].isdigit()}


def digest(content):
    return sha256(dumps(content, default=str, sort_keys=True).encode()).hexdigest()[:16]


def test_the_past_is_append_only(request):
    """New entries are pinned by `pytest tests/test_price_table.py --update-golden`.

    The option adds lines. It never changes one: what was published stays.
    """
    now = published()
    pinned = dict(line.rsplit("  ", 1) for line in PINS.read_text("utf-8").splitlines())
    changed = [key for key, value in pinned.items() if now.get(key) != value]
    new = [key for key in now if key not in pinned]
    if new and not changed and request.config.getoption("--update-golden"):
        with PINS.open("a", encoding="utf-8") as pins:
            pins.writelines(f"{key}  {now[key]}\n" for key in new)
        new = []

    assert changed == [], "published entries were edited or deleted: add a successor"
    assert new == [], "not pinned yet: pytest tests/test_price_table.py --update-golden"
