"""Reads a file of claims, or lists everything that is wrong with it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from pricing.claim import Claim, Expected, LimitClaim, RateClaim, Ref, ReleaseClaim
from pricing.load import PriceTableError
from pricing.load_rates import RATE_KEYS
from pricing.load_words import count, instant, name, one_of, sentence
from pricing.load_yaml import Faults, Section, open_table
from pricing.vocabulary import PRICED_TIERS, ContextBand, Meter, ServiceTier

_VERBS = ("is", "at_least", "at_most")
_KINDS = ("value", "released", "limit", "unverifiable")
_CLAIM_KEYS = (
    "article", "line", "quote", "on", *_KINDS, "over", "model", *_VERBS, "within",
)  # fmt: skip
_REF_KEYS = ("model", "tier", "context", "meter")
_ARTICLE_KEYS = ("title", "by", "where")
_LIMITS = ("context", "input", "output")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", re.ASCII)
_FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


def shipped_claims() -> Path:
    """Return the shipped claims: those of five articles on GPT-5.5."""
    return Path(str(files("pricing"))) / "claims" / "gpt-5-5-articles.yaml"


def load_claims(path: Path) -> list[Claim]:
    """Read claims in the order of the file.

    Raises:
        PriceTableError: with every fault, its line and what to write instead.
    """
    faults = Faults()
    found: list[Claim] = []
    table = open_table(path, ("articles", "claims"), faults)
    if table is not None:
        titles = _titles(table)
        items = table.sections("claims", _CLAIM_KEYS)
        found = [claim for item in items if (claim := _read(item, titles)) is not None]
    if faults.found:
        raise PriceTableError(faults.found)
    return found


def _titles(table: Section) -> dict[str, str]:
    titles = {}
    if "articles" in table and (articles := table.section("articles", None)):
        for key in articles.nodes:
            article = articles.section(key, _ARTICLE_KEYS)
            titles[key] = (article.value("title", sentence) if article else None) or ""
    return titles


def _read(item: Section, titles: dict[str, str]) -> Claim | None:
    before = len(item.faults.found)
    article = item.value("article", one_of(titles)) or ""
    line = item.value("line", count) or 0
    quote = item.value("quote", sentence) or ""
    on = item.value("on", instant) or datetime(1970, 1, 1, tzinfo=UTC)
    kinds = [kind for kind in _KINDS if kind in item]
    if len(kinds) != 1:
        item.faults.add(item.place, f"a claim says one of {', '.join(_KINDS)}")
        return None
    says = {
        "value": _rates, "released": _release, "limit": _limit, "unverifiable": _why,
    }[kinds[0]](item)  # fmt: skip
    if says is None or len(item.faults.found) > before:
        return None
    return Claim(article, titles.get(article, ""), line, quote, on, says)


def _why(item: Section) -> str | None:
    return item.value("unverifiable", sentence)


def _rates(item: Section) -> RateClaim | None:
    section = item.section("value", _REF_KEYS)
    expected = _expected(item)
    if section is None or expected is None:
        return None
    models = section.values("model", name) or []
    meters = _meters(section) if "meter" in section else []
    if not meters:
        section.faults.add(section.place, f"meter is missing: {', '.join(RATE_KEYS)}")
    tier, band = _tier(section), _band(section)
    refs = [Ref(model, tier, band, meter) for model in models for meter in meters]
    if "over" not in item:
        return RateClaim(tuple((ref, None) for ref in refs), expected)
    over = item.section("over", _REF_KEYS)
    return None if over is None else RateClaim(tuple(_paired(refs, over)), expected)


def _paired(refs: Iterable[Ref], over: Section) -> list[tuple[Ref, Ref | None]]:
    """Divide each rate by the one that differs from it in what ``over`` says."""
    model = over.value("model", name) if "model" in over else None
    meters = _meters(over) if "meter" in over else []
    tier = _tier(over) if "tier" in over else None
    band = _band(over) if "context" in over else None
    return [
        (
            ref,
            Ref(
                model or ref.model, tier or ref.tier, band or ref.band,
                meters[0] if meters else ref.meter,
            ),
        )
        for ref in refs
    ]  # fmt: skip


def _release(item: Section) -> ReleaseClaim | None:
    model, day = item.value("released", name), item.value("is", _day)
    return ReleaseClaim(model, day) if model and day else None


def _limit(item: Section) -> LimitClaim | None:
    limit = item.value("limit", one_of(_LIMITS))
    model = item.value("model", name)
    expected = _expected(item)
    return LimitClaim(model, limit, expected) if limit and model and expected else None


def _expected(item: Section) -> Expected | None:
    verbs = [verb for verb in _VERBS if verb in item]
    if len(verbs) != 1:
        item.faults.add(item.place, f"a claim gives its figure under one of {', '.join(_VERBS)}")
        return None
    figure = item.value(verbs[0], _figure)
    within = item.value("within", _figure) if "within" in item else Decimal(0)
    return None if figure is None or within is None else Expected(verbs[0], figure, within)


def _meters(section: Section) -> list[Meter]:
    return [RATE_KEYS[key] for key in section.values("meter", one_of(RATE_KEYS)) or []]


def _tier(section: Section) -> ServiceTier:
    tier = section.value("tier", one_of(PRICED_TIERS)) if "tier" in section else None
    return ServiceTier(tier) if tier else ServiceTier.STANDARD


def _band(section: Section) -> ContextBand:
    band = section.value("context", one_of(ContextBand)) if "context" in section else None
    return ContextBand(band) if band else ContextBand.SHORT


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise ValueError(f"not a day or a month: {text!r}; write 2026-04-24 or 2026-04")
    return text


def _figure(text: str) -> Decimal:
    if not _FIGURE.fullmatch(text):
        raise ValueError(f"not a number: {text!r}; write a plain number such as 2.50")
    return Decimal(text)
