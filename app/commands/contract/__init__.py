"""Your own contract: is it sound, what it says, what it bills."""

import click

from app.command_folder import CommandFolder


@click.group("contract", cls=CommandFolder, package="app.commands.contract")
def command() -> None:
    """Look into a contract: check it, show its rates, bill a month, see what is left of it.

    A contract is a YAML file: negotiated rates, volume tiers, commitments, credits, provisioned
    throughput, markups, currency. docs/contracts.md explains every key.

    \b
    Examples:
      ratecard contract check acme-2026.yaml
      ratecard contract bill acme-2026.yaml --month 2026-09
      ratecard report --by team --contract acme-2026.yaml
    """
