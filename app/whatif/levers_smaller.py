"""What the next cheaper model of the same vendor would cost, at unchanged tokens."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from app.whatif.ask import Prepared
from app.whatif.replay import Detail, replay
from models.levers.found import Smaller
from models.policy.assumptions import Assumptions
from models.policy.terms import Action, Condition, Policy, Predicate, Rule, Scenario
from models.replay.groups import Group
from pricing.book import PriceBook
from pricing.errors import PricingError
from pricing.vocabulary import Meter, ServiceTier

#: Models that are tried.
FAMILY = (
    "gpt-5.4-nano", "gpt-5.4-mini", "gpt-5.4", "gpt-5.5", "gpt-5.6-luna", "gpt-5.6-terra",
    "gpt-5.6-sol",
)  # fmt: skip


def smaller_models(prepared: Prepared) -> Iterator[Smaller]:
    """Yield, by workload and logged model, the next cheaper model and what it costs."""
    book, question = prepared.whatif.basis.book, prepared.whatif.question
    at = (prepared.whatif.basis.prices_on or question.until or prepared.period.last).replace(
        tzinfo=UTC
    )
    logged = prepared.cells.con.cursor().execute(
        "select distinct vendor, model from price_class where vendor is not null order by all"
    )
    steps = step_down(book, logged.fetchall(), at)
    if not steps:
        return
    rules = tuple(
        Rule(
            name=f"{source} to {target}",
            when=Condition("all", (Predicate("model", "in", (source,)),)),
            use=Action(model=target),
            line=0,
        )
        for source, target in steps.items()
    )
    policy = Policy(name="next cheaper model", description="", rules=rules)
    scenario = Scenario(policy, Assumptions())
    found = replay(
        prepared.cells, book, scenario, prepared.whatif.basis, None, Detail(False, False)
    )
    yield from _by_work(found.groups, steps)


def step_down(book: PriceBook, logged: Iterable[tuple[str, str]], at: datetime) -> dict[str, str]:
    """Return, for each logged model, the dearest one that is cheaper in input and output."""
    known = set(logged)
    family = {key for key in book.models if key[1] in FAMILY}
    rates = {key: found for key in known | family if (found := _rates(book, key, at))}
    steps = {}
    for key in sorted(known & rates.keys()):
        cheaper = [
            other for other in rates if other[0] == key[0] and _below(rates[other], rates[key])
        ]
        if cheaper:
            steps[key[1]] = max(cheaper, key=lambda other: (rates[other], other))[1]
    return steps


def _rates(book: PriceBook, key: tuple[str, str], at: datetime) -> tuple[int, int] | None:
    try:
        price = book.find(*key, ServiceTier.STANDARD, at=at, input_tokens=0)
        return (
            price.pico_usd_per_unit(Meter.UNCACHED_INPUT),
            price.pico_usd_per_unit(Meter.OUTPUT),
        )
    except PricingError:
        return None


def _below(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[0] and one[1] < other[1]


def _by_work(groups: Iterable[Group], steps: dict[str, str]) -> Iterator[Smaller]:
    works: dict[tuple[str, str], list[Group]] = defaultdict(list)
    for group in groups:
        if group.rule and group.logged_pico is not None and group.billing != "notional":
            works[group.workload, group.model_from].append(group)
    for (workload, model), found in sorted(works.items()):
        moved = [each for each in found if each.kept is None]
        saving = sum((each.logged_pico or 0) - each.parts.total_pico for each in moved)
        if saving > 0:
            yield Smaller(
                workload=workload,
                model_from=model,
                model_to=steps[model],
                requests=sum(each.requests for each in moved),
                kept=sum(each.requests for each in found if each.kept is not None),
                cost_pico=sum(each.parts.total_pico for each in moved),
                saving_pico=saving,
            )
