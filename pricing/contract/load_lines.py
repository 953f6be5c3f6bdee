"""The lines of a contract that depend on a period: each item of each section, read and checked."""

from collections.abc import Iterable
from decimal import Decimal

from pricing.contract.load_reach import REACH_KEYS, Around, read_reach
from pricing.contract.load_words import (
    amount,
    markup_percent,
    more_than_nothing,
    order,
    percent,
    tokens,
)
from pricing.contract.terms import Commitment, Credit, Markup, Provisioned, Step, VolumeTiers
from pricing.contract.words import Every, MarkupBase, VolumeKind, VolumeMeasure
from pricing.load_words import one_of, sentence
from pricing.load_yaml import Section

_DATED = tuple(key for key in REACH_KEYS if key != "effective_to")

VOLUME_KEYS = (
    "name", *REACH_KEYS, "kind", "measure", "period", "steps", "used_before", "note",
)  # fmt: skip
STEP_KEYS = ("from", "percent_off")
PROVISIONED_KEYS = ("name", *REACH_KEYS, "cost", "per", "units", "monthly_tokens", "note")
CREDIT_KEYS = ("name", *_DATED, "expires", "amount", "order", "used_before", "note")
MARKUP_KEYS = ("name", *REACH_KEYS, "percent", "on", "fixed", "note")
COMMITMENT_KEYS = (
    "name", *REACH_KEYS, "amount", "period", "true_up", "shortfall_percent", "overage", "counts",
    "used_before", "note",
)  # fmt: skip

_COUNTS = ("credits", "provisioned", "markups")
_SIZES = list(Every)


def read_volume(section: Section, around: Around) -> VolumeTiers | None:
    """Read one item of `volume_tiers`."""
    before, label = _begin(section)
    reach = read_reach(section, around)
    kind = section.value("kind", one_of(VolumeKind))
    measure = section.value("measure", one_of(VolumeMeasure))
    every = section.value("period", one_of(Every))
    steps = _read_steps(section)
    used = _used_before(section)
    if kind and measure and every and len(section.faults.found) == before:
        return VolumeTiers(
            label, reach, VolumeKind(kind), VolumeMeasure(measure), Every(every), steps, used
        )
    return None


def _read_steps(section: Section) -> tuple[Step, ...]:
    items = section.sections("steps", STEP_KEYS)
    if "steps" in section and not items:
        section.faults.add(section.at("steps"), "steps: no step is given")
    steps: list[Step] = []
    for item in items:
        start, off = item.value("from", amount), item.value("percent_off", percent)
        if start is None or off is None:
            continue
        if steps and start <= steps[-1].start:
            message = f"from: {start} does not lie above {steps[-1].start}, the step before"
            item.faults.add(item.at("from"), message)
        steps.append(Step(start, off))
    return tuple(steps)


def read_provisioned(section: Section, around: Around) -> Provisioned | None:
    """Read one item of `provisioned`."""
    before, label = _begin(section)
    reach = read_reach(section, around)
    cost = section.value("cost", amount)
    per = section.value("per", one_of(("hour", "day", "month")))
    units = section.value("units", more_than_nothing) if "units" in section else Decimal(1)
    most = section.value("monthly_tokens", tokens) if "monthly_tokens" in section else None
    if cost is None or per is None or units is None or len(section.faults.found) > before:
        return None
    return Provisioned(label, reach, cost, per, units, most)


def read_credit(section: Section, around: Around) -> Credit | None:
    """Read one item of `credits`."""
    before, label = _begin(section)
    reach = read_reach(section, around, ends="expires")
    granted = section.value("amount", more_than_nothing)
    place = section.value("order", order) if "order" in section else 0
    used = _used_before(section)
    if granted is not None and used > granted:
        section.faults.add(section.at("used_before"), "used_before: more than the credit's amount")
    if granted is None or place is None or len(section.faults.found) > before:
        return None
    return Credit(label, reach, granted, place, used)


def read_markup(section: Section, around: Around) -> Markup | None:
    """Read one item of `markups`."""
    before, label = _begin(section)
    reach = read_reach(section, around)
    rate = section.value("percent", markup_percent) if "percent" in section else Decimal(0)
    fixed = section.value("fixed", amount) if "fixed" in section else Decimal(0)
    on = section.value("on", one_of(MarkupBase)) if "percent" in section else MarkupBase.BILLED
    if "percent" not in section and "fixed" not in section:
        section.faults.add(section.place, "say percent, or fixed (an amount a month), or both")
    if rate is None or fixed is None or on is None or len(section.faults.found) > before:
        return None
    return Markup(label, reach, rate, MarkupBase(on), fixed)


def read_commitment(section: Section, around: Around) -> Commitment | None:
    """Read one item of `commitments`."""
    before, label = _begin(section)

    def word(key: str, words: Iterable[str], default: str | None) -> str | None:
        return section.value(key, one_of(words)) if key in section else default

    reach = read_reach(section, around)
    promised = section.value("amount", more_than_nothing)
    every = section.value("period", one_of(Every))
    true_up = word("true_up", Every, every)
    overage = word("overage", ("contracted", "list"), "contracted")
    counts = section.values("counts", one_of(_COUNTS)) if "counts" in section else ["credits"]
    short: Decimal | None = Decimal(100)
    if "shortfall_percent" in section:
        short = section.value("shortfall_percent", percent)
    used = _used_before(section)
    if every and true_up and _SIZES.index(Every(true_up)) > _SIZES.index(Every(every)):
        message = f"true_up: a {every} cannot be settled every {true_up}"
        section.faults.add(section.at("true_up"), message)
    if promised is None or every is None or true_up is None or short is None:
        return None
    if len(section.faults.found) > before:
        return None
    return Commitment(
        label, reach, promised, Every(every), Every(true_up), short, overage == "list",
        frozenset(counts or ()), used,
    )  # fmt: skip


def _begin(section: Section) -> tuple[int, str]:
    """Read what every item has; return how many faults there were, and its name."""
    before = len(section.faults.found)
    label = section.value("name", sentence)
    if "note" in section:
        section.value("note", sentence)
    return before, label or ""


def _used_before(section: Section) -> Decimal:
    found = section.value("used_before", amount) if "used_before" in section else None
    return found or Decimal(0)
