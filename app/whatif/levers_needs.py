"""What cells have to tell apart, so that levers can be pulled on them."""

from collections.abc import Sequence

from app.errors import UserError
from app.whatif.levers_caps import FAR_CAP
from app.whatif.levers_smaller import FAMILY
from models.levers.trimming import NEAR_PERCENT
from models.policy.assumptions import ALL, Assumptions
from models.policy.terms import Action, Condition, Policy, Predicate, Rule, Scenario
from pricing.book import PriceBook


def lever_scenario(book: PriceBook) -> Scenario:
    """Return a scenario that asks for everything levers look at; it is never replayed."""
    near = {
        model.long_context_above * (100 + NEAR_PERCENT) // 100 + 1
        for model in book.models.values()
        if model.long_context_above
    }
    looks = (
        Predicate("model", "in", ("*",)),
        Predicate("team", "in", ("*",)),
        *(Predicate("input_tokens", "between", (edge, None)) for edge in sorted(near)),
    )
    sold = {model for _, model in book.models}
    rules = [Rule("levers", Condition("any", looks), Action(cap=FAR_CAP))]
    rules += [Rule(name, None, Action(model=name)) for name in FAMILY if name in sold]
    return Scenario(Policy("levers", tuple(rules)), Assumptions())


def waiting(words: Sequence[str]) -> Assumptions:
    """Read the words of ``--wait``, WORKLOAD=SECONDS.

    Raises:
        UserError: one is of another form.
    """
    seconds: dict[str, int] = {}
    for text in words:
        workload, equals, number = text.partition("=")
        if not equals or not workload or not number.isdecimal():
            raise UserError(f"--wait {text}: write WORKLOAD=SECONDS, such as extraction=86400")
        seconds[workload] = int(number)
    return Assumptions(latency_seconds=seconds)


def check_waits(assumptions: Assumptions, workloads: Sequence[str]) -> None:
    """Refuse the waits of a workload that nobody logged.

    Raises:
        UserError: a workload is none of the log's.
    """
    for name in assumptions.latency_seconds:
        if name not in {ALL, *workloads}:
            raise UserError(
                f"--wait {name}: no request is of that workload; the log has "
                f"{', '.join(sorted(set(workloads)))}"
            )
