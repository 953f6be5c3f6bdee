"""Scenarios as they are named on a command line: files, presets, and one model for everything."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UserError
from app.whatif.compare import TODAY_NAME

if TYPE_CHECKING:
    from models.policy.known import Known
    from models.policy.terms import Scenario
    from models.workload.rules import WorkloadRules

_PRESET, _ALWAYS = "preset:", "always:"


def scenarios_of(words: Sequence[str], known: "Known") -> "list[Scenario]":
    """Read scenarios: ``FILE.yaml``, ``preset:NAME``, ``always:MODEL``.

    Raises:
        UserError: a file or preset does not exist, or two scenarios have one name.
        PolicyError: a scenario has faults; all are listed.
    """
    found = [scenario_of(each, known) for each in words]
    first: dict[str, str] = {}
    for scenario, word in zip(found, words, strict=True):
        name = scenario.policy.name
        if name == TODAY_NAME:
            raise UserError(f"{word} is called '{name}', as the logged usage is; name it otherwise")
        if name in first:
            raise UserError(
                f"{first[name]} and {word} are both called '{name}'; give one another name under "
                "`scenario:`"
            )
        first[name] = word
    return found


def scenario_of(word: str, known: "Known") -> "Scenario":
    """Read one scenario.

    Raises:
        UserError: there is no such file or preset.
        PolicyError: it has faults; all are listed.
    """
    from models.policy.load import load_scenario
    from models.policy.presets import PresetError, preset, presets

    if word.startswith(_ALWAYS):
        word = f"{_PRESET}{word}"
    if word.startswith(_PRESET):
        try:
            return preset(word.removeprefix(_PRESET), known)
        except PresetError as error:
            raise UserError(str(error)) from None
    path = Path(word)
    if not path.is_file():
        name = path.name
        hint = f"; did you mean preset:{name}?" if name in presets() else ""
        raise UserError(
            f"{word} is not a file{hint}; name a scenario in YAML, preset:NAME or always:MODEL"
        )
    return load_scenario(text_of_file(path), word, known)


def workloads_of(path: Path, known: "Known") -> "WorkloadRules":
    """Read workload rules from a file.

    Raises:
        UserError: the file does not exist.
        WorkloadError: the rules have faults; all are listed.
    """
    from models.workload.load import load_workload_rules

    if not path.is_file():
        raise UserError(f"{path} is not a file; name workload rules in YAML, see docs/policies.md")
    return load_workload_rules(text_of_file(path), str(path), known)


def text_of_file(path: Path) -> str:
    """Return a file's text.

    Raises:
        UserError: it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8 text; save it as such") from None


def models_of(text: str | None, known: "Known") -> tuple[str, ...]:
    """Read ``--candidates``: models, comma-separated, in any of their names.

    Raises:
        UserError: the price book has none of that name.
    """
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    return tuple(dict.fromkeys(_model(name, known, "--candidates") for name in names))


def budget_of(text: str | None, months: float) -> float | None:
    """Read ``--budget``: US dollars for the period, or ``USD/month``.

    Raises:
        UserError: it is no amount.
    """
    if text is None:
        return None
    amount, slash, per = text.partition("/")
    if slash and per.strip() != "month":
        raise UserError(f"--budget {text}: write USD for the period, or USD/month")
    dollars = _number(amount.strip().removeprefix("$").replace(",", ""), f"--budget {text}")
    if dollars <= 0:
        raise UserError(f"--budget {text}: a budget is more than nothing")
    return dollars * (months if slash else 1)


def rates_of(words: Sequence[str], option: str, key: str) -> dict[str, float]:
    """Read ``KEY=SHARE`` words, the share from 0 to 1 or in per cent.

    Args:
        words: As given.
        option: Its name, for errors.
        key: What stands before the ``=``, for errors.

    Raises:
        UserError: one is of another form.
    """
    found: dict[str, float] = {}
    for word in words:
        name, equals, text = word.rpartition("=")
        if not equals or not name:
            raise UserError(f"{option} {word}: write {key}=SHARE, such as {key.lower()}=0.8")
        share = _number(text.removesuffix("%"), f"{option} {word}")
        share = share / 100 if text.endswith("%") else share
        if not 0 <= share <= 1:
            raise UserError(f"{option} {word}: a share lies between 0 and 1")
        found[name] = share
    return found


def shares_of(words: Sequence[str], known: "Known") -> dict[str, float]:
    """Read ``--max-share MODEL=SHARE``.

    Raises:
        UserError: one is of another form, or the price book has no such model.
    """
    shares = rates_of(words, "--max-share", "MODEL")
    return {_model(name, known, "--max-share"): share for name, share in shares.items()}


def _model(name: str, known: "Known", option: str) -> str:
    try:
        return known.model(name)
    except ValueError as error:
        raise UserError(f"{option}: {error}") from None


def _number(text: str, where: str) -> float:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UserError(f"{where}: '{text}' is not a number") from None
    if not number.is_finite():
        raise UserError(f"{where}: '{text}' is not a number")
    return float(number)
