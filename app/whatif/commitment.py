"""What the user's contract makes of an option, in words and for machines."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.money import usd_text
from app.whatif.amounts import dollars_of
from models.commitment.effect import Effect, effects

if TYPE_CHECKING:
    from app.whatif.ask import Prepared


def committed(
    prepared: "Prepared", today: Mapping[str, int], option: Mapping[str, int]
) -> tuple[Effect, ...]:
    """Return what each commitment of the contract makes of an option; nothing without one.

    Args:
        prepared: With the contract, and the period that the spend is of.
        today: Spend in pico-dollars by model, as logged.
        option: The same under the option.
    """
    contract, period = prepared.whatif.contract, prepared.period
    if contract is None:
        return ()
    return tuple(effects(contract, today, option, period.months, period.last))


def commitment_words(name: str, found: Effect) -> str:
    """Say in a sentence what a commitment makes of an option."""
    promise = (
        f"the commitment “{found.name}” promises {dollars_of(found.promised_pico)} a month, today "
        f"{dollars_of(found.today_pico)} of it is used"
    )
    day = f"{found.until:%-d %b %Y}"
    if found.over:
        return f"{name}: {promise}; the contract could be renewed on {day}, so nothing is locked."
    if found.locked_pico:
        worth = (
            "worth nothing"
            if found.worth_pico <= 0
            else f"worth {dollars_of(found.worth_pico)} a month"
        )
        return (
            f"{name}: {promise}. The {dollars_of(found.saved_pico)} a month that it saves there is "
            f"{worth} until the renewal on {day}: {dollars_of(found.locked_pico)} a month is "
            "locked. Start then, or promise less at renewal."
        )
    if found.absorbed_pico:
        return (
            f"{name}: {promise}. Of the {dollars_of(-found.saved_pico)} a month that it costs more "
            f"there, {dollars_of(found.absorbed_pico)} is paid by what is promised and not used, "
            f"until the renewal on {day}."
        )
    return f"{name}: {promise}; what it changes lies above the commitment and counts in full."


def commitment_json(found: Effect) -> dict[str, Any]:
    """Return an effect for machines: dollars a month as exact text."""
    return {
        "commitment": found.name,
        "promised_usd_month": usd_text(found.promised_pico),
        "today_usd_month": usd_text(found.today_pico),
        "option_usd_month": usd_text(found.option_pico),
        "saved_usd_month": usd_text(found.saved_pico),
        "worth_until_renewal_usd_month": usd_text(found.worth_pico),
        "locked_usd_month": usd_text(found.locked_pico),
        "absorbed_usd_month": usd_text(found.absorbed_pico),
        "renewal": f"{found.until:%Y-%m-%d}",
        "over": found.over,
    }
