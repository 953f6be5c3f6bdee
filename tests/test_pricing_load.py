"""Every way a price table can be wrong, and the message it gets."""

from datetime import UTC, datetime

import pytest

from pricing.load import PriceTableError, load_price_book
from pricing.vocabulary import Meter

TABLE = """\
sources:
  list: {what: the printed list, locator: a drawer, kind: made_up}
providers:
  - provider: acme
    regional_uplift: {multiplier: 1.1, regions: [eu], sources: [list], confidence: high}
    tools:
      - {tool: search, meter: web_search, price: 10, per: 1K calls,
         effective_from: 2026-01-01, basis: release, known_at: 2026-01-01,
         sources: [list], confidence: high}
      - {tool: box, meter: container, price: 0.03, per: session,
         effective_from: 2026-01-01, basis: release, known_at: 2026-01-01,
         sources: [list], confidence: high}
models:
  - model: large
    provider: acme
    ids: [large, large-1]
    released: 2026-01-01
    shutdown: none
    limits: {context: 4000, input: 3000, output: none}
    long_context_above: 1000
    regional_uplift: yes
    prices:
      - {tier: standard, context: short, effective_from: 2026-01-01, status: active,
         rates: {input: 2.50, cached_input: 0.25, cache_write_30m: input,
                 cache_write_12h: not_published, output: 15},
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
      - {tier: standard, context: long, effective_from: 2026-01-01, status: active,
         effective_to: 2026-03-01,
         rates: {input: 5, cached_input: 0.5, cache_write_30m: input,
                 cache_write_12h: not_published, output: 20},
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
      - {tier: standard, context: long, effective_from: 2026-03-01, status: active,
         rates: {input: 4, cached_input: 0.4, cache_write_30m: input,
                 cache_write_12h: not_published, output: 18},
         basis: announced, known_at: 2026-02-01, sources: [list@r2], confidence: low}
      - {tier: [batch, flex, priority, ultrafast, scale], context: [short, long],
         effective_from: 2026-01-01, status: active,
         not_offered: standard only,
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
  - model: small
    provider: acme
    ids: [small]
    released: 2026-02-01T12:30:00Z
    shutdown: 2027-01-01
    limits: {context: 1000, input: 1000, output: 1000}
    long_context_above: none
    regional_uplift: no
    prices:
      - {tier: standard, context: short, effective_from: 2026-02-01T12:30:00Z,
         rates: {input: 0.000001, cached_input: 0, cache_write_5m: 1,
                 cache_write_1h: 1, output: 1}, status: active,
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
      - {tier: [batch, flex, priority, ultrafast, scale], context: short,
         effective_from: 2026-02-01T12:30:00Z, status: active,
         not_published: no list,
         basis: release, known_at: 2026-01-01, sources: [list], confidence: high}
"""


@pytest.fixture
def write(tmp_path):
    def write_table(text, name="table.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_table


def faults_of(path, **options):
    with pytest.raises(PriceTableError) as refusal:
        load_price_book(path, **options)
    return refusal.value.faults


def test_the_table_of_these_tests_is_right(write):
    book = load_price_book(write(TABLE))

    assert sorted(model.model for model in book.models.values()) == ["large", "small"]
    assert book.models["acme", "small"].released == datetime(2026, 2, 1, 12, 30, tzinfo=UTC)


# What is written instead of what, the line of the fault counted from there, and
# what is said about it.
FAULTS = {
    "rate: nan": ("input: 2.50", "input: nan", 0, "input: not a price: 'nan'"),
    "rate: inf": ("input: 2.50", "input: .inf", 0, "input: not a price: '.inf'"),
    "rate: exponent": ("input: 2.50", "input: 1e3", 0, "input: not a price: '1e3'"),
    "rate: word": ("input: 2.50", "input: abc", 0, "input: not a price: 'abc'"),
    "rate: hex": ("input: 2.50", "input: 0x1F", 0, "input: not a price: '0x1F'"),
    "rate: sexagesimal": ("input: 2.50", "input: 1:30", 0, "input: not a price: '1:30'"),
    "rate: thousands": ("input: 2.50", "input: 1_000", 0, "input: not a price: '1_000'"),
    "rate: currency": ("input: 2.50", "input: $2.50", 0, "input: not a price: '$2.50'"),
    "rate: negative": ("output: 15", "output: -15", 0, "a price cannot be negative: -15"),
    "rate: too fine": (
        "input: 2.50",
        "input: 0.0000001",
        0,
        "input: finer than one pico-dollar: 0.0000001 per 1M tokens",
    ),
    "rate: too high": (
        "output: 15",
        "output: 15000000",
        0,
        "output: too high to be a price: 15000000 per 1M tokens",
    ),
    "rate: empty": ("input: 2.50", "input: ", 0, "input: is empty"),
    "rate: a list": ("input: 2.50", "input: [2.50]", 0, "input: expected one value"),
    "rate: input as input": (
        "{input: 2.50",
        "{input: input",
        0,
        "input: not a price: 'input'",
    ),
    "rate: output as input": (
        "output: 15",
        "output: input",
        0,
        "output: not a price: 'input'",
    ),
    "rate: missing": (
        "cached_input: 0.25, ",
        "",
        0,
        "rates: no word on cached_input; write a rate, not_offered or not_published",
    ),
    "rate: either name missing": (
        "{input: 2.50, cached_input: 0.25, cache_write_30m: input,",
        "{input: 2.50, cached_input: 0.25,",
        0,
        (
            "rates: no word on cache_write_30m or cache_write_5m; write a rate,"
            " not_offered or not_published"
        ),
    ),
    "rate: two names": (
        "cache_write_30m: input,\n                 cache_write_12h: not_published, output: 15",
        (
            "cache_write_30m: input, cache_write_5m: 3,\n"
            "                 cache_write_12h: not_published, output: 15"
        ),
        0,
        "cache_write_5m: cache_write has a rate already, under another name",
    ),
    "unknown meter": (
        "cached_input: 0.25",
        "cached: 0.25, cached_input: 0.25",
        0,
        "unknown key 'cached'; did you mean 'cached_input'?",
    ),
    "unknown tool meter": (
        "meter: web_search",
        "meter: web_surf",
        0,
        "meter: 'web_surf' is none of web_search, file_search, container, none",
    ),
    "unknown tier": (
        "tier: standard, context: short, effective_from: 2026-01-01",
        "tier: turbo, context: short, effective_from: 2026-01-01",
        0,
        "tier: 'turbo' is none of standard, batch, flex, priority, ultrafast, scale",
    ),
    "tier unknown has no price": (
        "flex, priority, ultrafast, scale], context: short",
        "flex, priority, ultrafast, scale, unknown], context: short",
        0,
        "tier: 'unknown' is none of standard, batch, flex, priority, ultrafast, scale",
    ),
    "unknown band": (
        "tier: standard, context: short, effective_from: 2026-01-01",
        "tier: standard, context: huge, effective_from: 2026-01-01",
        0,
        "context: 'huge' is none of short, long",
    ),
    "long in one band": (
        "ultrafast, scale], context: short",
        "ultrafast, scale], context: [short, long]",
        0,
        "context: the model has one band (long_context_above: none), write `short`",
    ),
    "rates for several cells": (
        "tier: standard, context: short, effective_from: 2026-02-01T12:30:00Z",
        "tier: [standard, batch], context: short, effective_from: 2026-02-01T12:30:00Z",
        1,
        "rates are for one tier and one context",
    ),
    "bad status": ("status: active", "status: live", 0, "status: 'live' is none of"),
    "bad basis": ("basis: announced", "basis: rumour", 0, "basis: 'rumour' is none of"),
    "bad confidence": (
        "confidence: low",
        "confidence: shaky",
        0,
        "confidence: 'shaky' is none of high, medium, low",
    ),
    "date: word": (
        "released: 2026-01-01",
        "released: soon",
        0,
        "released: not a date: 'soon'; write 2026-08-21 or 2026-08-21T17:00:00Z",
    ),
    "date: no such day": (
        "released: 2026-01-01",
        "released: 2026-02-30",
        0,
        "released: not a date: '2026-02-30'",
    ),
    "date: without an offset": (
        "released: 2026-01-01",
        "released: 2026-01-01T12:00:00",
        0,
        "released: not a date: '2026-01-01T12:00:00'",
    ),
    "date: another offset": (
        "released: 2026-01-01",
        "released: 2026-01-01T12:00:00+02:00",
        0,
        "released: not a date:",
    ),
    "date: unbelievable": (
        "released: 2026-01-01",
        "released: 0226-01-01",
        0,
        "released: not a believable year: 0226-01-01",
    ),
    "overlap: same start": (
        "context: long, effective_from: 2026-03-01",
        "context: long, effective_from: 2026-01-01",
        0,
        "large standard/long: overlap, two entries hold from 2026-01-01",
    ),
    "overlap": (
        "context: long, effective_from: 2026-03-01",
        "context: long, effective_from: 2026-02-01",
        0,
        (
            "large standard/long: overlap, the entry before holds until 2026-03-01,"
            " this one from 2026-02-01"
        ),
    ),
    "gap": (
        "context: long, effective_from: 2026-03-01",
        "context: long, effective_from: 2026-04-01T06:00:00Z",
        0,
        "large standard/long: gap, nothing is said from 2026-03-01 to 2026-04-01T06:00:00Z",
    ),
    "gap after the release": (
        "tier: standard, context: short, effective_from: 2026-01-01",
        "tier: standard, context: short, effective_from: 2026-01-02",
        0,
        (
            "large standard/short: the first entry, from 2026-01-02, starts only after the"
            " release on 2026-01-01; a time without a price is written as not_published"
        ),
    ),
    "before the release": (
        "tier: standard, context: short, effective_from: 2026-01-01",
        "tier: standard, context: short, effective_from: 2025-12-31",
        0,
        "starts before the release on 2026-01-01",
    ),
    "effective_to first": (
        "effective_to: 2026-03-01",
        "effective_to: 2026-01-01",
        0,
        "effective_to is not later than effective_from",
    ),
    "withdrawn without a date": (
        "effective_from: 2026-03-01, status: active",
        "effective_from: 2026-03-01, status: withdrawn",
        0,
        "`status: withdrawn` and `withdrawn_at: <date>` go together",
    ),
    "withdrawn only by date": (
        "effective_from: 2026-03-01, status: active",
        "effective_from: 2026-03-01, status: active, withdrawn_at: 2026-02-01",
        0,
        "`status: withdrawn` and `withdrawn_at: <date>` go together",
    ),
    "missing cell": (
        "tier: [batch, flex, priority, ultrafast, scale], context: short",
        "tier: [batch, flex, priority, ultrafast], context: short",
        -13,
        "small scale/short: no entry; write its rates, not_offered or not_published",
    ),
    "neither rates nor reason": (
        "         not_offered: standard only,\n",
        "",
        -2,
        "the entry says neither rates nor not_offered nor not_published",
    ),
    "rates and a reason": (
        "rates: {input: 2.50",
        "not_offered: no, rates: {input: 2.50",
        -1,
        "the entry says both rates and not_offered",
    ),
    "two reasons": (
        "not_offered: standard only",
        "not_offered: a, not_published: b",
        -2,
        "the entry says both not_offered and not_published",
    ),
    "a reason without words": (
        "not_offered: standard only",
        "not_offered: ''",
        0,
        "not_offered: is empty",
    ),
    "missing source": (
        "known_at: 2026-02-01, sources: [list@r2], confidence: low",
        "known_at: 2026-02-01, confidence: low",
        -3,
        "sources is missing",
    ),
    "empty sources": ("sources: [list@r2]", "sources: []", 0, "sources: the list is empty"),
    "unknown source": (
        "sources: [list@r2]",
        "sources: [memo@r2]",
        -3,
        "sources: 'memo@r2' is not under `sources`",
    ),
    "unknown source of a fee": (
        (
            "per: session,\n         effective_from: 2026-01-01, basis: release,"
            " known_at: 2026-01-01,\n         sources: [list]"
        ),
        (
            "per: session,\n         effective_from: 2026-01-01, basis: release,"
            " known_at: 2026-01-01,\n         sources: [memo]"
        ),
        0,
        "sources: 'memo' is not under `sources`",
    ),
    "unknown source of the uplift": (
        "regions: [eu], sources: [list]",
        "regions: [eu], sources: [memo]",
        0,
        "sources: 'memo' is not under `sources`",
    ),
    "a source without a locator": (
        "locator: a drawer, ",
        "",
        0,
        "locator is missing",
    ),
    "unknown key": (
        "    released: 2026-01-01",
        "    relaesed: 2026-01-01\n    released: 2026-01-01",
        0,
        "unknown key 'relaesed'; did you mean 'released'?",
    ),
    "unknown section": (
        "providers:\n",
        "extras: []\nproviders:\n",
        0,
        "unknown key 'extras'; the keys are sources, providers, models",
    ),
    "key given twice": (
        "    released: 2026-01-01",
        "    released: 2026-01-01\n    released: 2026-01-01",
        1,
        "'released' is given twice",
    ),
    "rate given twice": (
        "cached_input: 0.25",
        "cached_input: 0.25, cached_input: 0.20",
        0,
        "'cached_input' is given twice",
    ),
    "missing key": (
        "    shutdown: none\n",
        "",
        -4,
        "shutdown is missing",
    ),
    "no prices": (
        TABLE[
            TABLE.index(
                "    prices:\n      - {tier: standard, context: short, effective_from: 2026-02-01T"
            ) :
        ],
        "",
        -8,
        "prices is missing",
    ),
    "duplicate model": (
        "  - model: small",
        "  - model: large",
        0,
        "model large is described twice",
    ),
    "duplicate alias": (
        "ids: [small]",
        "ids: [small, large-1]",
        -2,
        "ids: 'large-1' is an id of large already",
    ),
    "an id list without the model": (
        "ids: [small]",
        "ids: [smallish]",
        0,
        "ids: small itself is not listed",
    ),
    "an id with a space": ("large-1]", "large 1]", 0, "ids: not an id: 'large 1'"),
    "duplicate provider": (
        "models:\n",
        "  - {provider: acme, regional_uplift: none}\nmodels:\n",
        0,
        "provider acme is described twice",
    ),
    "unknown provider": (
        "    provider: acme\n    ids: [small]",
        "    provider: acne\n    ids: [small]",
        -1,
        "provider 'acne' is not under `providers`",
    ),
    "two fees at once": (
        "tool: box, meter: container, price: 0.03, per: session",
        "tool: search, meter: web_search, price: 0.03, per: 1K calls",
        0,
        "search: a second fee from 2026-01-01, see line 7",
    ),
    "two tools on one meter": (
        "tool: box, meter: container, price: 0.03, per: session",
        "tool: box, meter: web_search, price: 0.03, per: 1K calls",
        0,
        "meter web_search is rated by search already",
    ),
    "a fee per the wrong unit": (
        "price: 10, per: 1K calls",
        "price: 10, per: session",
        0,
        "per: web_search is counted per call, not per session",
    ),
    "a fee that is no price": (
        "price: 0.03, per: session",
        "price: 3 cents, per: session",
        0,
        "price: not a price: '3 cents'",
    ),
    "a fee per token": (
        "price: 0.03, per: session",
        "price: 0.03, per: 1M tokens",
        0,
        "per: '1M tokens' is none of 1K calls, session",
    ),
    "uplift below one": (
        "multiplier: 1.1",
        "multiplier: 0.1",
        0,
        "multiplier: not a factor: '0.1'",
    ),
    "threshold": (
        "long_context_above: 1000",
        "long_context_above: 1K",
        0,
        "long_context_above: not a number of tokens: '1K'",
    ),
    "yes or no": (
        "regional_uplift: no",
        "regional_uplift: false",
        0,
        "regional_uplift: 'false' is none of yes, no",
    ),
    "a list where pairs belong": (
        "limits: {context: 4000, input: 3000, output: none}",
        "limits: [4000, 3000]",
        0,
        "expected `key: value` pairs here",
    ),
    "pairs where a list belongs": (
        "    tools:\n      - {tool: search",
        "    tools:\n        {tool: search",
        None,
        "not readable as YAML",
    ),
    "one value where a list belongs": (
        TABLE[TABLE.index("    tools:\n") : TABLE.index("models:\n")],
        "    tools: none\n",
        0,
        "tools: expected a list",
    ),
    "a list in a list": (
        "regions: [eu]",
        "regions: [[eu]]",
        0,
        "regions: expected a list of single values",
    ),
    "malformed": ("released: 2026-01-01", "released: [2026-01-01", None, "not readable"),
    "a tab": ("    released: 2026-01-01", "\treleased: 2026-01-01", None, "not readable"),
    "a control character": ("a drawer", "a \x01 drawer", None, "not readable"),
}


@pytest.mark.parametrize(("old", "new", "offset", "message"), FAULTS.values(), ids=FAULTS)
def test_a_wrong_table_is_refused_with_its_line(write, old, new, offset, message):
    text = TABLE.replace(old, new, 1)
    assert text != TABLE
    [fault] = faults_of(write(text))

    assert message in fault.message
    if offset is not None:
        assert fault.line == TABLE[: TABLE.index(old)].count("\n") + 1 + offset


def test_every_fault_is_reported_in_one_run_in_the_order_of_the_file(write):
    text = TABLE
    names = ("yes or no", "gap", "rate: nan", "duplicate alias", "unknown tier")
    for name in names:
        old, new, _, _ = FAULTS[name]
        text = text.replace(old, new, 1)
    path = write(text)
    with pytest.raises(PriceTableError) as refusal:
        load_price_book(path)

    lines = str(refusal.value).splitlines()
    assert lines[1] == f"{path}:24: input: not a price: 'nan'; write a plain number such as 2.50"
    assert [fault.line for fault in refusal.value.faults] == [23, 24, 32, 40, 47]


def test_a_file_that_is_not_there_is_a_fault(tmp_path):
    [fault] = faults_of(tmp_path / "none.yaml")

    assert str(fault) == f"{tmp_path}/none.yaml:0: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("- a list\n", "expected `key: value` pairs here"),
        ("models: [{? [a]: b}]\n", "unknown key '[...]'"),
        ("models: []\n---\nmodels: []\n", "not readable as YAML"),
    ],
)
def test_a_file_that_is_no_table_is_a_fault(write, text, message):
    assert message in faults_of(write(text))[0].message


def test_bytes_that_are_no_text_are_a_fault(tmp_path):
    path = tmp_path / "table.yaml"
    path.write_bytes(TABLE.encode().replace(b"a drawer", b"a dr\xffwer"))
    [fault] = faults_of(path)

    assert "not readable as YAML" in fault.message


# ---------------------------------------------------------------- overlays

OVERLAY = """\
sources:
  invoice: {what: our invoice, locator: accounts, kind: invoice}
models:
  - model: large
    provider: acme
    ids: [our-large]
    prices:
      - {tier: standard, context: short, effective_from: 2026-01-01, status: active,
         rates: {input: 2, cached_input: 0.2, cache_write_30m: input,
                 cache_write_12h: 4, output: 12},
         basis: announced, known_at: 2026-01-05, sources: [invoice], confidence: high}
      - {tier: standard, context: short, effective_from: 2026-05-01, status: active,
         not_published: under negotiation,
         basis: announced, known_at: 2026-04-05, sources: [invoice], confidence: high}
"""


def output_price(book, day):
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    price = book.find("acme", "large", "standard", at=at, input_tokens=0)
    return price.rates["output"]


def test_an_overlay_replaces_the_entry_of_the_same_start_and_adds_others(write):
    plain = load_price_book(write(TABLE))
    over = load_price_book(write(TABLE), overlay=write(OVERLAY, "ours.yaml"))

    assert output_price(plain, "2026-02-01") == 15_000_000
    assert output_price(over, "2026-02-01") == 12_000_000
    assert len(over.entries) == len(plain.entries) + 1
    assert over.model_ids["acme", "our-large"] == "large"
    assert over.model_ids["acme", "large-1"] == "large"
    assert over.models["acme", "large"].long_context_above == 1000
    assert over.digest != plain.digest


def test_an_overlay_adds_a_model_a_provider_a_region_and_a_fee(write):
    small = TABLE[TABLE.index("  - model: small") :].replace("acme", "other")
    overlay = f"""\
providers:
  - provider: acme
    regional_uplift: {{multiplier: 1.2, regions: [eu, us], sources: [list], confidence: low}}
    tools:
      - {{tool: box, meter: container, price: 0.05, per: session,
         effective_from: 2026-01-01, basis: release, known_at: 2026-01-01,
         sources: [list], confidence: high}}
  - {{provider: other, regional_uplift: none}}
models:
{small}"""
    book = load_price_book(write(TABLE), overlay=write(overlay, "ours.yaml"))

    assert ("other", "small") in book.models
    assert book.providers["acme"].regions == ("eu", "us")
    assert [(fee.tool, fee.pico_per_unit) for fee in book.tools] == [
        ("search", 10_000_000_000),
        ("box", 50_000_000_000),
    ]


def test_an_overlay_has_its_own_name_in_a_fault(write):
    ours = write(OVERLAY.replace("sources: [invoice]", "sources: [gossip]", 1), "ours.yaml")
    [fault] = faults_of(write(TABLE), overlay=ours)

    assert str(fault) == f"{ours}:8: sources: 'gossip' is not under `sources`"


def test_an_overlay_may_correct_a_fact(write):
    overlay = """\
models:
  - model: small
    provider: acme
    shutdown: 2028-01-01
    regional_uplift: yes
    note: seen on the invoice
"""
    book = load_price_book(write(TABLE), overlay=write(overlay, "ours.yaml"))

    assert book.models["acme", "small"].regional_uplift
    assert book.models["acme", "small"].shutdown == datetime(2028, 1, 1, tzinfo=UTC)
    assert book.models["acme", "small"].context_tokens == 1000


TIERS = """\
    tiers_without_price:
      - {tier: [flex, scale], not_offered: standard only, sources: [list], confidence: high}
      - {tier: priority, not_published: by contract, sources: [list], confidence: low}
    tools:
"""


def test_a_tier_without_a_price_is_said_once_for_a_provider(write):
    text = TABLE.replace("    tools:\n", TIERS, 1)
    text = text.replace(
        "{tier: [batch, flex, priority, ultrafast, scale], context: [short, long],",
        "{tier: [batch, ultrafast], context: [short, long],",
    )
    book = load_price_book(write(text))
    said = {
        (entry.tier.value, entry.band.value): (entry.why, entry.price_version)
        for entry in book.entries
        if entry.model == "large" and entry.reason
    }

    assert said["scale", "long"] == ("standard only", "acme/large/scale/long@2026-01-01")
    assert said["priority", "short"][0] == "by contract"
    small = [e for e in book.entries if e.model == "small" and e.tier == "flex"]
    assert [entry.why for entry in small] == ["no list"]  # what a model says stands


def test_what_a_provider_says_holds_until_the_model_has_a_price(write):
    late = """\
      - {tier: flex, context: [short, long], effective_from: 2026-02-01, status: active,
         not_published: came late,
         basis: first_seen, known_at: 2026-02-01, sources: [list], confidence: high}
      - {tier: [batch, ultrafast], context: [short, long],"""
    text = TABLE.replace("    tools:\n", TIERS, 1)
    text = text.replace(
        "      - {tier: [batch, flex, priority, ultrafast, scale], context: [short, long],", late
    )
    book = load_price_book(write(text))
    flex = [e for e in book.entries if (e.model, e.tier, e.band) == ("large", "flex", "long")]

    assert sorted(entry.why for entry in flex) == ["came late", "standard only"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("not_offered: standard only, ", "", "the entry says neither rates nor not_offered nor not_published"),  # noqa: E501
        ("tier: [flex, scale]", "tier: [flex, turbo]", "'turbo' is none of standard"),
        ("tier: priority,", "tier: priority, rates: 1,", "unknown key 'rates'"),
        ("confidence: low", "confidence: certain", "'certain' is none of high"),
    ],
)  # fmt: skip
def test_a_tier_without_a_price_can_be_wrong(write, old, new, message):
    tiers = TIERS.replace(old, new)
    found = faults_of(write(TABLE.replace("    tools:\n", tiers, 1)))

    assert any(message in fault.message for fault in found)


def test_a_fee_can_be_for_some_models(write):
    fee = """\
    tools:
      - {tool: search-small, meter: web_search, models: [small], price: not_published,
         per: 1K calls, effective_from: 2026-01-01, basis: release, known_at: 2026-01-01,
         sources: [list], confidence: high}
"""
    book = load_price_book(write(TABLE.replace("    tools:\n", fee, 1)))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    large = book.find("acme", "large", "standard", at=at, input_tokens=1)
    small = book.find("acme", "small", "standard", at=at, input_tokens=1)

    assert large.rates[Meter.WEB_SEARCH] == 10_000_000_000
    assert Meter.WEB_SEARCH not in small.rates
    assert small.rates[Meter.CONTAINER] == 30_000_000_000


def test_a_fee_for_a_model_that_is_not_there(write):
    text = TABLE.replace("meter: web_search,", "meter: web_search, models: [tiny],", 1)
    [fault] = faults_of(write(text))

    assert fault.message == "models: acme has no model 'tiny'"


def test_a_source_says_when_it_was_checked_and_a_release_how_it_is_known(write):
    text = TABLE.replace("kind: made_up}", "kind: made_up, checked: 2026-02-03}")
    text = text.replace(
        "released: 2026-01-01\n", "released: 2026-01-01\n    released_basis: first_seen\n"
    )
    book = load_price_book(write(text))

    assert book.sources["list"].checked == datetime(2026, 2, 3, tzinfo=UTC)
    assert book.models["acme", "large"].released_basis == "first_seen"
    assert book.models["acme", "small"].released_basis == "release"
