"""Ids as logs write them, and the model they mean."""

from pathlib import Path

import pytest

from pricing.load import PriceTableError, load_price_book
from pricing.names import meaning, resolve, suggest

BOOK = load_price_book()


@pytest.mark.parametrize(
    ("raw_id", "model"),
    [
        ("gpt-5.4", "gpt-5.4"),
        ("gpt-5.4-2026-03-05", "gpt-5.4"),
        ("gpt-5.6", "gpt-5.6-sol"),  # an alias
        ("openai/gpt-5.5", "gpt-5.5"),
        ("openai/gpt-5.5-pro-2026-04-23", "gpt-5.5-pro"),
        ("openai/responses/gpt-5.4-pro", "gpt-5.4-pro"),
        ("responses/gpt-5.4", "gpt-5.4"),
        ("openrouter/openai/gpt-5.4", "gpt-5.4"),
        ("litellm_proxy/gpt-5.4", "gpt-5.4"),
        ("  gpt-5.4 ", "gpt-5.4"),
        # Not in the book, however much they look like it.
        ("gpt-5.4-2026-03-06", None),
        ("gpt-5.4-turbo", None),
        ("GPT-5.4", None),
        ("gpt-5.4-mini-", None),
        ("openai/openai/gpt-5.4", None),
        ("ft:gpt-5.4:acme::abc123", None),
        # Other sellers have other prices.
        ("azure/gpt-5.4", None),
        ("", None),
        ("openai/", None),
    ],
)
def test_an_id_means_a_model_of_the_book_or_nothing(raw_id, model):
    assert resolve("openai", raw_id, BOOK) == model


def test_an_id_belongs_to_its_provider():
    assert resolve("anthropic", "gpt-5.4", BOOK) is None
    assert resolve("anthropic", "openai/gpt-5.4", BOOK) is None


def test_two_providers_may_sell_under_one_id():
    book = load_price_book(Path(__file__).parent / "prices.yaml")

    assert resolve("acme", "acme-small", book) == "acme-small"
    assert resolve("zenith", "zenith/acme-small", book) == "acme-small"
    assert resolve("plain", "acme-small", book) is None


def test_an_unknown_id_gets_the_closest_known_ones():
    assert suggest("GPT-5.4", BOOK)[0] == "gpt-5.4"
    assert suggest("azure/gpt-5.6-lunar", BOOK)[0] == "gpt-5.6-luna"
    assert suggest("mistral-large", BOOK) == []


VENDORS = """
sources: {made: {what: made up, locator: here, kind: price_file}}
providers:
  - {provider: openai, regional_uplift: none}
  - {provider: anthropic, regional_uplift: none}
  - {provider: google, regional_uplift: none}
models:
"""
MODEL = """
  - model: MODEL
    provider: PROVIDER
    ids: [IDS]
    released: 2026-01-01
    shutdown: none
    limits: {context: none, input: none, output: none}
    long_context_above: none
    regional_uplift: no
    prices:
      - {tier: [standard, batch, flex, priority, ultrafast, scale], context: short,
         effective_from: 2026-01-01, status: active, not_offered: "made up", basis: release,
         known_at: 2026-01-01, sources: [made], confidence: low}
"""


def table(*models: tuple[str, str, str]) -> str:
    return VENDORS + "".join(
        MODEL.replace("MODEL", ids.partition(",")[0]).replace("IDS", ids).replace("PROVIDER", who)
        for who, ids, *_ in models
    )


@pytest.fixture(scope="module")
def resold(tmp_path_factory):
    path = tmp_path_factory.mktemp("names") / "prices.yaml"
    path.write_text(
        table(
            ("openai", "gpt-4o, gpt-4o-2024-08-06", ""),
            ("openai", "gpt-3.5-turbo", ""),
            ("anthropic", "claude-opus-4-6, claude-opus-4-6-20260205", ""),
            ("anthropic", "claude-sonnet-4-5, claude-sonnet-4-5-20250929", ""),
            ("google", "gemini-2.5-pro", ""),
        ),
        encoding="utf-8",
    )
    return load_price_book(path)


@pytest.mark.parametrize(
    ("provider", "raw_id", "expected"),
    [
        ("azure", "gpt-4o", ("openai", "gpt-4o")),
        ("azure", "azure/gpt-4o-2024-08-06", ("openai", "gpt-4o")),
        ("azure", "azure/global/gpt-4o", ("openai", "gpt-4o")),
        ("azure", "gpt-35-turbo", ("openai", "gpt-3.5-turbo")),
        ("azure", "azure_ai/claude-opus-4-6", None),  # the prefix says OpenAI's
        ("azure", "azure/eu/gpt-4o", None),  # a data zone has its own price
        ("azure", "prod-chat-east", None),
        ("bedrock", "anthropic.claude-opus-4-6-v1:0", ("anthropic", "claude-opus-4-6")),
        ("bedrock", "us.anthropic.claude-opus-4-6-20260205-v1:0", ("anthropic", "claude-opus-4-6")),
        ("bedrock", "global.anthropic.claude-opus-4-6-v1", ("anthropic", "claude-opus-4-6")),
        ("bedrock", "bedrock/converse/anthropic.claude-opus-4-6", ("anthropic", "claude-opus-4-6")),
        (
            "bedrock",
            "arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            ("anthropic", "claude-sonnet-4-5"),
        ),
        ("bedrock", "anthropic.claude-opus-4-7-v1:0", None),
        ("bedrock", "meta.llama3-70b-instruct-v1:0", None),
        ("vertex", "claude-sonnet-4-5@20250929", ("anthropic", "claude-sonnet-4-5")),
        ("vertex", "vertex_ai/claude-opus-4-6@default", ("anthropic", "claude-opus-4-6")),
        ("vertex", "publishers/google/models/gemini-2.5-pro", ("google", "gemini-2.5-pro")),
        ("vertex", "gemini-2.5-pro", ("google", "gemini-2.5-pro")),
        ("google", "models/gemini-2.5-pro", ("google", "gemini-2.5-pro")),
        ("google", "gemini/gemini-2.5-pro", ("google", "gemini-2.5-pro")),
        ("openrouter", "anthropic/claude-opus-4.6", ("anthropic", "claude-opus-4-6")),
        ("openrouter", "openai/gpt-4o:nitro", ("openai", "gpt-4o")),
        ("openrouter", "openai/gpt-4o:free", None),  # free is not the list price
        ("anthropic", "anthropic/claude-opus-4.6", ("anthropic", "claude-opus-4-6")),
        ("anthropic", "openai/gpt-4o", None),
        ("openai", "azure/gpt-4o", None),
        ("newapi", "gpt-4o", ("openai", "gpt-4o")),
        ("acme", "gpt-4o", None),
    ],
)
def test_what_is_resold_has_its_vendors_list_price(resold, provider, raw_id, expected):
    assert meaning(provider, raw_id, resold) == expected


NAMED = """
names:
  - {id: prod-chat-east, means: gpt-5.4, provider: azure, note: our deployment}
  - {id: "acme/best", means: gpt-5.5-pro}
"""


def test_a_users_own_names_are_read_from_an_overlay(tmp_path):
    overlay = tmp_path / "ours.yaml"
    overlay.write_text(NAMED, encoding="utf-8")
    book = load_price_book(overlay=overlay)

    assert meaning("azure", "prod-chat-east", book) == ("openai", "gpt-5.4")
    assert meaning("openai", "prod-chat-east", book) is None
    assert meaning("litellm", "acme/best", book) == ("openai", "gpt-5.5-pro")
    assert book.digest != BOOK.digest


def test_a_name_of_nothing_is_refused_with_its_line(tmp_path):
    overlay = tmp_path / "ours.yaml"
    overlay.write_text(NAMED + "  - {id: again, means: gpt-9}\n  - {id: acme/best, means: x}\n")

    with pytest.raises(PriceTableError) as raised:
        load_price_book(overlay=overlay)
    assert [(fault.line, fault.message) for fault in raised.value.faults] == [
        (5, "means: no model 'gpt-9' in the table"),
        (6, "id 'acme/best' is named twice"),
    ]
