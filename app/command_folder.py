"""Groups of commands, each found by its file and imported when it is named."""

from importlib import import_module
from importlib.resources import files
from typing import Any

import click


class CommandFolder(click.Group):
    """Commands of a package: one file, or one package of a group, for each."""

    def __init__(self, *args: Any, package: str, **settings: Any) -> None:
        """Name the package; nothing is imported yet."""
        super().__init__(*args, **settings)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted(
            entry.name.removesuffix(".py").replace("_", "-")
            for entry in files(self.package).iterdir()
            if not entry.name.startswith(("_", "."))
            and (entry.name.endswith(".py") or entry.is_dir())
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command
