"""Public price lists beside the made-up book, and what is proposed of them.

On 15 April 2026 the book has for acme-large, standard: short 2 / 0.2 / 2.5 / 5 / 12, long 4 / 0.4 /
5 / 10 / 18, from 10 March; a promotion follows on 1 May and ends on 1 June, and what comes after
nobody has said.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.feeds.compare import Verdict, compare, differing
from pricing.feeds.errors import FeedError
from pricing.feeds.narrow import narrowed
from pricing.feeds.propose import Terms, propose
from pricing.feeds.reading import read_bytes, read_file
from pricing.load import load_price_book
from pricing.vocabulary import ContextBand, Meter, ServiceTier

TESTS = Path(__file__).parent
SAMPLES = TESTS / "golden" / "feeds"
APRIL = datetime(2026, 4, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def book():
    return load_price_book(TESTS / "prices.yaml")


def feed(name):
    return read_file(SAMPLES / f"{name}.json")


def litellm(**models):
    """Return a list of models, each with its keys but the provider."""
    document = {
        name.replace("_", "-"): {"litellm_provider": "acme", "mode": "chat"} | keys
        for name, keys in models.items()
    }
    return read_bytes(json.dumps(document).encode(), "made.json", locator="made.json")


def genai(*models):
    document = [{"id": "acme", "models": list(models)}]
    return read_bytes(json.dumps(document).encode(), "made.json", locator="made.json")


def plan(book, *feeds, at=APRIL, **terms):
    return propose([compare(each, book, at) for each in feeds], book, Terms(at, at, **terms))


def lines(found):
    """Return proposed entries as (model, tier, band, start, rates or reason)."""
    return [
        (
            model.model,
            f"{entry.tier}/{entry.band}",
            entry.effective_from.date().isoformat(),
            " ".join(entry.rates.values()) or entry.why,
        )
        for model in found.models
        for entry in model.entries
    ]


def verdicts(comparison, model):
    return {
        (f.tier.value, f.band and f.band.value, f.meter and f.meter.value): (
            f.verdict, f.ours, f.theirs,
        )
        for f in comparison.findings
        if f.model == model and f.provider == "acme" and not f.aside
    }  # fmt: skip


def test_each_rate_is_put_beside_the_book(book):
    found = compare(feed("litellm"), book, APRIL)
    said = verdicts(found, "acme-large")

    assert said["standard", "short", "uncached_input"] == (Verdict.AGREES, Decimal(2), Decimal(2))
    assert said["batch", "short", "cache_read"] == (
        Verdict.DIFFERS, Decimal("0.13"), Decimal("0.125"),
    )  # fmt: skip
    assert said["batch", "long", "output"] == (Verdict.NO_RATE, None, Decimal("11.25"))
    assert said["standard", "long", "cache_read"] == (Verdict.NOT_IN_FEED, Decimal("0.4"), None)
    assert verdicts(found, "acme-small")["standard", "short", "output"] == (
        Verdict.DIFFERS, Decimal("1.25"), Decimal("1.5"),
    )  # fmt: skip


def test_a_change_is_told_in_per_cent(book):
    [finding] = differing([feed("llm-prices/current-v1")], book, datetime(2026, 3, 1, tzinfo=UTC))[
        :1
    ]

    assert (finding.ours, finding.theirs) == (Decimal("2.5"), Decimal(2))
    assert finding.change_percent == Decimal("-20.0")


def test_a_cell_that_the_list_leaves_out_is_told_once(book):
    found = compare(litellm(acme_large={"input_cost_per_token": 2e-06}), book, APRIL)
    lacking = [f for f in found.findings if f.verdict is Verdict.NOT_IN_FEED]

    assert [(f.tier, f.band) for f in lacking if f.meter is None] == [
        (ServiceTier.STANDARD, ContextBand.LONG),
        (ServiceTier.BATCH, ContextBand.SHORT),
        (ServiceTier.FLEX, ContextBand.SHORT),
        (ServiceTier.PRIORITY, ContextBand.SHORT),
    ]


def test_what_bills_as_input_is_not_missed(book):
    found = compare(feed("litellm"), book, APRIL)
    flex = {
        f.meter
        for f in found.findings
        if (f.model, f.tier) == ("acme-large", ServiceTier.FLEX)
        and f.verdict is Verdict.NOT_IN_FEED
    }

    assert flex == set()


def test_another_id_of_the_list_is_told_and_never_proposed(book):
    found = compare(feed("litellm"), book, APRIL)
    [aside] = [f for f in found.findings if f.aside]

    assert aside.raw_key == "acme-large-2026-01-01: input_cost_per_token"
    assert (aside.theirs, aside.verdict) == (Decimal("2.5"), Verdict.DIFFERS)
    assert ("acme-large", "standard/short") not in {
        each[:2] for each in lines(plan(book, found.feed))
    }


def test_resellers_are_left_out_unless_named(book):
    found = compare(feed("litellm"), book, APRIL)
    named = compare(feed("litellm"), book, APRIL, providers=["openrouter"])

    assert found.matches.others == Counter({"anthropic": 1, "openrouter": 1})
    assert "acme-large" not in {f.model for f in found.findings if f.provider == "openrouter"}
    assert ("openrouter", "acme-large") in {(f.provider, f.model) for f in named.findings}
    resold = [m for m in plan_of(named, book).models if m.provider == "openrouter"]
    assert [m.model for m in resold] == ["acme-large"]
    assert plan_of(named, book).providers == ("openrouter",)


def plan_of(comparison, book):
    return propose([comparison], book, Terms(APRIL, APRIL))


def test_a_model_that_another_listing_names_has_the_rates_of_its_own(book):
    """A list that folds acme-small into acme-large knows nothing of the tiers of acme-small."""
    folded = genai(
        {"id": "acme-large", "match": {"or": [{"equals": "acme-large"}, {"equals": "acme-small"}]},
         "prices": {"input_mtok": 2, "output_mtok": 12},
         "price_variants": [{"when": {"service_tier": "flex"}, "prices": {"input_mtok": 1}}]},
    )  # fmt: skip
    small = [
        f for f in compare(folded, book, APRIL).findings if f.model == "acme-small" and f.theirs
    ]

    assert small
    assert all(f.inherited for f in small)
    assert "acme-small" not in {model.model for model in plan(book, folded).models}


def test_a_pattern_finds_models_that_no_listing_names(book):
    found = compare(feed("genai-prices"), book, APRIL)

    assert verdicts(found, "acme-small")["standard", "short", "output"][0] is Verdict.DIFFERS
    assert "acme-small-all" not in {f.model for f in found.findings}


def test_another_threshold_is_told_and_its_rates_are_not_compared(book):
    found = compare(feed("models-dev"), book, APRIL)
    [other] = [f for f in found.findings if f.verdict is Verdict.THRESHOLD]

    assert (other.model, other.ours, other.theirs) == ("acme-large", Decimal(1000), Decimal(2000))
    assert all(f.theirs != 18 for f in found.findings)
    assert lines(plan_of(found, book)) == [
        line for line in lines(plan_of(found, book)) if line[0] != "acme-large"
    ]


def test_what_a_list_leaves_to_its_own_rules_is_not_a_difference(book):
    assert [
        (f.tier, f.meter) for f in differing([feed("genai-prices")], book, APRIL)
    ] == [
        (ServiceTier.STANDARD, Meter.UNCACHED_INPUT),
        (ServiceTier.BATCH, Meter.UNCACHED_INPUT),
        (ServiceTier.STANDARD, Meter.OUTPUT),
    ]  # fmt: skip


def test_a_proposal_keeps_what_the_list_does_not_say(book):
    """Batch cached input differs; the other rates of the entry are the book's own words."""
    [batch, *_] = [each for each in lines(plan(book, feed("litellm"))) if each[1] == "batch/short"]

    assert batch == (
        "acme-large", "batch/short", "2026-04-15", "1.25 0.125 input not_offered 7.50",
    )  # fmt: skip


def test_a_proposal_is_dated_by_the_list_else_by_the_day(book):
    found = plan(book, feed("genai-prices"))
    said = {each[:2]: each[2:] for each in lines(found)}

    assert said["acme-large", "batch/short"] == ("2026-04-10", "1.20 0.13 input not_offered 7.50")
    assert said["acme-small", "standard/short"][0] == "2026-04-15"


def test_a_later_price_of_the_list_is_proposed_as_scheduled(book):
    """From June the book has no price at all, so the entry follows where the promotion ends."""
    found = plan(book, feed("genai-prices"))
    [june] = [
        entry
        for model in found.models
        for entry in model.entries
        if (model.model, entry.tier, entry.band) == ("acme-large", "standard", "short")
    ]

    assert june.status == "scheduled"
    assert june.effective_from == datetime(2026, 6, 1, tzinfo=UTC)
    assert list(june.rates.values()) == ["3.00", "0.30", "not_published", "not_published", "12.00"]
    assert june.known_at == APRIL


def test_no_entry_is_put_before_another_one_unless_its_date_is_given(book):
    lists = genai(
        {"id": "acme-large", "match": {"equals": "acme-large"},
         "prices": {"input_mtok": 1.9, "output_mtok": 12}},
    )  # fmt: skip
    [reason] = plan(book, lists).refused.values()
    dated = plan(book, lists, effective_from=datetime(2026, 4, 1, tzinfo=UTC))

    assert reason == ("the book has an entry from 2026-05-01; --effective-from puts one before it")
    assert lines(dated) == [
        ("acme-large", "standard/short", "2026-04-01", "1.90 0.2 2.5 5 12.00"),
    ]


@pytest.mark.parametrize(
    ("start", "says"),
    [
        ("2026-03-10T14:30:00+00:00", "an entry from 2026-03-10T14:30:00Z, which is never"),
        ("2026-05-01T00:00:00+00:00", "an entry from 2026-05-01, which is never overridden"),
        ("2026-05-20T00:00:00+00:00", "the book's price is announced until 2026-06-01"),
        ("2025-12-01T00:00:00+00:00", "before the model's release on 2026-01-01"),
    ],
)
def test_a_date_that_would_change_what_is_said_is_refused(book, start, says):
    lists = litellm(acme_large={"input_cost_per_token": 1.9e-06, "output_cost_per_token": 1.2e-05})
    found = plan(book, lists, effective_from=datetime.fromisoformat(start))

    assert lines(found) == []
    [reason] = found.refused.values()
    assert says in reason


def test_a_withdrawn_entry_is_not_overridden_either(book):
    """The rise to 50 was called off, and stays on record."""
    lists = litellm(acme_large={"input_cost_per_token_priority": 6e-06})
    found = plan(book, lists, effective_from=datetime(2026, 5, 20, tzinfo=UTC))

    assert list(found.refused.values()) == [
        "the book has an entry from 2026-05-20, which is never overridden"
    ]


def test_the_time_between_an_announced_end_and_the_entry_is_said_to_be_unknown(book):
    """The promotion ends on 1 June; on the 20th a list has a price again."""
    june = datetime(2026, 6, 20, tzinfo=UTC)
    lists = litellm(acme_large={"input_cost_per_token": 3e-06, "output_cost_per_token": 1.2e-05})
    found = plan(book, lists, at=june)

    assert lines(found) == [
        ("acme-large", "standard/short", "2026-06-01",
         "no list says what applied from 2026-06-01 to 2026-06-20"),
        ("acme-large", "standard/short", "2026-06-20",
         "3.00 not_published not_published not_published 12.00"),
    ]  # fmt: skip


def test_a_cell_without_a_price_needs_input_and_output(book):
    """litellm has an input rate for ultrafast and no output rate: that is no price."""
    found = plan(book, feed("litellm"))

    assert {
        place[2:4]: why for place, why in found.refused.items() if place[1] == "acme-large"
    } == {(ServiceTier.ULTRAFAST, ContextBand.SHORT): "the list has no output rate for this cell"}


def test_lists_that_disagree_are_left_out_unless_one_is_preferred(book):
    """Batch input: litellm agrees with the book's 1.25, genai-prices says 1.20."""
    feeds = feed("litellm"), feed("genai-prices")
    undecided = plan(book, *feeds)
    place = ("acme", "acme-large", ServiceTier.BATCH, ContextBand.SHORT, APRIL)

    assert undecided.refused[place] == (
        f"feeds disagree: {feeds[0].source} 1.25, {feeds[1].source} 1.2"
    )
    for prefer, rates in {
        "litellm": "1.25 0.125 input not_offered 7.50",
        feeds[1].source: "1.20 0.125 input not_offered 7.50",
    }.items():
        found = plan(book, *feeds, prefer=prefer)
        assert place not in found.refused
        assert [each[3] for each in lines(found) if each[:2] == ("acme-large", "batch/short")] == [
            rates
        ]


def test_two_lists_that_agree_make_it_surer(book):
    both = plan(book, feed("litellm"), feed("genai-prices"))
    one = plan(book, feed("litellm"))
    small = [
        next(m for m in each.models if m.model == "acme-small").entries[0] for each in (both, one)
    ]

    assert [each.confidence for each in small] == ["medium", "low"]
    assert [len(each.sources) for each in small] == [2, 1]


def test_a_new_model_says_all_that_a_table_must_say(book):
    found = plan(book, feed("litellm"))
    [nova] = [model for model in found.models if model.model == "acme-nova"]

    assert nova.facts == {
        "ids": "[acme-nova, acme-nova-2026-04-02]",  # a snapshot of the same price
        "released": "2026-04-15",
        "released_basis": "first_seen",
        "shutdown": "none",
        "limits": "{context: none, input: 100000, output: none}",
        "long_context_above": "none",
        "regional_uplift": "no",
    }
    assert [each[1:] for each in lines(found) if each[0] == "acme-nova"] == [
        ("standard/short", "2026-04-15", "0.75 0.075 not_published not_published 4.50"),
        ("batch/short", "2026-04-15", "0.375 not_published not_published not_published 2.25"),
        *[
            (f"{tier}/short", "2026-04-15", "no public list that was read has a price")
            for tier in ("flex", "priority", "ultrafast", "scale")
        ],
    ]


def test_an_embedding_has_no_output(book):
    found = plan(book, feed("litellm"))

    assert ("acme-embed", "standard/short", "2026-04-15",
            "0.02 not_offered not_offered not_offered not_offered") in lines(found)  # fmt: skip


def test_a_new_model_is_dated_by_a_list_that_knows_its_release(book):
    [nova] = [m for m in plan(book, feed("models-dev")).models if m.model == "acme-nova"]

    assert (nova.facts["released"], nova.facts["released_basis"]) == ("2026-04-02", "release")
    assert {entry.effective_from.date().isoformat() for entry in nova.entries} == {"2026-04-02"}


def test_a_new_model_keeps_the_changes_that_are_announced(book):
    steps = [each[1:] for each in lines(plan(book, feed("genai-prices"))) if each[0] == "acme-nova"]

    assert steps[:2] == [
        ("standard/short", "2026-04-15", "0.75 0.075 not_published not_published 4.50"),
        ("standard/short", "2026-05-05", "0.50 0.05 not_published not_published 3.00"),
    ]


def test_what_speaks_or_paints_is_not_priced_by_text(book):
    matches = compare(feed("models-dev"), book, APRIL).matches

    assert matches.other_units == {("acme", "acme-paint")}
    assert "acme-voice" not in {m.model for m in plan(book, feed("litellm")).models}


def test_a_model_with_three_prompt_lengths_fits_no_table(book):
    tiers = [{"start": 128_000, "price": 2}, {"start": 200_000, "price": 3}]
    found = plan(
        book,
        genai({"id": "acme-steps", "match": {"equals": "acme-steps"},
               "prices": {"input_mtok": {"base": 1, "tiers": tiers}, "output_mtok": 5}}),
    )  # fmt: skip

    assert list(found.refused.values()) == [
        "prices change at several prompt lengths: 128,000, 200,000"
    ]


def test_a_rate_finer_than_a_table_can_say_is_refused(book):
    found = plan(
        book,
        litellm(acme_fine={"input_cost_per_token": 1.23456789e-10, "output_cost_per_token": 1e-06}),
    )

    assert list(found.refused.values()) == [
        "finer than one pico-dollar: 0.000123456789 per 1M tokens"
    ]


def test_an_id_that_a_table_cannot_hold_is_refused(book):
    found = plan(book, litellm(**{"acme [new], x: y": {"input_cost_per_token": 1e-06}}))

    assert list(found.refused.values()) == ["not an id: 'acme [new], x: y'"]


def test_only_the_models_that_are_named(book):
    compared = [compare(feed("litellm"), book, APRIL)]
    one = narrowed(compared, book, ["acme-large-2026-01-01"])
    new = narrowed(compared, book, ["acme-nova"])

    assert {f.model for f in one[0].findings} == {"acme-large"}
    assert {f.model for f in new[0].findings} == {"acme-nova"}
    assert [model.model for model in propose(new, book, Terms(APRIL, APRIL)).models] == [
        "acme-nova"
    ]
    with pytest.raises(FeedError, match="no list that was read has a model 'acme-nov'; did you"):
        narrowed(compared, book, ["acme-nov"])
