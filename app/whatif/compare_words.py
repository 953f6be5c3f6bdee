"""What a comparison found, as sentences."""

from collections.abc import Sequence

from app.whatif.amounts import chance, dollars, dollars_of, percent, points, spread
from models.compare.option import Comparison, Option
from models.compare.summary import Saving, saving, total_saving

#: Why requests of a rule kept their logged choices.
KEPT = {
    "over_limit": "their prompt is larger than the model takes",
    "over_output_limit": "their output is longer than the model writes",
    "not_sold": "whoever bills them does not sell the model",
    "not_billable": "they bill nothing",
    "effort_not_accepted": "the model does not take their reasoning effort",
    "agent_session": "they are of an agent's session, and the next request waits for the answer",
    "latency_unknown": "nobody says how long they may wait; state it under `latency_seconds`",
    "cannot_wait": "they cannot wait as long as the tier may take",
    "tier_not_offered": "the model is not sold at that tier",
    "no_price_at_date": "the model had no price on their day; --prices-on prices all on one day",
    "rate_not_published": "nobody has published that price",
}

_PICO_PER_USD = 10**12

#: Days; weekdays and weekends differ.
_WEEK = 7
_WORK_OF = " writes for the work of "


def finding(comparison: Comparison) -> tuple[str, ...]:
    """Say what saves how much against today's mix and how surely, the largest saving first."""
    today = comparison.today
    scenarios = [each for each in comparison.options if each.kind == "scenario"]
    found = sorted(
        ((each, saving(each, today)) for each in scenarios), key=lambda pair: -pair[1].pico
    )
    said = tuple(_sentence(option, what, comparison) for option, what in found)
    return (said or (f"{today.name} costs {_a_month(today, comparison)}.",)) + _short(comparison)


def _short(comparison: Comparison) -> tuple[str, ...]:
    """Say where a month is made of a few days."""
    if comparison.days >= _WEEK:
        return ()
    days = "one day" if comparison.days <= 1 else f"{comparison.days:.0f} days"
    times = 365.25 / 12 / comparison.days
    said = f"The usage is of {days}: a month here is that {times:.0f} times over"
    return (f"{said}, which other days may not bear out.",)


def _sentence(option: Option, found: Saving, comparison: Comparison) -> str:
    today = comparison.today
    first = f"{option.name} {_saves(found, comparison)}"
    quality = _quality(option, today)
    total = total_saving(option, today)
    people = ""
    if total is not None and (option.people_usd or today.people_usd):
        words = "saves" if total.p50 >= 0 else "costs"
        people = (
            f" With people's work counted it {words} {dollars(abs(total.p50) / comparison.months)}"
            f" a month{'' if words == 'saves' else ' more'} (P10–P90"
            f" {spread(total, comparison.months)})."
        )
    return f"{first}; {quality}.{people}"


def _saves(found: Saving, comparison: Comparison) -> str:
    if not found.pico and found.usd.p10 == found.usd.p90 == 0:
        return f"costs the same as {found.against}: it moves nothing that changes the bill"
    a_month = abs(found.pico) / _PICO_PER_USD / comparison.months
    part = f", {share_words(found.share)}" if found.share is not None else ""
    low_high = spread(found.usd, comparison.months)
    if found.pico >= 0:
        return (
            f"saves {dollars(a_month)} a month against {found.against}{part} (P10–P90 "
            f"{low_high}); it is cheaper in {chance(found.probability)} of the draws"
        )
    return (
        f"costs {dollars(a_month)} a month more than {found.against}{part} (saving P10–P90 "
        f"{low_high}); it is cheaper in {chance(found.probability)} of the draws"
    )


def _quality(option: Option, today: Option) -> str:
    before = {part.workload: part for part in today.parts}
    known = [
        (part, part.success, was)
        for part in option.parts
        if part.success and (was := before[part.workload].success)
    ]
    requests = sum(part.counted for part, _, _ in known)
    tasks = sum(part.tasks for part, _, _ in known)
    if not tasks:
        return "cost only: success unknown"
    then = sum(part.tasks * after.point for part, after, _ in known) / tasks
    now = sum(part.tasks * was.point for part, _, was in known) / tasks
    words = f"success {percent(then)} against {percent(now)} today, {points(then - now)}"
    if requests == option.counted:
        return f"{words} ({option.success.words})" if option.success else words
    share = percent(requests / (option.counted or 1))
    return f"{words}, on the {share} of requests where it is known"


def _a_month(option: Option, comparison: Comparison) -> str:
    return f"{dollars_of(round(option.cost_pico / comparison.months))} a month"


def share_words(share: float | None) -> str:
    """Return a saving as a part of the baseline; what costs several times as much says so."""
    if share is None or share > -1:
        return percent(share if share is None else abs(share))
    return f"{1 - share:,.1f} times as much"


def kept_words(reason: str) -> str:
    """Return why requests kept their logged choices, as people say it."""
    return KEPT.get(reason, reason.replace("_", " "))


def told_once(sentences: Sequence[str]) -> list[str]:
    """Return sentences once each; those that differ in the name of one model are one."""
    of: dict[tuple[str, str], list[str]] = {}
    for each in dict.fromkeys(sentences):
        head, work, tail = each.partition(_WORK_OF)
        model, colon, rest = tail.partition(": ")
        of.setdefault((head + work, colon + rest), []).append(model)
    return list(
        dict.fromkeys(
            _whole(head + ", ".join(models) + rest) for (head, rest), models in of.items()
        )
    )


def _whole(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."
