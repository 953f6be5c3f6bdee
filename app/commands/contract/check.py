"""Check a contract."""

from pathlib import Path

import click

from app.options import book_from, contract_from, overlay_option, prices_option


@click.command("check")
@click.argument("contract", type=click.Path(dir_okay=False, path_type=Path))
@prices_option
@overlay_option
def command(contract: Path, prices: Path | None, price_overlay: Path | None) -> None:
    """Check a contract: every fault, with its file and line, in one run.

    \b
    Examples:
      ratecard contract check acme-2026.yaml
    """
    found = contract_from(contract, book_from(prices, price_overlay))
    terms = {
        "rates": found.rates,
        "exclusions": found.excluded,
        "provisioned": found.provisioned,
        "volume tiers": found.volume_tiers,
        "credits": found.credits,
        "markups": found.markups,
        "commitments": found.commitments,
    }
    counted = ", ".join(f"{name} {len(each)}" for name, each in terms.items() if each) or "no terms"
    click.echo(f"{found.contract}: {counted}: no fault")
