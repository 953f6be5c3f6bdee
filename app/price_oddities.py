"""What looks odd in a price book, seen from the usage that is loaded."""

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from app.tell import counted
from pricing.lint import Oddity
from pricing.published import instant_text

if TYPE_CHECKING:
    import duckdb

    from pricing.book import PriceBook


def used_after_shutdown(con: "duckdb.DuckDBPyConnection", book: "PriceBook") -> Iterator[Oddity]:
    """Yield the models that were used after the day their vendor shut them down."""
    ended = [(*key, model.shutdown) for key, model in book.models.items() if model.shutdown]
    if not ended:
        return
    frame = pl.DataFrame(
        [(vendor, model, at.replace(tzinfo=None)) for vendor, model, at in ended],
        schema={"vendor": pl.String, "model": pl.String, "shutdown_at": pl.Datetime("us")},
        orient="row",
    )
    asking = con.cursor()
    asking.register("shutdown", frame)
    text = (files("app") / "sql" / "past_shutdown.sql").read_text(encoding="utf-8")
    for vendor, model, at, requests, last in asking.execute(text).fetchall():
        what = (
            f"was shut down on {instant_text(at)} and used {counted(int(requests), 'time')} since, "
            f"last on {last:%Y-%m-%d}"
        )
        yield Oddity("past_shutdown", f"{vendor}/{model}", what)
    asking.close()
