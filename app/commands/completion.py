"""Print shell completion."""

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    Examples:
      eval "$(ratecard completion bash)"
      ratecard completion fish > ~/.config/fish/completions/ratecard.fish
    """
    if complete := get_completion_class(shell):
        root = ctx.find_root().command
        click.echo(complete(root, {}, "ratecard", "_RATECARD_COMPLETE").source())
