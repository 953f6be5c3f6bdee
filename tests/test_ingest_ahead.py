"""The next item is made while the last one is used."""

import gc
from threading import Event

import pytest

from ingest.ahead import ahead, uncollected


def test_items_come_in_order():
    assert list(ahead(iter(range(1, 100)))) == list(range(1, 100))
    assert list(ahead(iter([]))) == []


def test_the_next_is_made_while_one_is_used():
    made = Event()

    def source():
        yield 1
        made.set()
        yield 2

    coming = ahead(source())
    assert next(coming) == 1
    assert made.wait(10)
    assert list(coming) == [2]


def test_a_fault_is_raised_in_its_place():
    def source():
        yield 1
        raise EOFError("cut off")

    coming = ahead(source())
    assert next(coming) == 1
    with pytest.raises(EOFError, match="cut off"):
        next(coming)


def test_once_closed_the_source_is_left_alone():
    taken = []

    def source():
        for number in range(1, 100):
            taken.append(number)
            yield number

    coming = ahead(source())
    next(coming)
    coming.close()

    assert len(taken) == 2


def test_cycles_are_looked_for_again_afterwards():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
