"""Print a shipped policy."""

from pathlib import Path

import click

from app.errors import UserError
from app.options import output_option


@click.command("show")
@click.argument("name")
@output_option
def command(name: str, output: Path | None) -> None:
    """Print the YAML of a shipped policy, ready to edit.

    NAME:MODEL takes another model, NAME:ROLE=MODEL,ROLE=MODEL those of several roles;
    ratecard policy list has the roles.

    \b
    Examples:
      ratecard policy show tiers
      ratecard policy show always:gpt-5.5 -o all-to-5.5.yaml
      ratecard policy show complexity-router:high=gpt-6.1-sol,low=gpt-5.4-nano
    """
    from models.policy.presets import PresetError, preset_text

    try:
        text = preset_text(name.removeprefix("preset:"))
    except PresetError as error:
        raise UserError(str(error)) from None
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
