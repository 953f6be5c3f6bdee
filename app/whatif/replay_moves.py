"""Where a policy sends cells: its rules over them, what each may become, what it becomes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import duckdb

from app.contract_sql import filled
from app.whatif.cells import Cells
from app.whatif.cells_fields import MILLION, NUMBERS, label_columns
from app.whatif.cells_query import SUMMED
from app.whatif.needs import field_names
from app.whatif.replay_prices import Priced, find_rates, use
from models.policy.sql import assignment
from models.policy.terms import CHEAPEST, NUMBER_FIELDS, TIER_WAITS
from models.replay.limits import accepts, input_limit
from models.workload.latency import latency_sql
from models.workload.rules import WorkloadRules
from pricing.book import PriceBook
from pricing.bulk import sql
from pricing.published import Model

if TYPE_CHECKING:
    from models.policy.terms import Policy, Scenario

#: Number fields whose value a cell has in a column of another name.
_VALUES = {
    "input_tokens": "case when price_class.bucket then null else price_class.input_tokens end",
    "output_tokens": "case when price_class.bucket then null else cell.least_output end",
}

#: What a cell has of a field itself.
_OWN = {
    "workload": "cell.workload",
    "effort": "nullif(cell.effort, '')",
    "model": "price_class.model",
    "service_tier": "base.service_tier",
    "region": "price_class.region",
    "provider": "price_class.provider",
    "tools": "(price_class.web_search_calls + price_class.file_search_calls "
    "+ price_class.container_sessions > 0)",
}


def send(
    con: duckdb.DuckDBPyConnection, cells: Cells, book: PriceBook, scenario: "Scenario", at: Priced
) -> None:
    """Make ``ruled``, ``way`` and ``decided``: which rule takes a cell, and what it becomes.

    Args:
        con: A cursor of the cells' own.
        cells: Made for needs that cover the policy's.
        book: Whose models are the targets.
        scenario: Policy and assumptions.
        at: The prices.
    """
    use(con, at)
    _list_actions(con, scenario.policy)
    _list_targets(con, book, scenario.policy)
    ruled = filled("whatif_ruled", _expressions(cells, scenario, at.assume_tier))
    con.execute(f"create or replace temp table ruled as {ruled}")
    # Only who chooses among tiers needs to know what a way costs.
    chooses = any(rule.use.tier == CHEAPEST for rule in scenario.policy.rules)
    total = "coalesce(sum(cell.{}), 0)" if chooses else "0"
    sums = ", ".join(f"cast({total.format(name)} as decimal(38, 0)) as {name}" for name in SUMMED)
    ways = filled("whatif_ways", {"sums": sums})
    con.execute(f"create or replace temp table way as {ways}")
    candidates = filled("whatif_candidates", {"at": at.at})
    con.execute(f"create or replace temp table candidate as {candidates}")
    con.execute(f"create or replace temp table tried as {find_rates('candidate')}")
    decided = filled("whatif_decided", {"rated_usage": sql("rated_usage")})
    con.execute(f"create or replace temp table decided as {decided}")


def _expressions(cells: Cells, scenario: "Scenario", assume_tier: str | None) -> dict[str, str]:
    """Return the rule and the latency of a cell as SQL."""
    rules = scenario.workloads or cells.needs.workloads or WorkloadRules()
    latency = latency_sql("cell.workload", scenario.assumptions, rules)
    policy = scenario.policy
    compiled = assignment(policy, field_names(policy))
    columns = cell_columns(cells)
    if compiled.first_of_session and cells.has_sessions:
        columns |= _first_columns(cells, assume_tier)
    columns["latency_seconds"] = (
        f"({latency_sql(columns['workload'], scenario.assumptions, rules)})"
    )
    asked = {name: columns[name] for name in compiled.fields} | {
        "cached_tokens": columns["cached_tokens"],
        "input_tokens": columns["input_tokens"],
        "event_id": "event_id",
        "event_ts": "event_ts",
        "session": "session",
    }
    rule = assignment(policy, asked).sql_case_rule
    if compiled.place:
        places = [place for place, _ in cells.needs.shares]
        rule = rule.replace(compiled.place, f"cell.place_{places.index(compiled.place)}")
    return {"rule": rule, "latency": f"({latency})"}


def cell_columns(cells: Cells) -> dict[str, str]:
    """Return SQL over cell, price_class and base for each field that the cells tell apart."""
    cut = dict(cells.needs.cuts)
    columns = _OWN | _VALUES
    columns |= {name: f"cell.{of}" for name, of in label_columns(cells.needs.labels).items()}
    columns |= {name: f"cell.at_{name}" for name in cut if name in NUMBER_FIELDS} | _VALUES
    share = "cell.bin_cached_share" if "cached_share" in cut else "0"
    return columns | _cached(share, columns["input_tokens"])


def _first_columns(cells: Cells, assume_tier: str | None) -> dict[str, str]:
    columns = {}
    for k, name in enumerate(sorted(cells.needs.sticky)):
        number = name in NUMBERS
        columns[name] = f"cell.at_first_{k}" if number else f"cell.first_{k}"
    if "cached_share" in columns:
        columns |= _cached(columns["cached_share"], columns["input_tokens"])
    if assume_tier is not None and "service_tier" in columns:
        tier = columns["service_tier"]
        columns["service_tier"] = (
            f"(case when {tier} = 'unknown' then '{assume_tier}' else {tier} end)"
        )
    return columns


def _cached(share: str, prompt: str) -> dict[str, str]:
    """Return a count of cached tokens whose share of the prompt is that of the bin, exactly."""
    parts = f"cast({prompt} as decimal(19, 0)) * cast({share} as decimal(9, 0))"
    millionth = f"cast({1 / MILLION:.6f} as decimal(7, 6))"
    cached = f"case when {share} >= 0 then {parts} * {millionth} end"
    return {"cached_tokens": f"({cached})", "cached_share": share}


def _list_actions(con: duckdb.DuckDBPyConnection, policy: "Policy") -> None:
    _table(
        con,
        "action",
        "rule integer, model varchar, tier varchar, effort varchar, region varchar, cap bigint",
        [
            (number, rule.use.model, rule.use.tier, rule.use.effort, rule.use.region, rule.use.cap)
            for number, rule in enumerate(policy.rules, start=1)
        ],
    )
    waits = {tier: k for k, (tier, _) in enumerate(sorted(TIER_WAITS.items(), key=_seconds), 1)}
    choices = [("standard", 0), *waits.items()]
    logged = [(tier, 9) for tier in ("priority", "ultrafast", "scale")]
    _table(con, "tier_choice", "tier varchar, waits integer", [*choices, *logged])
    _table(con, "variant", "as_input integer", [(0,), (1,)])
    _table(con, "role", "role integer", [(k,) for k in (1, 2, 5, 6)])


def _seconds(item: tuple[str, int]) -> int:
    return item[1]


def _list_targets(con: duckdb.DuckDBPyConnection, book: PriceBook, policy: "Policy") -> None:
    """List what each rule's model is to each biller and vendor, its limits, and refused efforts."""
    bought = con.execute(
        "select distinct provider, coalesce(vendor, '') from price_class"
    ).fetchall()
    rows, names = [], set()
    for number, rule in enumerate(policy.rules, start=1):
        if rule.use.model is None:
            continue
        for provider, vendor in bought:
            if (sold := sold_by(book, rule.use.model, vendor)) is not None:
                biller = provider if sold.provider == vendor else sold.provider
                names.add((biller, f"{sold.provider}|{sold.model}", sold.model, sold.provider))
                rows.append((
                    number, provider, vendor, sold.model, biller,
                    f"{sold.provider}|{sold.model}", input_limit(sold), sold.output_limit,
                ))  # fmt: skip
    _table(
        con,
        "target",
        "rule integer, provider varchar, vendor varchar, model varchar, to_provider varchar, "
        "to_model_raw varchar, input_limit bigint, output_limit bigint",
        rows,
    )
    logged = con.execute("select distinct provider, model_raw, model, vendor from price_class")
    known = {row for row in logged.fetchall() if row[3] is not None}
    every = known | names
    _table(
        con,
        "model_name",
        "provider varchar, model_raw varchar, model varchar, vendor varchar",
        sorted(every),
    )
    _list_refused(con, {row[2] for row in every}, policy)


def _list_refused(con: duckdb.DuckDBPyConnection, models: Iterable[str], policy: "Policy") -> None:
    logged = {row[0] for row in con.execute("select distinct effort from cell").fetchall()}
    efforts = logged | {rule.use.effort for rule in policy.rules if rule.use.effort}
    refused = [
        (model, effort)
        for model in sorted(models)
        for effort in sorted(efforts)
        if not accepts(model, effort)
    ]
    _table(con, "refused", "model varchar, effort varchar", refused)


def sold_by(book: PriceBook, name: str, vendor: str) -> Model | None:
    """Return a model by any of its ids: the vendor's own of that name before another's."""
    found = [model for model in book.models.values() if name in model.ids]
    provider, slash, rest = name.partition("/")
    if not found and slash:
        found = [m for m in book.models.values() if rest in m.ids and m.provider == provider]
    return next((m for m in found if m.provider == vendor), found[0] if found else None)


def _table(
    con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple[Any, ...]]
) -> None:
    con.execute(f"create or replace temp table {name} ({columns})")
    if rows:
        marks = f"({', '.join('?' for _ in rows[0])})"
        listed = ", ".join(marks for _ in rows)
        con.execute(f"insert into {name} values {listed}", [value for row in rows for value in row])
