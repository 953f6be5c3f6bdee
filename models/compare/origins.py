"""From which scenario a fact was taken: a scenario that is silent takes what another states."""

from collections.abc import Iterator, Mapping, Sequence

from models.outcome.assumed import FACTS
from models.policy.assumptions import ALL, Assumptions, Spread
from models.policy.terms import Scenario

_MOST = 6

#: By the name of a parameter: its source, and its grade.
Origins = Mapping[str, tuple[str, str]]


def origins_of(
    own: Assumptions | None, scenarios: Sequence[Scenario], why_unnoticed: str
) -> Origins:
    """Return where the facts about people come from that an option uses.

    Args:
        own: What its scenario states itself; None for a baseline.
        scenarios: All that are compared.
        why_unnoticed: Why no failure is taken as noticed where nobody says; empty otherwise.
    """
    found: dict[str, tuple[str, str]] = {}
    if why_unnoticed:
        found[f"detection ({ALL})"] = (why_unnoticed, "A")
    for each in scenarios:
        for field, key, _ in _people(each.assumptions):
            found[f"{field} ({key})"] = (f"stated in {each.policy.name}", "yours")
    for field, key, _ in _people(own) if own else ():
        found[f"{field} ({key})"] = ("stated in the scenario", "yours")
    return found


def taken_over(scenario: Scenario, shared: Assumptions, scenarios: Sequence[Scenario]) -> str:
    """Return a sentence of the facts that a scenario takes from others; empty where it takes none.

    Args:
        scenario: As its author wrote it.
        shared: What the scenarios agree on.
        scenarios: All that are compared.
    """
    own = {(field, key) for field, key, _ in _all(scenario.assumptions)}
    agreed = {(field, key): spread for field, key, spread in _all(shared)}
    by_name: dict[str, list[str]] = {}
    for (field, key), spread in agreed.items():
        if (field, key) in own:
            continue
        name = _first(field, key, scenarios)
        if name:
            by_name.setdefault(name, []).append(_words(field, key, spread))
    said = [f"{_listed(facts)} from {name}" for name, facts in by_name.items()]
    if not said:
        return ""
    return f"Scenario {scenario.policy.name} states none of its own and takes {'; '.join(said)}."


def _first(field: str, key: str, scenarios: Sequence[Scenario]) -> str:
    for each in scenarios:
        if any((of, at) == (field, key) for of, at, _ in _all(each.assumptions)):
            return each.policy.name
    return ""


def _people(stated: Assumptions) -> Iterator[tuple[str, str, Spread]]:
    for field in FACTS:
        for key, spread in getattr(stated, field).items():
            yield field, key, spread


def _all(stated: Assumptions) -> Iterator[tuple[str, str, Spread]]:
    yield from _people(stated)
    for workload, models in stated.success.items():
        for model, spread in models.items():
            yield "success", f"{workload}, {model}", spread


def _words(field: str, key: str, spread: Spread) -> str:
    value = f"${spread.p50:f}" if field.endswith("_usd") else f"{100 * float(spread.p50):g}%"
    where = "" if key == ALL else f" ({key})"
    return f"{field.removesuffix('_usd').replace('_', ' ')} {value}{where}"


def _listed(facts: Sequence[str]) -> str:
    more = len(facts) - _MOST
    return ", ".join(facts[:_MOST]) + (f" and {more} more" if more > 0 else "")
