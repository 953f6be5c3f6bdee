"""Tells how far a running query is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import duckdb

_INTERVAL_S = 0.25


@contextmanager
def watched(
    con: duckdb.DuckDBPyConnection, listener: Callable[[float], None] | None
) -> Iterator[None]:
    """Tell a listener the share of the query that is done, 0 to 1, while the context lasts."""
    if listener is None:
        yield
        return
    done = Event()

    def poll() -> None:
        while not done.wait(_INTERVAL_S):
            share = con.query_progress() / 100
            if 0 <= share <= 1:
                listener(share)

    thread = Thread(target=poll, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
