"""The price book: what is in it, what it says, whether it is sound."""

import click

from app.command_folder import CommandFolder


@click.group("prices", cls=CommandFolder, package="app.commands.prices")
def command() -> None:
    """Look into the price book: list it, show a model, compare, check a table.

    \b
    Examples:
      ratecard prices list --on 2026-08-01
      ratecard prices show gpt-5.5
      ratecard prices check my-prices.yaml
    """
