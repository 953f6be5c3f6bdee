"""Claims about prices, judged by the price book: agreeing, refuted, or not to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pricing.book import PriceBook
from pricing.diff import Side
from pricing.money import PICO_PER_USD
from pricing.published import Model
from pricing.vocabulary import ContextBand, Meter, ServiceTier


class Verdict(StrEnum):
    """What the book says to a claim."""

    AGREES = "agrees"
    REFUTED = "refuted"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True, slots=True)
class Ref:
    """A rate of the book: a model's, at a tier and band, for a meter."""

    model: str
    tier: ServiceTier
    band: ContextBand
    meter: Meter


@dataclass(frozen=True, slots=True)
class Expected:
    """What a claim says a figure is, in so many per cent more or less.

    Attributes:
        verb: ``is``, ``at_least`` or ``at_most``.
        figure: USD per 1M tokens, a ratio, or tokens.
        within_percent: Allowed to both sides.
    """

    verb: str
    figure: Decimal
    within_percent: Decimal = Decimal(0)

    def holds(self, found: Fraction) -> bool:
        """Tell whether a figure is as expected."""
        slack = abs(Fraction(self.figure)) * Fraction(self.within_percent) / 100
        low, high = Fraction(self.figure) - slack, Fraction(self.figure) + slack
        return (self.verb == "at_most" or found >= low) and (
            self.verb == "at_least" or found <= high
        )

    def __str__(self) -> str:
        """Say it as the claim does."""
        words = {"is": "", "at_least": "at least ", "at_most": "at most "}[self.verb]
        about = f" (within {plain(self.within_percent)} %)" if self.within_percent else ""
        return f"{words}{plain(self.figure)}{about}"


@dataclass(frozen=True, slots=True)
class RateClaim:
    """Rates, or what each is divided by another, are as expected."""

    pairs: tuple[tuple[Ref, Ref | None], ...]
    expected: Expected


@dataclass(frozen=True, slots=True)
class ReleaseClaim:
    """A model was released on a day, or in a month (``2025-10``)."""

    model: str
    day: str


@dataclass(frozen=True, slots=True)
class LimitClaim:
    """A model's limit is so many tokens."""

    model: str
    limit: str
    expected: Expected


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody wrote of a price.

    Attributes:
        says: What is claimed; a text says why no price book can tell.
    """

    article: str
    title: str
    line: int
    quote: str
    on: datetime
    says: RateClaim | ReleaseClaim | LimitClaim | str


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its verdict and the figures that decide it."""

    claim: Claim
    verdict: Verdict
    figures: str


def judge(claim: Claim, book: PriceBook) -> Judged:
    """Hold a claim against the book at the claim's date."""
    match claim.says:
        case RateClaim():
            verdict, figures = _judge_rates(claim.says, Side(book, claim.on))
        case ReleaseClaim():
            verdict, figures = _judge_release(claim.says, book)
        case LimitClaim():
            verdict, figures = _judge_limit(claim.says, book)
        case str() as why:
            verdict, figures = Verdict.UNVERIFIABLE, why
    return Judged(claim, verdict, figures)


def _judge_rates(says: RateClaim, side: Side) -> tuple[Verdict, str]:
    told, wrong = [], False
    for ref, over in says.pairs:
        rate, words = _rate(ref, side)
        if rate is None:
            return Verdict.UNVERIFIABLE, words
        if over is None:
            found = Fraction(rate, PICO_PER_USD["1M tokens"])
            told.append(words)
        else:
            base, base_words = _rate(over, side)
            if not base:
                return Verdict.UNVERIFIABLE, base_words
            found = Fraction(rate, base)
            told.append(f"{words} against {base_words}: {_ratio(found)}x")
        wrong = wrong or not says.expected.holds(found)
    figures = "; ".join(told) + (f", not {says.expected}" if wrong else "")
    return (Verdict.REFUTED if wrong else Verdict.AGREES), figures


def _rate(ref: Ref, side: Side) -> tuple[int | None, str]:
    """Return a rate in pico-dollars per token, and it in words; or None and why not."""
    model = _model(ref.model, side.book)
    if model is None:
        return None, f"the price book has no {ref.model}"
    entry = side.entry((model.provider, model.model, ref.tier, ref.band))
    rate = entry.rates.get(ref.meter) if entry else None
    tier = "" if ref.tier is ServiceTier.STANDARD else f" {ref.tier}"
    band = "" if ref.band is ContextBand.SHORT else f" {ref.band}"
    where = f"{ref.model}{tier}{band} {_name(ref.meter)}"
    if rate is None:
        return None, f"the price book has no price of {where} on {side.at:%Y-%m-%d}"
    return rate, f"{where} {plain(Decimal(rate) / PICO_PER_USD['1M tokens'])}"


def _judge_release(says: ReleaseClaim, book: PriceBook) -> tuple[Verdict, str]:
    model = _model(says.model, book)
    if model is None:
        return Verdict.UNVERIFIABLE, f"the price book has no {says.model}"
    released: date = model.released.date()
    agrees = released.isoformat().startswith(says.day)
    figures = f"{says.model} was released on {released}"
    return (Verdict.AGREES, figures) if agrees else (Verdict.REFUTED, f"{figures}, not {says.day}")


def _judge_limit(says: LimitClaim, book: PriceBook) -> tuple[Verdict, str]:
    model = _model(says.model, book)
    if model is None:
        return Verdict.UNVERIFIABLE, f"the price book has no {says.model}"
    limits = {
        "context": model.context_tokens, "input": model.input_limit, "output": model.output_limit,
    }  # fmt: skip
    tokens = limits[says.limit]
    if tokens is None:
        return Verdict.UNVERIFIABLE, f"the {says.limit} limit of {says.model} is not known"
    figures = f"{says.limit} limit of {says.model}: {tokens:,} tokens"
    if says.expected.holds(Fraction(tokens)):
        return Verdict.AGREES, figures
    return Verdict.REFUTED, f"{figures}, not {says.expected}"


def _model(name: str, book: PriceBook) -> Model | None:
    found: Iterator[Model] = (
        model for (_, canonical), model in book.models.items() if canonical == name
    )
    return next(found, None)


def _name(meter: Meter) -> str:
    return {Meter.UNCACHED_INPUT: "input", Meter.CACHE_READ: "cached input"}.get(
        meter, meter.value.replace("_", " ")
    )


def _ratio(value: Fraction) -> str:
    """Write a ratio with two decimals at most, marked when it is rounded."""
    rounded = Decimal(round(value * 100)) / 100
    return plain(rounded) if Fraction(rounded) == value else f"about {plain(rounded)}"


def plain(value: Decimal) -> str:
    """Write a number without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
