"""Find the one price that applied, or say which of the named reasons stands against."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pricing.errors import PricingError
from pricing.load import load_price_book
from pricing.vocabulary import Meter, UnpricedReason

BOOK = load_price_book(Path(__file__).parent / "prices.yaml")


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def find(book=BOOK, **changed):
    asked = {
        "provider": "acme",
        "model": "acme-large",
        "tier": "standard",
        "at": day("2026-02-20"),
        "input_tokens": 0,
        "region": "global",
    } | changed
    provider, model, tier = (asked.pop(key) for key in ("provider", "model", "tier"))
    return book.find(provider, model, tier, **asked)


@pytest.mark.parametrize(
    ("reason", "changed"),
    [
        ("unknown_model", {"model": "acme"}),
        ("unknown_model", {"provider": "nobody"}),
        ("unknown_model", {"provider": "zenith"}),
        ("tier_unknown", {"tier": "unknown"}),
        ("tier_unknown", {"tier": "fast"}),
        ("region_unknown", {"region": "moon"}),
        ("region_unknown", {"region": ""}),
        ("band_unknown", {"input_tokens": None}),
        ("no_price_at_date", {"at": day("2025-12-31")}),
        ("no_price_at_date", {"at": day("2026-06-01")}),
        ("tier_not_offered", {"tier": "flex"}),
        ("tier_not_offered", {"tier": "priority", "input_tokens": 1001}),
        ("tier_not_offered", {"tier": "scale"}),
        ("rate_not_published", {"tier": "batch", "input_tokens": 1001}),
        ("rate_not_published", {"tier": "flex", "at": day("2026-04-05")}),
    ],
)
def test_what_has_no_price_says_why(reason, changed):
    with pytest.raises(PricingError) as refusal:
        find(**changed)

    assert refusal.value.reason == reason
    assert str(refusal.value)


@pytest.mark.parametrize(
    ("first", "changed"),
    [
        ("unknown_model", {"model": "?", "tier": "?", "region": "?"}),
        ("tier_unknown", {"tier": "?", "region": "?", "input_tokens": None}),
        ("region_unknown", {"region": "?", "input_tokens": None}),
        ("band_unknown", {"input_tokens": None, "at": day("2020-01-01")}),
        ("no_price_at_date", {"tier": "scale", "at": day("2020-01-01")}),
    ],
)
def test_of_several_reasons_the_first_in_order_is_given(first, changed):
    with pytest.raises(PricingError) as refusal:
        find(**changed)

    assert refusal.value.reason == first


def test_a_one_band_model_needs_no_prompt_size():
    price = find(model="acme-small", input_tokens=None)

    assert price.rates[Meter.OUTPUT] == 1_250_000  # $1.25 per 1M


def test_a_price_holds_until_its_successor_or_its_announced_end():
    assert find().effective_from == day("2026-01-01")
    assert find().effective_until == day("2026-03-10T14:30:00")
    assert find(at=day("2026-05-31")).effective_until == day("2026-06-01")
    assert find(tier="batch").effective_until.year == 9999


def test_the_instant_counts_and_not_how_it_is_written():
    new_york = timezone(timedelta(hours=-5))
    at = datetime(2026, 3, 10, 9, 30, tzinfo=new_york)  # 14:30 UTC

    assert find(at=at).effective_from == day("2026-03-10T14:30:00")


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="UTC offset"):
        find(at=datetime(2026, 2, 20))


def test_a_withdrawn_price_is_on_record_and_not_used():
    [withdrawn] = [entry for entry in BOOK.entries if entry.withdrawn_at]
    price = find(tier="priority", at=day("2026-05-21"))

    assert withdrawn.status == "withdrawn"
    assert price.effective_from == day("2026-01-01")


def test_a_withdrawn_price_was_believed_until_it_was_withdrawn():
    asked = {"tier": "priority", "at": day("2026-05-21")}

    believed = find(BOOK.as_known(day("2026-05-10")), **asked)
    corrected = find(BOOK.as_known(day("2026-05-15")), **asked)

    assert believed.rates[Meter.OUTPUT] == 300_000_000
    assert believed.entry.status == "scheduled"
    assert corrected.rates[Meter.OUTPUT] == 30_000_000


def test_a_book_as_known_holds_what_was_known_then():
    april = day("2026-04-20")
    before = BOOK.as_known(april - timedelta(microseconds=1))

    assert find(BOOK.as_known(april), at=day("2026-05-02")).entry.status == "promo"
    assert find(before, at=day("2026-05-02")).entry.status == "active"


def test_a_fee_that_was_not_yet_known_rates_nothing():
    asked = {"at": day("2026-04-20")}

    assert find(BOOK.as_known(day("2026-03-31")), **asked).rates[Meter.WEB_SEARCH] == (
        10_000_000_000  # $10 per 1K calls
    )
    assert Meter.FILE_SEARCH not in find(BOOK.as_known(day("2026-02-01")), **asked).rates


def test_the_digest_follows_everything_that_reaches_a_price():
    entry = BOOK.entries[0]
    dearer = replace(entry, rates={**entry.rates, Meter.OUTPUT: 1})
    fee = replace(BOOK.tools[0], pico_per_unit=1)
    others = [
        replace(BOOK, entries=(dearer, *BOOK.entries[1:])),
        replace(BOOK, tools=(fee, *BOOK.tools[1:])),
        replace(BOOK, entries=BOOK.entries[1:]),
        BOOK.as_known(day("2026-04-01")),
    ]

    assert len({book.digest for book in [BOOK, *others]}) == 5
    assert replace(BOOK, entries=BOOK.entries[::-1]).digest == BOOK.digest


def test_every_reason_has_a_sentence_and_an_id():
    assert [reason.rate_id for reason in UnpricedReason] == list(range(1, 10))
    assert all(reason.sentence.endswith(".") for reason in UnpricedReason)


def test_an_entry_was_checked_when_its_latest_source_was():
    [entry] = [e for e in BOOK.entries if e.price_version.endswith("standard/short@2026-05-01")]
    day = datetime(2026, 4, 21, tzinfo=UTC)
    sources = {name: replace(source, checked=None) for name, source in BOOK.sources.items()}
    dated = sources | {"memo": replace(sources["memo"], checked=day)}

    assert replace(BOOK, sources=sources).checked(entry) is None
    assert replace(BOOK, sources=dated).checked(entry) == day
    assert replace(BOOK, sources=dated).checked(replace(entry, sources=("memo@r2", "list"))) == day
