"""Requests that follow each other: the runs of an agent, the turns of a chat.

A day's requests are only dealt out anew: what they asked, put out and read from the cache has
the same sums as before.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING

from app.demo.stream import CACHE_STEP, DEEPEST_HIT

if TYPE_CHECKING:
    from app.demo.traffic import Request

#: Seconds between two requests of a session.
SHORTEST_PAUSE, LONGEST_PAUSE = 20, 240

#: Where more than this share of a stream is read from the cache, it is a session's own earlier
#: requests that are found there, and its first request finds nothing.
OWN_CACHE_ABOVE = 0.80


def in_sessions(
    requests: "Sequence[Request]", turns: tuple[int, int], latest: int, dice: Random
) -> "list[Request]":
    """Deal a day's requests of one stream out to sessions; return them in order of time.

    Args:
        requests: In order of time; sessions begin when some of them did.
        turns: Least and most requests of a session; a day with fewer is one session.
        latest: No request begins later.
        dice: Where chance comes from.
    """
    found: list[Request] = []
    sizes = list(_sizes(len(requests), turns, dice))
    first = 0
    for number, size in enumerate(sizes):
        begun = requests[int((number + dice.random()) / len(sizes) * len(requests))]
        found += _session(requests[first : first + size], begun.at, latest, dice)
        first += size
    return sorted(found, key=lambda request: request.at)


def _sizes(count: int, turns: tuple[int, int], dice: Random) -> Iterator[int]:
    least, most = turns
    while count:
        size = min(dice.randint(least, most), count)
        if 0 < count - size < least:
            size = count if count <= most else count - least
        yield size
        count -= size


def _session(
    members: "Sequence[Request]", start: int, latest: int, dice: Random
) -> "Iterator[Request]":
    """Yield one user's requests, minutes apart, with a prompt that grows."""
    name = f"{dice.getrandbits(64):016x}"
    user, key = members[0].user, members[0].key
    steps = [dice.randint(SHORTEST_PAUSE, LONGEST_PAUSE) for _ in members]
    at = min(start, latest - sum(steps))
    growing = sorted(members, key=lambda request: request.input_tokens)
    if members[0].stream.cached_share > OWN_CACHE_ABOVE:
        growing = _begun_cold(growing)
    for request, step in zip(growing, steps, strict=True):
        yield request._replace(at=at, user=user, key=key, session=name)
        at += step


def _begun_cold(members: "list[Request]") -> "list[Request]":
    """Leave what the first request read from the cache to those after it, as far as it goes."""
    first, *rest = members
    owed = first.cached_tokens
    later = []
    for before, request in zip(members, rest, strict=False):
        room = min(before.input_tokens, int(request.input_tokens * DEEPEST_HIT))
        more = max(0, min((room - request.cached_tokens) // CACHE_STEP * CACHE_STEP, owed))
        owed -= more
        later.append(request._replace(cached_tokens=request.cached_tokens + more))
    return [first._replace(cached_tokens=owed), *later]
