"""Every command of ``ratecard``, found as its users find it."""

from collections.abc import Iterator

import click

from app.cli import ratecard


def walk(
    command: click.Command = ratecard, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that call it, in the order of the help."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from walk(command.get_command(context, name), (*words, name))
