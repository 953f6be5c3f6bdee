"""Which rule takes which request, in plain Python. This file is the specification.

``sql`` says the same in bulk; a test with random policies and requests holds the two together.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import md5
from typing import Any

from models.policy.terms import NONE, Condition, Policy, Predicate
from models.workload.rules import matches

#: Shares are cut at millionths.
MILLION = 1_000_000
_HEX_DIGITS = 12

#: A request: a value by field, and ``cached_tokens``, ``session``, ``event_id``, ``event_ts``.
Request = Mapping[str, Any]


def assign(policy: Policy, requests: Sequence[Request]) -> list[int]:
    """Return the number of the rule that takes each request, from 1; 0 keeps its logged choices.

    Under ``sticky: session`` the first request of a session, by time and then by id, decides for
    all of it. A request without a session stands alone.
    """
    own = [rule_of(policy, request) for request in requests]
    if policy.sticky == "request":
        return own
    first: dict[str, int] = {}
    for k, request in enumerate(requests):
        unit = unit_of(policy, request)
        other = first.setdefault(unit, k)
        if _moment(request) < _moment(requests[other]):
            first[unit] = k
    return [own[first[unit_of(policy, request)]] for request in requests]


def rule_of(policy: Policy, request: Request) -> int:
    """Return the number of the rule that a request takes by itself, from 1; 0 for none.

    A rule with a share takes the next stretch of that length of [0, 1): a request that matches
    takes it if its place lies there, and else goes on behind the stretch.
    """
    place = place_of(policy, request)
    taken = 0
    for number, rule in enumerate(policy.rules, start=1):
        if rule.when is not None and not holds(rule.when, request):
            continue
        if rule.use.share is None:
            return number
        until = taken + millionths(rule.use.share)
        if taken <= place < until:
            return number
        taken = until
    return 0


def place_of(policy: Policy, request: Request) -> int:
    """Return where a request, or its session, lies in [0, 1), in millionths."""
    digest = md5(f"{policy.seed}:{unit_of(policy, request)}".encode(), usedforsecurity=False)
    return int(digest.hexdigest()[:_HEX_DIGITS], 16) % MILLION


def unit_of(policy: Policy, request: Request) -> str:
    """Return what is decided as one: a session where the policy sticks to it, else a request."""
    session = request.get("session") if policy.sticky == "session" else None
    return f"e:{request['event_id']}" if session is None else f"s:{session}"


def millionths(share: Decimal) -> int:
    """Return a share of at most six places in millionths."""
    return int(share * MILLION)


def holds(part: Predicate | Condition, request: Request) -> bool:
    """Whether a condition holds. A field that the log lacks passes no test; `not` of it does."""
    if isinstance(part, Predicate):
        return _passes(part, request)
    found = (holds(each, request) for each in part.parts)
    match part.kind:
        case "all":
            return all(found)
        case "any":
            return any(found)
        case _:
            return not any(found)


def _passes(predicate: Predicate, request: Request) -> bool:
    value = request.get(predicate.field)
    if predicate.op == "in":
        return any(_is_label(str(each), value) for each in predicate.values)
    if predicate.field == "cached_share":
        return _cached(predicate, request)
    if value is None:
        return False
    if predicate.op == "is":
        return bool(value) == bool(predicate.values[0])
    lo, hi = (None if each is None else Decimal(each) for each in predicate.values)
    if predicate.field == "hour" and lo is not None and hi is not None and lo > hi:
        return bool(value >= lo or value < hi)
    return (lo is None or value >= lo) and (hi is None or value < hi)


def _is_label(wanted: str, value: str | None) -> bool:
    if wanted == NONE:
        return value in {None, NONE}
    return value not in {None, NONE} and matches(wanted, str(value))


def _cached(predicate: Predicate, request: Request) -> bool:
    """Compare cached tokens with a share of the input, as products: no quotient, no rounding."""
    whole, cached = request.get("input_tokens"), request.get("cached_tokens")
    if not whole or cached is None:
        return False
    lo, hi = (None if each is None else millionths(Decimal(each)) for each in predicate.values)
    return (lo is None or cached * MILLION >= lo * whole) and (
        hi is None or cached * MILLION < hi * whole
    )


def _moment(request: Request) -> tuple[Any, str]:
    return request["event_ts"], request["event_id"]
