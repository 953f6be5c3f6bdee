"""Routing policies: what comes with the program, and whether a file is sound."""

import click

from app.command_folder import CommandFolder


@click.group("policy", cls=CommandFolder, package="app.commands.policy")
def command() -> None:
    """List the shipped routing policies, print one to edit, check a file.

    docs/policies.md has the grammar.

    \b
    Examples:
      ratecard policy list
      ratecard policy show complexity-router -o router.yaml
      ratecard policy check router.yaml
    """
