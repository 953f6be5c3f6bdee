"""Evidence of how well models do: what is published, and the user's own evaluations."""

import click

from app.command_folder import CommandFolder


@click.group("evidence", cls=CommandFolder, package="app.commands.evidence")
def command() -> None:
    """Look into the evidence on models: list it, show it, import your own, ask how much is needed.

    A published score is prior evidence. It is compared only within one harness and effort, and is
    never your success rate. Your own evaluation comes before it.

    \b
    Examples:
      ratecard evidence list --models gpt-5.4,gpt-5.5
      ratecard evidence show mcp_atlas
      ratecard evidence need --gain 0.05 --discordant 0.12
    """
