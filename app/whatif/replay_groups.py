"""Replayed cells as groups: summed, priced by the rule, and read."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import duckdb

from app.contract_sql import filled, listed
from app.whatif.cells import Cells
from app.whatif.cells_fields import label_columns
from app.whatif.cells_query import SUMMED
from models.replay.groups import REGIMES, Bin, Group, Parts
from pricing.bulk import sql

#: What tells groups apart, as SQL over a cell that was sent.
_KEYS = {
    "rule": "sent.rule",
    "workload": "sent.workload",
    "team": "{team}",
    "model_from": "sent.model_from",
    "model_to": "sent.model_to",
    "tier_from": "sent.tier_from",
    "tier_to": "sent.tier_to",
    "effort_from": "sent.effort",
    "effort_to": "sent.effort_at",
    "regime": "sent.regime",
    "agentic": "sent.agentic",
    "week": "{week}",
    "billing": "sent.billing",
    "kept": "sent.kept",
    "cap": "sent.cap_at",
    "output_bin": "case when sent.cap_at is not null then sent.output_bin else -1 end",
    "over": "case when sent.cap_at is not null and sent.least_output > sent.cap_at "
    "then 1 else 0 end",
}

_COUNTS = (
    "events", "records", "requests", "bucketed", "input_tokens", "cached_tokens",
    "output_tokens", "reasoning_tokens",
)  # fmt: skip

_PARTS = (
    "uncached_pico", "cached_pico", "cached_as_uncached_pico", "write_pico", "write_long_pico",
    "write_premium_pico", "output_pico", "reasoning_pico", "tools_pico",
)  # fmt: skip

_SPILL = tuple(f"spill_{name}" for name in _PARTS if name != "write_premium_pico")

_COSTS = ("logged_pico", *_PARTS, "at_cap_pico", *_SPILL)

_COLUMNS = (*_KEYS, "band_to", "unpriced_reason", *_COUNTS, *_COSTS, "spilled")

Row = dict[str, Any]


def sum_lines(con: duckdb.DuckDBPyConnection, cells: Cells, *, teams: bool, weeks: bool) -> None:
    """Make ``line``: cells summed over what neither output nor prices can tell apart."""
    labels = label_columns(cells.needs.labels)
    team = f"coalesce(sent.{labels['team']}, '')" if teams and "team" in labels else "''"
    week = "sent.week" if weeks and cells.needs.weeks else "cast(null as date)"
    keys = {name: text.format(team=team, week=week) for name, text in _KEYS.items()}
    text = filled("whatif_summed", {
        "keys": listed([f"{expression} as {name}" for name, expression in keys.items()]),
        "groups": listed(list(keys.values())),
        "sums": ", ".join(
            f"sum(cast(coalesce(sent.{name}, 0) as decimal(38, 0))) as {name}" for name in SUMMED
        ),
    })  # fmt: skip
    con.execute(
        "create or replace temp table line as "
        f"select row_number() over () as line, summed.* from ({text}) as summed"
    )


def read_groups(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Price the lines with ``rates``, and return them as rows in a fixed order."""
    keys = "".join(f"line.{name}, " for name in _KEYS)
    costs = [f"sum(folded.{name}) as {name}" for name in _COSTS]
    costs.append("count(line.spill_rate) as spilled")
    text = filled("whatif_priced", {
        "keys": keys, "costs": ", ".join(costs), "rated_usage": sql("rated_usage"),
    })  # fmt: skip
    order = ", ".join([*_KEYS, "band_to", "unpriced_reason"])
    # Whole numbers are read much faster than decimals.
    whole = {*_COUNTS, *_COSTS}
    columns = [f"cast({name} as hugeint)" if name in whole else name for name in _COLUMNS]
    found = con.execute(f"select {', '.join(columns)} from ({text}) as priced order by {order}")
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found.fetchall()]


def groups_of(rows: list[Row]) -> Iterator[Group]:
    """Return groups of rows; those of a capped group by output length become one."""
    plain = [row for row in rows if row["cap"] is None]
    capped = [row for row in rows if row["cap"] is not None]
    for row in plain:
        yield _group(row)
    names = [name for name in (*_KEYS, "band_to", "unpriced_reason") if name not in _LENGTH]

    def same(row: Row) -> tuple[str, ...]:
        return tuple(str(row[name]) for name in names)

    for _, alike in groupby(sorted(capped, key=same), key=same):
        yield _capped(list(alike))


_LENGTH = ("output_bin", "over")


def _capped(rows: list[Row]) -> Group:
    total = rows[0] | {
        name: None
        if all(row[name] is None for row in rows)
        else sum(row[name] or 0 for row in rows)
        for name in (*_COUNTS, *_COSTS, "spilled")
    }
    bins = tuple(
        Bin(
            int(row["events"]),
            int(row["output_tokens"]),
            int(row["output_pico"] or 0),
            int(row["at_cap_pico"] or 0),
        )
        for row in sorted(rows, key=lambda row: int(row["output_bin"]))
        if row["output_tokens"]
    )
    truncated = sum(int(row["events"]) for row in rows if row["over"])
    return _group(total, bins=bins, truncated=truncated)


def _group(row: Row, bins: tuple[Bin, ...] = (), truncated: int = 0) -> Group:
    unpriced = row["unpriced_reason"] is not None
    logged = row["logged_pico"]
    return Group(
        rule=row["rule"],
        workload=row["workload"],
        team=row["team"],
        model_from=row["model_from"],
        model_to=row["model_to"],
        tier_from=row["tier_from"],
        tier_to=row["tier_to"],
        effort_from=row["effort_from"],
        effort_to=row["effort_to"],
        regime=REGIMES[row["regime"]],
        agentic=row["agentic"],
        band_to=row["band_to"] or "",
        week=row["week"],
        billing=row["billing"],
        events=row["events"],
        requests=row["requests"],
        input_tokens=row["input_tokens"],
        cached_tokens=row["cached_tokens"],
        output_tokens=row["output_tokens"],
        reasoning_tokens=row["reasoning_tokens"],
        logged_pico=None if unpriced else logged,
        parts=Parts(*(row[name] or 0 for name in _PARTS)),
        spill=_spill(row) if row["spilled"] else None,
        kept=row["kept"] if row["kept"] not in {"", "unpriced"} else None,
        unpriced=row["records"] if unpriced else 0,
        cap=row["cap"],
        bins=bins,
        truncated=truncated,
    )


def _spill(row: Row) -> Parts:
    return Parts(**{name.removeprefix("spill_"): row[name] or 0 for name in _SPILL})
