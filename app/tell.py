"""What commands tell beside their data, on stderr."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.caveats import Caveat
    from app.ledger import Unpriced
    from ingest.warehouse import Warehouse

_MOST = 5


def counted(count: int, noun: str) -> str:
    """Write a number of things.

    Example:
        "1 line", "2 lines".
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def say_nothing_found(warehouse: "Warehouse") -> None:
    """Say that no usage was asked for, and what there is."""
    with warehouse.reading() as con:
        row = con.execute("select min(event_ts), max(event_ts) from usage_event").fetchone()
    if row is None or row[0] is None:
        click.echo("nothing is loaded yet; load logs with: ratecard load PATH", err=True)
        return
    click.echo(
        f"no usage matches; what is loaded reaches from {row[0]:%Y-%m-%d} to {row[1]:%Y-%m-%d}"
        " (UTC): widen --from, --to and --where",
        err=True,
    )


def say_caveats(found: Sequence["Caveat"]) -> None:
    """Say what to know beside the figures, a sentence each."""
    for each in found:
        instead = f"; to count those: --grain {each.instead}" if each.instead else ""
        click.echo(f"{each.words}{instead}", err=True)


def say_unpriced(found: Sequence["Unpriced"]) -> None:
    """Say how many requests have no price, why, and which models they are of."""
    from pricing.vocabulary import UnpricedReason

    if not found:
        return
    total = sum(each.requests for each in found)
    verbs = ("has", "is") if total == 1 else ("have", "are")
    click.echo(
        f"{counted(total, 'request')} {verbs[0]} no price and {verbs[1]} not in the cost:", err=True
    )
    by_reason: Counter[str] = Counter()
    for each in found:
        by_reason[each.reason] += each.requests
    for reason, requests in by_reason.most_common():
        models: Counter[str] = Counter()
        for each in found:
            if each.reason == reason:
                models[each.model or "(no model)"] += each.requests
        named = ", ".join(f"{model} {count:,}" for model, count in models.most_common(_MOST))
        more = f" and {len(models) - _MOST} more" if len(models) > _MOST else ""
        click.echo(
            f"  {requests:,} {reason}: {UnpricedReason(reason).sentence} [{named}{more}]", err=True
        )
