"""What a public price list says, in the words of the book and without a judgement.

A number of a file never passes through a float: it is read as Decimal and turned into US dollars
per million tokens by shifting the point.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from typing import Any

from pricing.vocabulary import Meter, ServiceTier

#: Magnitudes a price per token, per thousand or per million can have; beyond it is no number.
_ADJUSTED = range(-20, 10)


@dataclass(frozen=True, slots=True)
class Observation:
    """One rate that a list states.

    Attributes:
        above: The rate is for prompts of strictly more tokens than this; None for the shortest.
        usd: US dollars per million tokens, exact.
        raw_key: Where it stands in the list.
        starts: First instant it applies, where the list says so.
        ends: First instant it no longer applies, where the list says so.
        inherited: Not written for this tier or length, but follows from another by the list's
            own rule.
    """

    tier: ServiceTier
    above: int | None
    meter: Meter
    usd: Decimal
    raw_key: str
    starts: datetime | None = None
    ends: datetime | None = None
    inherited: bool = False

    def applies(self, at: datetime) -> bool:
        """Whether it holds at an instant, as far as the list says."""
        begun = self.starts is None or self.starts <= at
        return begun and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Listing:
    """A model as a list describes it.

    Attributes:
        provider: Whose price it is, in the words of the book; empty where the list is silent.
        key: What the list calls it.
        names: Other exact ids it lists for the same price.
        fits: Whether the list takes another id for this model.
        other_units: It also answers in audio, images or by the second, which the rates leave out.
    """

    provider: str
    key: str
    rates: tuple[Observation, ...]
    names: tuple[str, ...] = ()
    fits: Callable[[str], bool] | None = None
    released: datetime | None = None
    shutdown: datetime | None = None
    context_tokens: int | None = None
    input_limit: int | None = None
    output_limit: int | None = None
    regional_uplift: bool = False
    other_units: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A list that was read.

    Attributes:
        name: Of the format, and of the source that entries cite.
        what: The format in words.
        revision: Which state of the list: a version, or the beginning of its SHA-256.
        locator: Where it can be looked up again.
    """

    name: str
    what: str
    revision: str
    locator: str
    listings: tuple[Listing, ...]

    @property
    def source(self) -> str:
        """What an entry cites, such as ``litellm@1.109.1``."""
        return f"{self.name}@{self.revision}"


#: What lists call a provider that the book calls otherwise.
_PROVIDERS = {
    "gemini": "google",
    "google-genai": "google",
    "google-ai": "google",
    "text-completion-openai": "openai",
    "aws": "bedrock",
    "amazon-bedrock": "bedrock",
    "bedrock_converse": "bedrock",
    "bedrock_mantle": "bedrock",
    "bedrock-mantle": "bedrock",
    "azure_ai": "azure",
    "azure-ai": "azure",
    "azure_text": "azure",
    "azure-openai": "azure",
    "azure-cognitive-services": "azure",
    "google-vertex": "vertex",
    "google-vertex-anthropic": "vertex",
    "vertex_ai": "vertex",
    "vertex-ai": "vertex",
    "vercel_ai_gateway": "vercel",
    "github_copilot": "github",
    "github-copilot": "github",
    "github-models": "github",
    "cloudflare-ai-gateway": "cloudflare",
}

#: How the names of a maker's models begin; for lists that do not say whose a model is.
_MAKERS = {
    "openai": ("gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-", "codex-"),
    "anthropic": ("claude-",),
    "google": ("gemini-",),
}


def provider_word(raw: str) -> str:
    """Return what the book calls a provider.

    Example:
        "gemini" is "google", and "vertex_ai-language-models" is "vertex".
    """
    name = raw.strip().lower()
    if name.startswith("vertex_ai-"):
        return "vertex"
    return _PROVIDERS.get(name, name)


def maker_of(model: str) -> str:
    """Return whose model a bare id is, by how it begins; empty if that is not certain."""
    bare = model.rsplit("/", 1)[-1].lower()
    owners = [maker for maker, starts in _MAKERS.items() if bare.startswith(starts)]
    return owners[0] if owners and not bare.startswith("gpt-oss") else ""


def usd_per_million(value: object, times: int) -> Decimal | None:
    """Return a number of a list times so many, exact; None where it is no price.

    A zero is no price either: lists write it for what they do not know.

    Example:
        2.5e-06 per token, times 1,000,000, is 2.5.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or number <= 0 or number.adjusted() not in _ADJUSTED:
        return None
    with localcontext(prec=80):
        return plain(number * times)


def plain(number: Decimal) -> Decimal:
    """Return a number without an exponent and without needless zeros."""
    with localcontext(prec=80):
        short = number.normalize()
        return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def day(value: object) -> datetime | None:
    """Read a date of a list as its first moment in UTC; None where it is none."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, str):
        return None
    try:
        found = date.fromisoformat(value[:10])
    except ValueError:
        return None
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def tokens(value: object) -> int | None:
    """Read a number of tokens; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    whole = number.is_finite() and number == number.to_integral_value()
    return int(number) if whole and 0 < number < 10**12 else None


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object of a list, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def windows(
    series: Iterable[tuple[datetime | None, Decimal | None]],
) -> Sequence[tuple[datetime | None, datetime | None, Decimal]]:
    """Join what follows each other unchanged: (start, end, value), without the empty stretches."""
    joined: list[tuple[datetime | None, Decimal | None]] = []
    for start, value in series:
        if not joined or joined[-1][1] != value:
            joined.append((start, value))
    ends = [start for start, _ in joined[1:]] + [None]
    return [
        (start, end, value)
        for (start, value), end in zip(joined, ends, strict=True)
        if value is not None
    ]
