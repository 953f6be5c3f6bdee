"""Check policies."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.errors import UserError
from app.options import book_from, overlay_option, prices_option

if TYPE_CHECKING:
    from models.policy.known import Known
    from models.policy.terms import Scenario


@click.command("check")
@click.argument(
    "paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@prices_option
@overlay_option
def command(paths: tuple[Path, ...], prices: Path | None, price_overlay: Path | None) -> None:
    """Check policies: valid, or every fault with its line and the words that are allowed.

    Exits 2 when there is a fault.

    \b
    Examples:
      ratecard policy check router.yaml
      ratecard policy check router.yaml mine.yaml --price-overlay my-entries.yaml
    """
    from models.policy.known import known_of

    known = known_of(book_from(prices, price_overlay))
    faulty = sum(not _is_sound(path, known) for path in paths)
    if faulty:
        raise UserError(f"{faulty} of {len(paths)} not valid; mend what is listed above")


def _is_sound(path: Path, known: "Known") -> bool:
    """Say what is in a file, or what is wrong with it."""
    from app.whatif.scenarios import scenario_of
    from models.policy.load import PolicyError

    try:
        scenario = scenario_of(str(path), known)
    except PolicyError as error:
        for fault in error.faults:
            click.echo(str(fault))
        return False
    click.echo(f"{path}: {_summary(scenario)}")
    return True


def _summary(scenario: "Scenario") -> str:
    from app.tell import counted

    policy = scenario.policy
    parts = [counted(len(policy.rules), "rule")]
    if policy.sticky == "session":
        parts.append("decided once a session")
    if scenario.workloads is not None:
        parts.append("workload rules of its own")
    return f"valid: {policy.name}, {', '.join(parts)}"
