"""What caches keep: the formula against a simulation of requests that come at random."""

from dataclasses import replace

import numpy as np
import pytest

from models.replay.cache import HitShares, hit_share, kept_by_formula
from models.replay.groups import CacheKept
from tests.test_replay_translate import GROUP

STAYS = replace(GROUP, model_to="a", requests=30, cached_tokens=300, input_tokens=1000)
LEAVES = replace(GROUP, model_to="b", requests=70, cached_tokens=700, input_tokens=1000)


def kept(groups, largest=None, measured=()):
    return kept_by_formula(groups, HitShares(groups, largest or {}), measured)


@pytest.mark.parametrize("part", [0.1, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("rate", [0.2, 1.0, 3.0])
def test_the_formula_is_exact_for_random_arrivals(rate, part):
    random = np.random.default_rng(7)
    gaps = random.exponential(1 / rate, 200_000)
    hit = np.mean(gaps <= 1)
    kept = random.random(gaps.size) < part
    arrivals = np.cumsum(gaps)[kept]

    simulated = np.mean(np.diff(arrivals) <= 1)

    assert hit_share(hit, part) == pytest.approx(simulated, abs=0.01)


def test_a_split_of_traffic_loses_some_of_the_cache():
    found = kept([STAYS, LEAVES], {"chat": 1.0})

    # Half of all input was found; of a part of 0.3 of the traffic 1 - 0.5^0.3 is.
    assert found == (
        CacheKept(
            1, "chat", "a", pytest.approx((1 - 0.5**0.3) / 0.5, abs=1e-6), "formula", 0, 30, 300
        ),
        CacheKept(
            1, "chat", "b", pytest.approx((1 - 0.5**0.7) / 0.5, abs=1e-6), "formula", 0, 70, 700
        ),
    )


def test_what_cannot_be_cached_at_all_is_no_miss():
    found = kept([STAYS, LEAVES], {"chat": 0.5})

    assert [each.kept for each in found] == [1.0, 1.0]


@pytest.mark.parametrize(
    "groups",
    [
        [STAYS],
        [replace(STAYS, cached_tokens=0), replace(LEAVES, cached_tokens=0)],
        [STAYS, replace(LEAVES, model_from="b")],
    ],
    ids=["nothing moves", "nothing is cached", "each stays where it was"],
)
def test_unchanged(groups):
    found = kept(groups)

    assert {(each.method, each.kept) for each in found} == {("unchanged", 1.0)}


def test_all_of_it_moved_together_keeps_its_cache():
    [found] = kept([replace(STAYS, model_to="b"), LEAVES])

    assert (found.kept, found.method) == (1.0, "formula")


def test_what_was_measured_comes_first():
    measured = CacheKept(1, "chat", "b", 0.7, "sessions", 3, 40, 600)

    found = kept([STAYS, LEAVES], {}, [measured])

    assert found[1] == measured
    assert found[0].method == "formula"
