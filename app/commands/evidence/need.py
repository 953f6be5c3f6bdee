"""Say how many tasks a comparison needs."""

from decimal import Decimal
from pathlib import Path

import click

from app.errors import UserError
from app.options import format_option, output_option


@click.command("need")
@click.option("--gain", type=float, required=True, help="Difference in success to be told, 0 to 1.")
@click.option(
    "--discordant", type=float, required=True,
    help="Share of the tasks that only one of the two models solves, 0 to 1.",
)  # fmt: skip
@format_option
@output_option
def command(gain: float, discordant: float, format: str, output: Path | None) -> None:
    """Say how many tasks both models must do before a difference can be told.

    McNemar's test at 5 % with a power of 80 %. Published pairs of models on coding tasks are
    discordant in 0.09 to 0.19 of the tasks.

    \b
    Examples:
      ratecard evidence need --gain 0.05 --discordant 0.12
      ratecard evidence need --gain 0.1 --discordant 0.19 --format json
    """
    from app.output import Cell, write_rows
    from models.evidence.needed import pairs_needed

    try:
        needed = pairs_needed(gain, discordant)
    except ValueError as error:
        raise UserError(f"{error}: --gain is {gain}, --discordant {discordant}") from None
    row: list[Cell] = [Decimal(str(gain)), Decimal(str(discordant)), needed]
    columns = ["gain", "discordant", "tasks_needed"]
    told = f"{needed:,} tasks, each done by both models"
    write_rows(columns, [row], format, output, table=told)
