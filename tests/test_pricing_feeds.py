"""What public price lists say, format by format, and how a list is told from any other file.

Each sample is made up; `expected.txt` beside them holds every rate that is read from it.
"""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.feeds import installed
from pricing.feeds.errors import FeedError
from pricing.feeds.observation import maker_of, plain, provider_word, usd_per_million
from pricing.feeds.reading import MOST_BYTES, formats, read_bytes, read_file
from pricing.vocabulary import Meter, ServiceTier

SAMPLES = Path(__file__).parent / "golden" / "feeds"
FILES = sorted(SAMPLES.rglob("*.json"))


def named(path):
    return path.relative_to(SAMPLES).as_posix()


def told(feed):
    """Return what a feed says, a line a rate."""
    yield f"{feed.name}: {feed.what}; {feed.locator}"
    for listing in feed.listings:
        facts = {
            "names": " ".join(listing.names),
            "released": listing.released and listing.released.date(),
            "shutdown": listing.shutdown and listing.shutdown.date(),
            "context": listing.context_tokens,
            "input": listing.input_limit,
            "output": listing.output_limit,
            "uplift": listing.regional_uplift,
            "other units": listing.other_units,
        }
        known = ", ".join(f"{key} {value}" for key, value in facts.items() if value)
        yield f"{listing.provider or '?'} {listing.key}" + (f" ({known})" if known else "")
        for rate in listing.rates:
            yield "  " + " ".join(
                [
                    f"{rate.tier}",
                    f">{rate.above}" if rate.above else "short",
                    f"{rate.meter} {rate.usd:f}",
                    f"from {rate.starts.date()}" if rate.starts else "",
                    f"to {rate.ends.date()}" if rate.ends else "",
                    "inherited" if rate.inherited else "",
                    f"[{rate.raw_key}]",
                ]
            ).replace("  ", " ").replace("  ", " ")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_rate_of_a_list(path, golden):
    lines = list(told(read_file(path)))

    golden(f"feeds/{named(path).removesuffix('.json')}.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_list_is_of_one_format_only(path):
    document = json.loads(path.read_bytes(), parse_float=Decimal)
    knowing = [each.NAME for each in formats() if each.recognises(document)]

    assert len(knowing) == 1


def test_every_format_has_a_sample():
    assert {read_file(path).name for path in FILES} == {each.NAME for each in formats()}


@pytest.mark.parametrize(
    ("value", "times", "usd"),
    [
        (Decimal("2.5e-06"), 10**6, "2.5"),
        (Decimal("1.25E-7"), 10**6, "0.125"),
        (Decimal("0.00025"), 10**4, "2.5"),  # cents a token
        (Decimal("30.00"), 1, "30"),
        (200, 1, "200"),
        (Decimal("0.1000000000000000055511151231257827"), 1,
         "0.1000000000000000055511151231257827"),
    ],
)  # fmt: skip
def test_a_number_is_exact(value, times, usd):
    assert f"{usd_per_million(value, times):f}" == usd


@pytest.mark.parametrize(
    "value", [None, True, "2.5", 0, Decimal(0), -1, Decimal("1e400"), Decimal("1e-99"), [], {}]
)
def test_what_is_no_price_is_left_out(value):
    assert usd_per_million(value, 10**6) is None


def test_a_number_has_no_exponent_and_no_needless_zeros():
    assert [str(plain(Decimal(text))) for text in ("1E+2", "0.500", "7", "0.10")] == [
        "100",
        "0.5",
        "7",
        "0.1",
    ]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("gemini", "google"),
        ("vertex_ai-language-models", "vertex"),
        ("text-completion-openai", "openai"),
        ("azure-openai", "azure"),
        ("Acme", "acme"),
    ],
)
def test_providers_in_the_words_of_the_book(raw, word):
    assert provider_word(raw) == word


@pytest.mark.parametrize(
    ("model", "maker"),
    [
        ("gpt-5.5", "openai"),
        ("openai/gpt-5.5", "openai"),
        ("gpt-oss-120b", ""),
        ("claude-opus-4-8", "anthropic"),
        ("llama-4", ""),
    ],
)
def test_the_maker_of_a_bare_id_is_told_only_where_it_is_certain(model, maker):
    assert maker_of(model) == maker


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{}", "none of the price lists that are read: genai-prices' data.json; Langfuse's"),
        (b"[1, 2]", "none of the price lists"),
        (b'{"gpt-5.5": {"input": 5, "output": 30}}', "none of the price lists"),
        (b"input,output\n5,30\n", "not readable as JSON"),
        (b'{"a": NaN}', "not readable as JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not readable as JSON"),
        (b"[" * 100_000, "not readable as JSON"),
        (b"\xff\xfe\x00", "not readable as JSON"),
        (b'{"m": {"litellm_provider": "acme"}}', "no price per token"),
    ],
    ids=lambda each: each[:12] if isinstance(each, bytes) else "",
)
def test_a_file_of_no_format_is_refused_in_a_sentence(content, says):
    with pytest.raises(FeedError, match=says) as refusal:
        read_bytes(content, "prices.json", locator="prices.json")
    assert str(refusal.value).startswith("prices.json ")
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(FeedError, match="more than 64 MB"):
        read_bytes(b" " * (MOST_BYTES + 1), "huge.json", locator="huge.json")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FeedError, match="no such file or directory; name a price list"):
        read_file(tmp_path / "nowhere.json")


def test_the_revision_is_that_of_the_content(tmp_path):
    content = (SAMPLES / "litellm.json").read_bytes()
    one, other = (
        read_bytes(text, "x.json", locator="x.json").source for text in (content, content + b" ")
    )

    assert one != other
    assert one.startswith("litellm@")


def rates(feed, provider, key):
    listing = next(li for li in feed.listings if (li.provider, li.key) == (provider, key))
    return {(r.tier, r.above, r.meter): r.usd for r in listing.rates}


def test_the_installed_litellm():
    pytest.importorskip("genai_prices")  # the other package of the same extra
    feed = installed.litellm()
    said = rates(feed, "openai", "gpt-5.4")

    assert feed.source.startswith("litellm@1.")
    assert len(feed.listings) > 1000
    assert said[ServiceTier.STANDARD, None, Meter.UNCACHED_INPUT] == Decimal("2.5")
    assert said[ServiceTier.STANDARD, 272_000, Meter.OUTPUT] == Decimal("22.5")
    assert said[ServiceTier.BATCH, None, Meter.CACHE_READ] == Decimal("0.13")


def test_the_installed_litellm_is_not_imported():
    pytest.importorskip("genai_prices")
    import subprocess
    import sys

    code = (
        "import sys; from pricing.feeds.installed import litellm; litellm();"
        "print('litellm' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "False\n"


def test_the_installed_genai_prices():
    pytest.importorskip("genai_prices")
    feed = installed.genai_prices()
    said = rates(feed, "openai", "gpt-5.4")
    sol = next(li for li in feed.listings if (li.provider, li.key) == ("openai", "gpt-5.6-sol"))

    assert feed.source.startswith("genai-prices@")
    assert said[ServiceTier.STANDARD, 272_000, Meter.UNCACHED_INPUT] == Decimal(5)
    assert said[ServiceTier.FLEX, None, Meter.CACHE_READ] == Decimal("0.13")
    assert "gpt-5.6" in sol.names
    assert {rate.starts.date().isoformat() for rate in sol.rates if rate.starts} >= {"2026-08-21"}


def test_the_package_and_its_file_say_the_same():
    """What the package holds as objects is read as the same JSON that its project publishes."""
    types = pytest.importorskip("genai_prices.types")
    document = json.loads((SAMPLES / "genai-prices.json").read_bytes(), parse_float=Decimal)
    document[0]["models"][0]["prices"].pop()  # a time of day has no place in a table
    providers = types._providers_from_raw(document)
    known = next(each for each in formats() if each.NAME == "genai-prices")

    objects = list(known.listings(installed._as_json(providers), ""))
    file = list(known.listings(document, ""))

    assert [replace(each, fits=None) for each in objects] == [
        replace(each, fits=None) for each in file
    ]


@pytest.mark.parametrize("name", sorted(installed.INSTALLED))
def test_a_package_that_is_not_installed_is_said_in_a_sentence(monkeypatch, name):
    def nowhere(package):
        raise installed.PackageNotFoundError(package)

    monkeypatch.setattr(installed, "version", nowhere)

    with pytest.raises(FeedError, match=f"{name} is not installed; install it, or name"):
        installed.INSTALLED[name]()
