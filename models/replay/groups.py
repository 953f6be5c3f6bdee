"""Replayed traffic: sums of requests that went the same way, priced exactly at unchanged tokens.

Money is whole pico-dollars. Nothing here is a forecast: tokens are those of the logs, and what a
model would make of them is for ``models.replay.translate``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

#: Prompt sizes within which models differ in how much they write, by the first size no longer in.
REGIME_EDGES = (2_000, 10_000, 64_000, 128_000)

#: Their names.
REGIMES = ("<2k", "2k-10k", "10k-64k", "64k-128k", "128k+")

#: A session of at least so many requests is an agent's.
AGENTIC_REQUESTS = 10


@dataclass(frozen=True, slots=True)
class Parts:
    """What tokens cost, by part, at one set of prices; in pico-dollars.

    Attributes:
        uncached_pico, cached_pico, write_pico, write_long_pico: Input by meter.
        cached_as_uncached_pico: The cached input at the price of uncached input.
        write_premium_pico: What writing all uncached input to the cache would cost beyond
            reading it, where the new model bills writes and the logged one did not.
        output_pico: Output, reasoning included.
        reasoning_pico: Of which reasoning.
        tools_pico: Searches and containers.
    """

    uncached_pico: int = 0
    cached_pico: int = 0
    cached_as_uncached_pico: int = 0
    write_pico: int = 0
    write_long_pico: int = 0
    write_premium_pico: int = 0
    output_pico: int = 0
    reasoning_pico: int = 0
    tools_pico: int = 0

    @property
    def total_pico(self) -> int:
        """Cost of the logged tokens, their cached share as logged."""
        return (
            self.uncached_pico
            + self.cached_pico
            + self.write_pico
            + self.write_long_pico
            + self.output_pico
            + self.tools_pico
        )


#: Parts of nothing.
NOTHING = Parts()


@dataclass(frozen=True, slots=True)
class Bin:
    """Requests of a capped group with output of about one length.

    Attributes:
        events: How many.
        output_tokens, output_pico: Their output, and its cost.
        at_cap_pico: Cost of as many outputs of exactly the cap.
    """

    events: int
    output_tokens: int
    output_pico: int
    at_cap_pico: int


@dataclass(frozen=True, slots=True)
class Group:
    """Requests that went the same way.

    Attributes:
        rule: Number of the policy's rule, from 1; 0 where none matched.
        workload, team: Labels; empty where they were not asked for.
        model_from, model_to, tier_from, tier_to, effort_from, effort_to: As logged, and as
            replayed. An effort that is not known is empty.
        regime: One of ``REGIMES``, by prompt size.
        agentic: Of a session of ``AGENTIC_REQUESTS`` or more requests.
        band_to: ``short`` or ``long``: the context band of the new price; empty without one.
        week: Monday of the week; None where weeks were not asked for.
        billing: ``metered``, ``notional`` (within a subscription) or ``byok``.
        events: Records.
        requests: What they stand for.
        input_tokens, cached_tokens, output_tokens, reasoning_tokens: As logged.
        logged_pico: Cost under the logged choices, which is the ledger's; None without a price.
        parts: Cost by part under the new choices.
        spill: The same at the standard tier, for what moved to flex; else None.
        kept: Why requests of a rule kept their logged choices; None where they did not.
        unpriced: Records without a price under the logged choices; they have none now either.
        cache_kept: Share of the cached tokens that stays cached at the new model, 0 to 1.
        cap: Largest output allowed, in tokens; None without a cap.
        bins: Output by length, where there is a cap.
        truncated: Requests whose logged output is longer than the cap.
    """

    rule: int
    workload: str
    team: str
    model_from: str
    model_to: str
    tier_from: str
    tier_to: str
    effort_from: str
    effort_to: str
    regime: str
    agentic: bool
    band_to: str
    week: date | None
    billing: str
    events: int
    requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    logged_pico: int | None
    parts: Parts = NOTHING
    spill: Parts | None = None
    kept: str | None = None
    unpriced: int = 0
    cache_kept: float = 1.0
    cap: int | None = None
    bins: tuple[Bin, ...] = ()
    truncated: int = 0

    @property
    def uncached_pico(self) -> int:
        """Uncached input under the new choices."""
        return self.parts.uncached_pico

    @property
    def cached_pico(self) -> int:
        """Cached input under the new choices."""
        return self.parts.cached_pico

    @property
    def cached_as_uncached_pico(self) -> int:
        """Cached input at the new price of uncached input."""
        return self.parts.cached_as_uncached_pico

    @property
    def write_pico(self) -> int:
        """Cache writes under the new choices."""
        return self.parts.write_pico

    @property
    def write_long_pico(self) -> int:
        """Long cache writes under the new choices."""
        return self.parts.write_long_pico

    @property
    def output_pico(self) -> int:
        """Output under the new choices, reasoning included."""
        return self.parts.output_pico

    @property
    def reasoning_pico(self) -> int:
        """Reasoning under the new choices."""
        return self.parts.reasoning_pico

    @property
    def tools_pico(self) -> int:
        """Searches and containers under the new choices."""
        return self.parts.tools_pico

    @property
    def moved(self) -> bool:
        """Whether model, tier or effort differ from the logged ones."""
        return (self.model_from, self.tier_from, self.effort_from) != (
            self.model_to, self.tier_to, self.effort_to,
        )  # fmt: skip


#: How it was told what stays cached.
Method = Literal["unchanged", "sessions", "formula"]


@dataclass(frozen=True, slots=True)
class CacheKept:
    """What stays cached of requests of a rule and workload at a model.

    Attributes:
        kept: Share of the cached tokens; above 1 where requests come together that were apart.
        method: ``unchanged``: nothing moved; ``sessions``: replayed in time over sessions;
            ``formula``: by the share of traffic.
        sessions, requests: Size of the sample it rests on.
        cached_tokens: Cached tokens of the sample as logged.
    """

    rule: int
    workload: str
    model_to: str
    kept: float
    method: Method
    sessions: int = 0
    requests: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """Traffic replayed under a policy.

    Attributes:
        groups: All of it, moved or not.
        kept: Requests that a rule meant to move and that kept their choices, by reason.
        unpriced: Requests without a price as logged, by reason.
        warnings: What to know beside the figures, as sentences.
        cache: What stays cached, by rule, workload and model.
    """

    groups: tuple[Group, ...]
    kept: Mapping[str, int] = field(default_factory=dict)
    unpriced: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    cache: tuple[CacheKept, ...] = ()

    @property
    def logged_pico(self) -> int:
        """Cost of what is priced, as logged."""
        return sum(group.logged_pico or 0 for group in self.groups)
