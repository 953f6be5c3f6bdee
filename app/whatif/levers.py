"""Levers on the logged usage: each by itself, all of them with overlaps counted once."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import duckdb

from app.contract_sql import filled
from app.whatif.ask import Prepared
from app.whatif.cells_fields import label_columns
from app.whatif.cells_query import SUMMED
from app.whatif.levers_caps import caps_of
from app.whatif.levers_smaller import smaller_models
from app.whatif.replay_prices import priced, use
from models.levers.caching import FEWEST_REQUESTS, GAP_PERCENT
from models.levers.found import LEVERS, Blocked, LeverFound, LeversFound, Reach, block_sql
from models.levers.lever import Lever
from models.policy.assumptions import Assumptions
from models.workload.latency import latency_sql
from models.workload.rules import WorkloadRules
from pricing.book import PriceBook
from pricing.bulk import sql

_KEYS = (
    "line", "workload", "team", "week", "waits", "agentic", "model_from", "threshold", "provider",
    "model_raw", "service_tier", "region", "event_ts", "input_tokens", "other_units", "billable",
    "usage_missing", "events", "requests", "prompt_tokens", "attained_cached",
)  # fmt: skip
_STATE = (*_KEYS, *SUMMED)

#: How many groups of requests a lever names.
_MOST_NAMED = 5

_MILLION = 1_000_000

_Work = tuple[str, str, str]


def levers_found(prepared: Prepared, assumptions: Assumptions | None = None) -> LeversFound:
    """Return what every lever is worth, at list prices.

    Args:
        prepared: Its cells tell apart what ``LEVER_NEEDS`` says.
        assumptions: How long answers may take; None for what the workload rules say.
    """
    cells, basis = prepared.cells, prepared.whatif.basis
    con = cells.con.cursor()
    try:
        at = priced(cells, basis)
        use(con, at)
        _name_models(con)
        _list_edges(con, basis.book)
        _make_lines(con, prepared, at.at, assumptions or Assumptions())
        cost = _total(con, "select sum(cost_pico) from state_0")
        levers = tuple(_pull(con, lever, number) for number, lever in enumerate(LEVERS))
        caps = tuple(caps_of(con, cells.needs))
        notional = _total(con, _NOTIONAL)
        unpriced = _total(con, _UNPRICED)
        bucketed = _total(con, _BUCKETED)
    finally:
        con.close()
    return LeversFound(
        cost_pico=cost,
        months=prepared.period.months,
        levers=levers,
        caps=caps,
        smaller=tuple(smaller_models(prepared)),
        notional_events=notional,
        unpriced=unpriced,
        bucketed=bucketed,
    )


_BUCKETED = (
    "select sum(cell.records) from cell join price_class on price_class.class = cell.class "
    "where price_class.bucket and cell.billing <> 'notional'"
)
_NOTIONAL = "select sum(events) from cell where billing = 'notional'"
_UNPRICED = (
    "select sum(cell.records) from cell join base on base.class = cell.class "
    "where base.unpriced_reason is not null"
)


def _total(con: duckdb.DuckDBPyConnection, query: str) -> int:
    [(found,)] = con.execute(query).fetchall()
    return int(found or 0)


def _name_models(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace temp table model_name as select distinct provider, model_raw, model, "
        "vendor from price_class where vendor is not null"
    )


def _list_edges(con: duckdb.DuckDBPyConnection, book: PriceBook) -> None:
    con.execute(
        "create or replace temp table edge (provider varchar, model varchar, threshold bigint)"
    )
    rows = [
        (model.provider, model.model, model.long_context_above)
        for model in book.models.values()
        if model.long_context_above
    ]
    if rows:
        con.executemany("insert into edge values (?, ?, ?)", rows)


def _make_lines(
    con: duckdb.DuckDBPyConnection, prepared: Prepared, at: str, assumptions: Assumptions
) -> None:
    """Make ``state_0``: lines with the cached tokens their work once attained, and their cost."""
    needs = prepared.cells.needs
    rules = prepared.whatif.workloads or needs.workloads or WorkloadRules()
    team = label_columns(needs.labels).get("team")
    lines = filled("whatif_lever_lines", {
        "team": f"coalesce(cell.{team}, '')" if team else "''",
        "week": "cell.week" if needs.weeks else "cast(null as date)",
        "waits": latency_sql("cell.workload", assumptions, rules),
        "at": at,
        "meters": ", ".join(f"cell.{name}" for name in SUMMED),
        "summed": ", ".join(f"summed.{name}" for name in SUMMED),
        "sums": ", ".join(
            f"cast(coalesce(sum({name}), 0) as bigint) as {name}" for name in SUMMED
        ),
    })  # fmt: skip
    con.execute(f"create or replace temp table lever_line as {lines}")
    _attain(con)
    con.execute(
        "create or replace temp table lever_state as select lever_line.*, "
        "cast(floor(cast(uncached_input_tokens + cache_read_tokens as decimal(28, 0)) "
        "* share * cast(0.000001 as decimal(6, 6))) as bigint) as attained_cached, "
        "cast(0 as decimal(38, 0)) as cost_pico "
        "from lever_line left join attained using (workload, team, model_from, week)"
    )
    as_logged = _tried("lever_state", "true", {}, ())
    con.execute(
        "create or replace temp table state_0 as "
        f"select {', '.join(_STATE)}, cast(cost_pico as decimal(38, 0)) as cost_pico "
        f"from ({as_logged}) where cost_pico is not null"
    )


def _attain(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``attained``: the best weekly cached share of the same work, where a week is below."""
    rows = con.execute(
        "select workload, team, model_from, week, sum(requests), sum(cache_read_tokens), "
        "sum(uncached_input_tokens + cache_read_tokens) from lever_line "
        "where service_tier <> 'batch' and input_tokens >= 1024 group by all order by all"
    ).fetchall()
    best: dict[_Work, Fraction] = {}
    shares: list[tuple[_Work, Any, Fraction]] = []
    for workload, team, model, week, requests, cached, tokens in rows:
        share = Fraction(int(cached), int(tokens)) if tokens else Fraction(0)
        work = (workload, team, model)
        shares.append((work, week, share))
        if requests >= FEWEST_REQUESTS:
            best[work] = max(best.get(work, Fraction(0)), share)
    con.execute(
        "create or replace temp table attained (workload varchar, team varchar, "
        "model_from varchar, week date, share bigint)"
    )
    gap = Fraction(GAP_PERCENT, 100)
    short = [
        (*work, week, int(best[work] * _MILLION))
        for work, week, share in shares
        if work in best and best[work] - share >= gap
    ]
    if short:
        con.executemany("insert into attained values (?, ?, ?, ?, ?)", short)


def _tried(
    state: str,
    takes: str,
    changes: dict[str, str],
    blocks: Sequence[tuple[str, str]],
    spill_percent: int = 0,
) -> str:
    columns = [name for name in _STATE if name != "line"]
    changed = [f"{changes[name]} as {name}" if name in changes else name for name in _STATE]
    return filled("whatif_lever", {
        "state": state,
        "takes": takes,
        "changed": ", ".join(changed),
        "columns": ", ".join(columns),
        "block": block_sql(blocks),
        "spill": f"{spill_percent / 100:.2f}",
        "find_rate": sql("find_rate"),
        "rated_usage": sql("rated_usage"),
    })  # fmt: skip


def _pull(con: duckdb.DuckDBPyConnection, lever: Lever, number: int) -> LeverFound:
    """Pull a lever on ``state_0`` by itself, and on ``state_N`` to make the next state."""
    before, after = f"state_{number}", f"state_{number + 1}"
    for state, table in (("state_0", "alone"), (before, "pulled")):
        tried = _tried(state, lever.takes, dict(lever.changes), lever.blocks, lever.spill_percent)
        con.execute(f"create or replace temp table {table} as {tried}")
    con.execute(
        "create or replace temp table taken as select * from pulled "
        "where block is null and unpriced_reason is null and cost_pico < was_pico"
    )
    listed = ", ".join(_STATE)
    con.execute(
        f"create or replace temp table {after} as "
        f"select {listed}, cast(cost_pico as decimal(38, 0)) as cost_pico from taken "
        f"union all select {listed}, cost_pico from {before} "
        "where line not in (select line from taken)"
    )
    return LeverFound(
        lever=lever,
        requests=_total(con, "select sum(requests) from taken"),
        alone_pico=_total(
            con,
            "select sum(was_pico - cost_pico) from alone "
            "where block is null and unpriced_reason is null and cost_pico < was_pico",
        ),
        counted_pico=_total(con, "select sum(was_pico - cost_pico) from taken"),
        where=_where(con),
        blocked=_blocked(con, lever),
    )


def _where(con: duckdb.DuckDBPyConnection) -> tuple[Reach, ...]:
    rows = con.execute(
        "select taken.workload, taken.team, taken.model_from, was.service_tier, "
        "sum(taken.requests), sum(was_pico - taken.cost_pico) as saving "
        "from taken join state_0 as was using (line) group by all "
        f"order by saving desc, 1, 2, 3, 4 limit {_MOST_NAMED}"
    ).fetchall()
    return tuple(
        Reach(workload, team, model, tier, int(requests), int(saving))
        for workload, team, model, tier, requests, saving in rows
    )


def _blocked(con: duckdb.DuckDBPyConnection, lever: Lever) -> tuple[Blocked, ...]:
    rows = con.execute(
        "select block, unpriced_reason, sum(requests), sum(was_pico - cost_pico) from alone "
        "where block is not null and coalesce(cost_pico < was_pico, true) "
        "or block is null and unpriced_reason is not null group by all"
    ).fetchall()
    found = []
    for block, reason, requests, saving in rows:
        why = lever.blocks[block][0] if block is not None else f"no price: {reason}"
        found.append(Blocked(why, int(requests), None if saving is None else int(saving)))
    return tuple(sorted(found, key=lambda each: (-(each.saving_pico or 0), each.why)))
