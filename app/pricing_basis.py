"""Which prices a command uses: the options that say so, and the words that state it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pricing.book import PriceBook

TIERS = ("standard", "batch", "flex", "priority")


as_of_option = click.option(
    "--prices-as-of", metavar="DATE", help="Use only prices known by this day (UTC).",
)  # fmt: skip


def basis_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose prices."""
    for option in (
        click.option(
            "--assume-tier", type=click.Choice(TIERS),
            help="Price usage of unknown service tier as this tier.",
        ),
        click.option(
            "--prices-on", metavar="DATE", help="Price everything as on this day (UTC).",
        ),
        as_of_option,
    ):  # fmt: skip
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Basis:
    """The prices an answer rests on.

    Attributes:
        book: After ``--prices-as-of``.
        prices_on: Naive UTC instant at whose prices everything is rated, or None.
        assume_tier: Tier for usage of unknown tier, or None.
        words: What to tell the reader.
    """

    book: "PriceBook"
    prices_on: datetime | None
    assume_tier: str | None
    words: str


def basis_of(
    book: "PriceBook",
    prices_on: str | None,
    prices_as_of: str | None,
    assume_tier: str | None,
) -> Basis:
    """Work out the prices that the options ask for.

    Raises:
        UserError: a date cannot be read.
    """
    from app.zone import instant

    words = ["list prices as billed"]
    at = instant(prices_on, UTC) if prices_on else None
    if at:
        words = [f"list prices of {at:%-d %b %Y}"]
    if prices_as_of:
        known_by = instant(prices_as_of, UTC)
        book = book.as_known(known_by.replace(tzinfo=UTC))
        words.append(f"as known on {known_by:%-d %b %Y}")
    if assume_tier:
        words.append(f"unknown tiers taken as {assume_tier}")
    return Basis(book, at, assume_tier, ", ".join(words))
