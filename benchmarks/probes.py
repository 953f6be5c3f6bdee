"""Which rates a peer used: one unit more or less of a meter moves its answer by its rate."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from benchmarks.request import Request
from pricing.vocabulary import Meter

Price = Callable[[Request], Decimal | None]

#: Relative; differences of binary floats have fewer digits than the floats.
SAME_RATE = Decimal("1e-4")
SAME_SUM = Decimal("1e-6")


def rates(price: Price, request: Request) -> dict[Meter, Decimal] | None:
    """Return the US dollars per unit that give the answer, or None if none do.

    The rates found have to add up to the whole answer; else it is not made of rates.
    """
    whole = price(request)
    if whole is None:
        return None
    found: dict[Meter, Decimal] = {}
    for meter, quantity in request.usage.items():
        step = 1 if _at_lower_edge(request) else -1
        moved = price(_stepped(request, meter, quantity + step, step))
        if moved is None:
            return None
        found[meter] = (moved - whole) * step
    total = sum((rate * request.quantity(meter) for meter, rate in found.items()), Decimal(0))
    return found if abs(total - whole) <= SAME_SUM * max(abs(whole), abs(total)) else None


def told(
    theirs: dict[Meter, Decimal],
    ours: dict[Meter, Decimal] | None,
) -> str:
    """Say in words which rates are not ours."""
    words = []
    for meter, rate in theirs.items():
        own = None if ours is None else ours.get(meter)
        if own is None:
            words.append(f"{meter} at {_shown(meter, rate)}")
        elif abs(rate - own) > SAME_RATE * max(abs(rate), abs(own)):
            words.append(f"{meter} at {_shown(meter, rate)} and not {_shown(meter, own)}")
    return ", ".join(words)


def _stepped(request: Request, meter: Meter, quantity: int, step: int) -> Request:
    changed = {meter: quantity}
    if not meter.is_tool and meter is not Meter.OUTPUT:
        changed["input_tokens"] = (request.usage.input_tokens or 0) + step
    return replace(request, usage=replace(request.usage, **changed))


def _at_lower_edge(request: Request) -> bool:
    """Whether one token less is another band: thresholds are whole thousands."""
    return (request.usage.input_tokens or 0) % 1000 == 1


def _shown(meter: Meter, rate: Decimal) -> str:
    return f"${rate:.4f} a {meter.unit}" if meter.is_tool else f"${rate * 10**6:.4f} per million"
