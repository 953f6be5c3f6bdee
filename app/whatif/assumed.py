"""Assumptions from a command line: the `assume` block of a file, and options laid over it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UserError

if TYPE_CHECKING:
    from app.whatif.ask import Prepared
    from models.policy.assumptions import Assumptions, Spread
    from models.policy.known import Known

_SCENARIO = "scenario: assumptions\n"


def assumptions_from(path: Path | None, known: "Known") -> "Assumptions":
    """Read the `assume` block of a scenario file, or a file that is only that block.

    Raises:
        UserError: the file does not exist or is not UTF-8.
        PolicyError: it has faults; all are listed.
    """
    from app.whatif.scenarios import text_of_file
    from models.policy.assumptions import Assumptions
    from models.policy.load import load_scenario

    if path is None:
        return Assumptions()
    if not path.is_file():
        raise UserError(f"{path} is not a file; name a scenario's `assume:` block in YAML")
    text = text_of_file(path)
    if not any(line.startswith("scenario:") for line in text.splitlines()):
        # After the text, so that the lines of faults are those of the file.
        text = f"{text.rstrip()}\n{_SCENARIO}"
    return load_scenario(text, str(path), known).assumptions


def with_success(
    assumptions: "Assumptions", words: Sequence[str], known: "Known", model: str
) -> "Assumptions":
    """Lay success rates over assumptions.

    Args:
        assumptions: What is assumed already.
        words: ``WORKLOAD=P`` for the old model, ``WORKLOAD:MODEL=P`` for any.
        known: Names of models.
        model: The old model.

    Raises:
        UserError: one is of another form, or names an unknown model.
    """
    from models.policy.assumptions import Spread

    success: dict[str, Mapping[str, Spread]] = dict(assumptions.success)
    for word in words:
        workload, of, rate = _rate(word, known, model)
        success[workload] = {**success.get(workload, {}), of: Spread.exactly(rate)}
    return replace(assumptions, success=success)


def check_workloads(words: Sequence[str], workloads: Sequence[str]) -> None:
    """Check that success rates are of workloads that there are.

    Args:
        words: As for `with_success`.
        workloads: Those of the usage.

    Raises:
        UserError: one is of another workload; those that there are are listed.
    """
    from models.policy.assumptions import ALL
    from models.policy.known import nearest

    for word in words:
        workload = word.rpartition("=")[0].partition(":")[0]
        if workload not in {*workloads, ALL}:
            listed = ", ".join(workloads)
            raise UserError(
                f"--success {word}: this usage has no workload {workload!r}; it has {listed}, and "
                f"{ALL} stands for all{nearest(workload, workloads, one=True)}"
            )


def _rate(word: str, known: "Known", model: str) -> tuple[str, str, Decimal]:
    name, equals, text = word.rpartition("=")
    workload, colon, of = name.partition(":")
    if not equals or not workload:
        raise UserError(
            f"--success {word}: write WORKLOAD=P or WORKLOAD:MODEL=P, such as agent=0.8"
        )
    rate = _number(text.removesuffix("%"), f"--success {word}")
    rate = rate / 100 if text.endswith("%") else rate
    if not 0 < rate < 1:
        raise UserError(f"--success {word}: a success rate lies between 0 and 1, ends excluded")
    try:
        return workload, known.model(of) if colon else model, rate
    except ValueError as error:
        raise UserError(f"--success {word}: {error}") from None


def with_amounts(
    assumptions: "Assumptions", repair: str | None, one_off: str | None
) -> "Assumptions":
    """Lay a repair cost of every failed task, and a one-off cost, over assumptions.

    Raises:
        UserError: one is no amount of US dollars.
    """
    from models.policy.assumptions import ALL

    if repair is not None:
        spread = _amount(repair, "--repair-cost")
        assumptions = replace(assumptions, human_repair_usd={ALL: spread})
    if one_off is not None:
        assumptions = replace(assumptions, one_off_usd=_amount(one_off, "--one-off").p50)
    return assumptions


def _amount(text: str, option: str) -> "Spread":
    from models.policy.assumptions import Spread

    amount = _number(text.removeprefix("$").replace(",", ""), f"{option} {text}")
    if amount < 0:
        raise UserError(f"{option} {text}: an amount is not below 0")
    return Spread.exactly(amount)


def _number(text: str, where: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UserError(f"{where}: '{text}' is not a number") from None
    if not number.is_finite():
        raise UserError(f"{where}: '{text}' is not a number")
    return number


def unknown_workloads(prepared: "Prepared", assumptions: "Assumptions") -> tuple[str, ...]:
    """Name the workloads that something is assumed of and that the usage does not have."""
    from models.policy.assumptions import named_workloads

    there = list(dict.fromkeys(each.workload for each in prepared.coverage))
    missing = [name for name in named_workloads(assumptions) if name not in there]
    if not missing:
        return ()
    plural = "workloads" if len(missing) > 1 else "workload"
    said = f"No request is of {plural} {', '.join(missing)}, of which something is assumed"
    return (f"{said}; the log has {', '.join(there)}.",)
