"""List the shipped policies."""

from pathlib import Path

import click

from app.options import format_option, output_option

COLUMNS = ("preset", "what", "models")


@click.command("list")
@format_option
@output_option
def command(format: str, output: Path | None) -> None:
    """List the shipped policies, with the models that can be replaced in each.

    \b
    Examples:
      ratecard policy list
      ratecard policy list --format json
    """
    from app.output import write_rows
    from models.policy.presets import presets

    rows = [
        (each.name, each.summary, " ".join(f"{role}={model}" for role, model in each.roles.items()))
        for each in presets().values()
    ]
    write_rows(COLUMNS, rows, format, output)
