"""The command line: `ratecard COMMAND [OPTIONS]`.

stdout is data, stderr is talk. Exit codes: 0 done; 1 done, but a check that was asked for
failed; 2 could not.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import version

import click

from app.command_folder import CommandFolder
from app.errors import CheckFailedError, UserError


@click.group(
    cls=CommandFolder,
    package="app.commands",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Shell completion: ratecard completion --help",
)
@click.version_option(version("ratecard"), prog_name="ratecard")
def ratecard() -> None:
    """Usage logs of LLM APIs in, exact cost out.

    \b
    Start here:
      ratecard demo            a demo company's logs, loaded and priced
      ratecard load logs/      your own logs
      ratecard report          what they cost
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        ratecard.main(args=arguments, standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except SystemExit:
        pass  # how click leaves when nobody reads on
    except Exception as error:
        if (code := _told(error)) is None:
            raise
        return code
    except KeyboardInterrupt:
        _talk("stopped")
        return 2
    return 0


def _told(error: Exception) -> int | None:
    """Tell the user of an error and return the exit code; None for one of the program itself."""
    if isinstance(error, CheckFailedError):
        _talk(str(error))
        return 1
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return 0
    if isinstance(error, click.ClickException):
        command = _command_of(error)
        _talk(f"{error.format_message().rstrip('.')}; see: {command} --help")
    elif isinstance(error, click.Abort):
        _talk("stopped")
    elif sentence := _sentence(error):
        _talk(sentence)
    else:
        return None
    return 2


def _command_of(error: click.ClickException) -> str:
    known = isinstance(error, click.UsageError) and error.ctx
    return known.command_path if known else "ratecard"


def _sentence(error: Exception) -> str | None:
    """Return what to tell the user, or None for an error of the program itself."""
    if isinstance(error, UserError):
        return str(error)
    named = {cls.__name__ for cls in type(error).__mro__}
    if named & {"FeedError", "PriceTableError", "InputError", "WarehouseError"}:
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or 'cannot be used').lower()}"
    return None


def _talk(sentence: str) -> None:
    click.echo(f"ratecard: {sentence}", err=True)
