"""Single questions to the database: what to know beside a figure, and what is behind it.

Answers are kept as ``app.dashboard.store`` keeps its own.
"""

from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl
import streamlit as st

from app.caveats import Caveat, caveats
from app.dashboard.basis import AS_BILLED
from app.dashboard.cube import summed
from app.dashboard.prices import book
from app.dashboard.store import PATIENCE_S, Snapshot, database, keep, local, state_of
from app.dimensions import dimension
from app.explanation import Explanation, explain
from app.ledger import MEASURES, Question, answer, conditions, priced_events, scope_for
from app.options import warehouse_at
from app.price_oddities import used_after_shutdown
from app.pricing_basis import Basis
from app.scope import statement
from ingest.warehouse import WarehouseBusyError
from pricing.book import PriceBook
from pricing.bulk import sql
from pricing.lint import Oddity, oddities, stale

#: How many requests a selection lists.
DEAREST = 500

#: How many lists of caveats, and of requests, are kept.
_MOST = 32

#: As `ratecard prices check` has it unless told otherwise.
_STALE_DAYS = 120


def beside(question: Question, prices: PriceBook) -> list[Caveat]:
    """Return what to know beside the answer to a question; while a load runs, what was known."""
    path = database()
    held = _last_caveats()
    key = (str(path), prices.digest, question)
    try:
        found: list[Caveat] = _beside(key[0], state_of(path), key[1], question, prices)
    except WarehouseBusyError:
        return held.get(key, [])
    keep(held, key, found, _MOST)
    return found


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs={Question: repr})
def _beside(
    path: str, state: tuple[int, ...], digest: str, question: Question, _prices: PriceBook
) -> list[Caveat]:
    del state, digest  # parts of the key
    with warehouse_at(Path(path)).reading(PATIENCE_S) as con:
        return caveats(con, _prices, question, scope_for(con, question))


@st.cache_resource(show_spinner=False)
def _last_caveats() -> dict[tuple[str, str, Question], list[Caveat]]:
    return {}


def dearest(question: Question, prices: PriceBook) -> pl.DataFrame:
    """Return the dearest requests of a question, with local times in ``local_ts``."""
    path = database()
    return _dearest(str(path), state_of(path), prices.digest, question, prices)


@st.cache_data(max_entries=_MOST, show_spinner=False, hash_funcs={Question: repr})
def _dearest(
    path: str, state: tuple[int, ...], digest: str, question: Question, _prices: PriceBook
) -> pl.DataFrame:
    del state, digest  # parts of the key
    with warehouse_at(Path(path)).reading(PATIENCE_S) as con:
        clauses, parameters = conditions(question)
        events = priced_events(con, _prices, question)
        chosen = f"select * from {events}" + (f" where {' and '.join(clauses)}" if clauses else "")
        body = (
            f"with usage as ({chosen}), rated as (select * from ({sql('rated_usage')})) "
            f"select * from ({statement('dearest_requests').format(limit=DEAREST)})"
        )
        found = con.execute(body, parameters)
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    columns = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    columns["local_ts"] = [local(at, question.zone) for at in columns["event_ts"]]
    columns["cost_pico"] = [None if c is None else int(c) for c in columns["cost_pico"]]
    return pl.DataFrame(
        columns, schema_overrides={"cost_pico": pl.Int128}, infer_schema_length=None
    )


def explained(event_id: str, used: Basis) -> Explanation:
    """Explain a request at the prices used."""
    with warehouse_at(None).reading(PATIENCE_S) as con:
        return explain(
            con, used.book, event_id, assume_tier=used.assume_tier, prices_on=used.prices_on
        )


def odd_prices(prices: PriceBook) -> list[Oddity]:
    """Return what looks odd in the price book, models used past their shutdown first."""
    path = database()
    return _odd_prices(str(path), state_of(path), prices.digest, datetime.now(UTC).date(), prices)


@st.cache_data(max_entries=_MOST, show_spinner=False)
def _odd_prices(
    path: str, state: tuple[int, ...], digest: str, today: date, _prices: PriceBook
) -> list[Oddity]:
    del state, digest  # parts of the key
    with warehouse_at(Path(path)).reading(PATIENCE_S) as con:
        late = list(used_after_shutdown(con, _prices))
    now = datetime.combine(today, time(), UTC)
    return [*late, *oddities(_prices), *stale(_prices, now, _STALE_DAYS)]


def spent_models(read: Snapshot) -> list[str]:
    """Return the models that cost something, the dearest first, over all time and as billed.

    Colours go by it, so no filter and no choice of prices recolours a model.
    """
    if read.asked == AS_BILLED:
        return _dearest_models(read.cube)
    path = database()
    try:
        return list(_spent_models(str(path), state_of(path), book().digest, read.grain))
    except WarehouseBusyError:
        return _dearest_models(read.cube)


def _dearest_models(cube: pl.DataFrame) -> list[str]:
    spent = summed(cube, ["model"]).filter(pl.col("cost_pico").is_not_null())
    return spent.sort("cost_pico", descending=True)["model"].to_list()


@st.cache_data(max_entries=_MOST, show_spinner=False)
def _spent_models(path: str, state: tuple[int, ...], digest: str, grain: str) -> list[str]:
    del state, digest  # parts of the key
    with warehouse_at(Path(path)).reading(PATIENCE_S) as con:
        found = answer(con, book(), Question(by=(dimension("model"),), grain=grain))
    cost = 1 + MEASURES.index("cost_pico")
    spent = [(int(row[cost]), row[0]) for row in found.rows if row[cost] is not None]
    return [model for _, model in sorted(spent, key=lambda each: -each[0])]
