"""Stamps usage with the canonical model and the rate that prices it.

A stamp belongs to one price book, named by its digest in ``meta``. When the book changes,
rates that did not change keep their ids, so only usage whose price changed is touched.
"""

import duckdb

from pricing.book import PriceBook
from pricing.bulk import install_rates, sql
from pricing.compile import FIRST_PRICE_ID, RATE_COLUMNS
from pricing.names import meaning

_VALUES = [name for name, _ in RATE_COLUMNS if name != "rate_id"]


def ensure_book(con: duckdb.DuckDBPyConnection, book: PriceBook) -> bool:
    """Make a book the one the database is stamped under; return whether it changed.

    Call inside a transaction.
    """
    if stamped_digest(con) == book.digest:
        return False
    install_rates(con, book, "compiled_rates")
    if _has_rates(con):
        _keep_ids(con)
    else:
        con.execute("create table rates as select * from compiled_rates")
    _create_view(con)
    con.execute("insert or replace into meta values ('book_digest', ?)", [book.digest])
    con.execute("delete from model_name")
    name_models(con, book, "usage_event")
    _restamp(con)
    con.execute("drop table compiled_rates")
    return True


def stamped_digest(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return the digest of the book the database is stamped under."""
    row = con.execute("select value from meta where key = 'book_digest'").fetchone()
    return str(row[0]) if row else None


def name_models(con: duckdb.DuckDBPyConnection, book: PriceBook, relation: str) -> None:
    """Add to ``model_name`` the logged ids of a relation that the book knows."""
    logged = con.execute(
        f"select distinct provider, model_raw from {relation} "
        "except select provider, model_raw from model_name"
    ).fetchall()
    known = [
        (provider, raw, meant.model, meant.vendor)
        for provider, raw in logged
        if (meant := meaning(provider, raw, book)) is not None
    ]
    if known:
        con.executemany("insert into model_name values (?, ?, ?, ?)", known)


def stamped(relation: str) -> str:
    """Return SQL that adds ``model`` and ``rate_id`` to a relation that has neither."""
    return f"(with usage as (select * from {relation}) select * from ({sql('find_rate')}))"


def _has_rates(con: duckdb.DuckDBPyConnection) -> bool:
    row = con.execute(
        "select count(*) from information_schema.tables "
        "where table_name = 'rates' and table_catalog = current_catalog()"
    ).fetchone()
    return bool(row and row[0])


def _keep_ids(con: duckdb.DuckDBPyConnection) -> None:
    same = " and ".join(f"old.{name} is not distinct from new.{name}" for name in _VALUES)
    listed = ", ".join(f"new.{name}" for name in _VALUES)
    con.execute(
        f"create or replace temp table kept as select case when new.rate_id < {FIRST_PRICE_ID} "
        "then new.rate_id else coalesce(old.rate_id, "
        "(select max(rate_id) from rates) + row_number() over (order by new.rate_id)) "
        "end as rate_id, "
        f"{listed} from compiled_rates as new left join rates as old "
        f"on old.rate_id >= {FIRST_PRICE_ID} and {same}"
    )
    con.execute("delete from rates")
    con.execute("insert into rates select * from kept")
    con.execute("drop table kept")


def _restamp(con: duckdb.DuckDBPyConnection) -> None:
    fresh = stamped(
        "(select * exclude (model, rate_id), model as was_model, rate_id as was_rate_id "
        "from usage_event)"
    )
    con.execute(
        f"create or replace temp table moved as select event_id, model, rate_id from {fresh} "
        "where rate_id <> was_rate_id or model <> was_model"
    )
    con.execute(
        "update usage_event set model = moved.model, rate_id = moved.rate_id "
        "from moved where moved.event_id = usage_event.event_id"
    )
    con.execute("drop table moved")


def _create_view(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace view rated_usage as "
        f"with usage as (select * from usage_event) select * from ({sql('rated_usage')})"
    )
