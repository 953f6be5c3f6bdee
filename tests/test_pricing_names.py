"""Ids as logs write them, and the model they mean."""

from pathlib import Path

import pytest

from pricing.load import load_price_book
from pricing.names import resolve, suggest

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
        ("  gpt-5.4 ", "gpt-5.4"),
        # Not in the book, however much they look like it.
        ("gpt-5.4-2026-03-06", None),
        ("gpt-5.4-turbo", None),
        ("GPT-5.4", None),
        ("gpt-5.4-mini-", None),
        ("responses/gpt-5.4", None),
        ("openai/openai/gpt-5.4", None),
        ("ft:gpt-5.4:acme::abc123", None),
        # Other sellers have other prices.
        ("azure/gpt-5.4", None),
        ("openrouter/openai/gpt-5.4", None),
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
