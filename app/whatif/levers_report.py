"""Levers in words and tables, and for machines."""

from collections.abc import Iterator
from typing import Any

from app.money import usd_text
from app.whatif.amounts import counted, dollars, dollars_of, percent
from app.whatif.sections import Document, Finding, Notes, Section, Table
from models.levers.found import Blocked, LeverFound, LeversFound, Reach

_PICO_PER_USD = 10**12

#: Columns of CSV: one row for each lever, block, cap and cheaper model.
COLUMNS = (
    "kind", "name", "workload", "team", "model", "model_to", "service_tier", "requests",
    "saving_usd", "alone_usd", "truncated", "output_cap_tokens", "why",
)  # fmt: skip


def document(found: LeversFound, subtitle: str, data: object = None) -> Document:
    """Return levers as a report."""
    return Document(
        title="What the same requests could cost less by",
        subtitle=subtitle,
        sections=tuple(_sections(found)),
        data=data,
    )


def _sections(found: LeversFound) -> Iterator[Section]:
    yield Finding(_finding(found))
    yield _levers(found)
    if where := [row for each in found.levers for row in _where(each)]:
        yield Table(
            "Of which requests",
            ("Lever", "Workload", "Team", "Model", "Tier", "Requests", "Saves"),
            tuple(where),
            numeric=frozenset({5, 6}),
        )
    if blocked := [row for each in found.levers for row in _blocked(each)]:
        yield Table(
            "What is blocked, and by what",
            ("Lever", "Would save", "Requests", "Blocked because"),
            tuple(blocked),
            numeric=frozenset({1, 2}),
            note="Each by itself; these overlap and are in no sum.",
        )
    yield from _smaller(found)
    yield from _caps(found)
    yield Notes("How to pull them", _hows(found))
    if words := _left_out(found):
        yield Notes("What to know", words)


def _finding(found: LeversFound) -> tuple[str, ...]:
    share = found.counted_pico / found.cost_pico if found.cost_pico else 0.0
    ranked = sorted(found.levers, key=lambda each: -each.counted_pico)
    best = [each for each in ranked if each.counted_pico][:2]
    if not best:
        said = "No lever saves anything on this usage"
        waiting = max((each for lever in found.levers for each in lever.blocked
                       if each.saving_pico), key=_worth, default=None)  # fmt: skip
        if waiting is None:
            return (f"{said}.",)
        blocked = dollars_of(_worth(waiting))
        return (f"{said} as it stands: {blocked} are blocked, as {waiting.why}.",)
    parts = [f"{dollars_of(each.counted_pico)} by “{each.lever.title.lower()}”" for each in best]
    month = dollars(found.counted_pico / _PICO_PER_USD / found.months)
    said = (
        f"Levers save {dollars_of(found.counted_pico)} of the {dollars_of(found.cost_pico)} that "
        f"these requests cost as logged ({percent(share)}, {month} a month), overlaps counted "
        f"once: {', '.join(parts)}."
    )
    return (said,)


def _worth(blocked: Blocked) -> int:
    return blocked.saving_pico or 0


def _levers(found: LeversFound) -> Table:
    rows = [
        (
            each.lever.title,
            counted(each.requests),
            dollars_of(each.alone_pico),
            dollars_of(each.counted_pico),
            each.lever.gives_up,
        )
        for each in found.levers
    ]
    total = (
        "Together",
        "",
        "",
        dollars_of(found.counted_pico),
        f"{percent(found.counted_pico / found.cost_pico if found.cost_pico else None)} of the cost",
    )
    return Table(
        "Levers, saving against the logged choices",
        ("Lever", "Requests", "Alone", "Counted", "What it gives up"),
        (*rows, total),
        numeric=frozenset({1, 2, 3}),
        strong=frozenset({len(rows)}),
        note="Counted: after the levers above it, so that the column adds up.",
    )


def _where(each: LeverFound) -> list[tuple[str, ...]]:
    return [
        (
            each.lever.name, at.workload, at.team or "(none)", at.model, at.service_tier,
            counted(at.requests), dollars_of(at.saving_pico),
        )
        for at in each.where
    ]  # fmt: skip


def _blocked(each: LeverFound) -> list[tuple[str, ...]]:
    return [
        (
            each.lever.name,
            "no price" if at.saving_pico is None else dollars_of(at.saving_pico),
            counted(at.requests),
            at.why,
        )
        for at in each.blocked
    ]


def _smaller(found: LeversFound) -> Iterator[Section]:
    if not found.smaller:
        return
    yield Table(
        "A cheaper model, if it does the work as well",
        ("Workload", "Model", "Cheaper one", "Requests", "Stay", "Would save"),
        tuple(
            (
                each.workload, each.model_from, each.model_to, counted(each.requests),
                counted(each.kept), dollars_of(each.saving_pico),
            )
            for each in sorted(found.smaller, key=lambda each: -each.saving_pico)
        ),
        numeric=frozenset({3, 4, 5}),
        note="Blocked: its success on your work is unknown, and it may write more. In no sum. "
        "`ratecard upgrade --from MODEL --to CHEAPER` says when it pays, `ratecard evidence need` "
        "how many tasks to try.",
    )  # fmt: skip


def _caps(found: LeversFound) -> Iterator[Section]:
    if not found.caps:
        return
    yield Table(
        "A cap on output that cuts at most one answer in 200",
        ("Workload", "Model", "Cap, tokens", "Answers cut", "Of", "Would save", "Pays below"),
        tuple(
            (
                each.workload, each.model, counted(each.tokens), counted(each.truncated),
                counted(each.requests), dollars_of(each.saving_pico),
                dollars_of(each.worth_below_pico),
            )
            for each in sorted(found.caps, key=lambda each: -each.saving_pico)
        ),
        numeric=frozenset({2, 3, 4, 5, 6}),
        note="A cut answer is billed and seldom of use: a cap pays only where putting one right "
        "costs less than the last column. It guards against runaways. In no sum.",
    )  # fmt: skip


def _hows(found: LeversFound) -> tuple[str, ...]:
    useful = [each for each in found.levers if each.counted_pico or each.blocked]
    return tuple(f"{each.lever.title}: {each.lever.how}." for each in useful)


def _left_out(found: LeversFound) -> tuple[str, ...]:
    words = []
    if found.notional_events:
        words.append(
            f"{counted(found.notional_events)} requests within subscriptions are left out: no "
            "lever changes what is paid for them."
        )
    if found.bucketed:
        words.append(
            f"{counted(found.bucketed)} requests of usage buckets are left out: a bucket says "
            "nothing of one request. `ratecard report` counts them."
        )
    if found.unpriced:
        words.append(f"{counted(found.unpriced)} requests without a price are left out.")
    return tuple(words)


def json_of(found: LeversFound) -> dict[str, Any]:
    """Return levers for machines: exact dollars as text, for the whole period."""
    return {
        "cost_usd": usd_text(found.cost_pico),
        "months": round(found.months, 6),
        "counted_usd": usd_text(found.counted_pico),
        "levers": [_lever_json(each) for each in found.levers],
        "smaller_models": [
            {
                "workload": each.workload,
                "model": each.model_from,
                "model_to": each.model_to,
                "requests": each.requests,
                "kept_requests": each.kept,
                "saving_usd": usd_text(each.saving_pico),
                "blocked": "success unknown",
            }
            for each in found.smaller
        ],
        "output_caps": [
            {
                "workload": each.workload,
                "model": each.model,
                "output_cap_tokens": each.tokens,
                "requests": each.requests,
                "truncated_requests": each.truncated,
                "saving_usd": usd_text(each.saving_pico),
                "pays_below_usd": usd_text(each.worth_below_pico),
            }
            for each in found.caps
        ],
        "notional_requests": found.notional_events,
        "unpriced_requests": found.unpriced,
        "bucket_requests": found.bucketed,
    }


def _lever_json(each: LeverFound) -> dict[str, Any]:
    return {
        "lever": each.lever.name,
        "title": each.lever.title,
        "requests": each.requests,
        "alone_usd": usd_text(each.alone_pico),
        "counted_usd": usd_text(each.counted_pico),
        "gives_up": each.lever.gives_up,
        "where": [_reach_json(at) for at in each.where],
        "blocked": [
            {"why": at.why, "requests": at.requests, "saving_usd": usd_text(at.saving_pico)}
            for at in each.blocked
        ],
    }


def _reach_json(at: Reach) -> dict[str, Any]:
    return {
        "workload": at.workload,
        "team": at.team,
        "model": at.model,
        "service_tier": at.service_tier,
        "requests": at.requests,
        "saving_usd": usd_text(at.saving_pico),
    }


def rows_of(found: LeversFound) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Return columns and rows for CSV."""
    rows: list[dict[str, Any]] = []
    for each in found.levers:
        name = each.lever.name
        rows.append({
            "kind": "lever", "name": name, "requests": each.requests,
            "saving_usd": usd_text(each.counted_pico), "alone_usd": usd_text(each.alone_pico),
        })  # fmt: skip
        rows += [{"kind": "where", "name": name, **_reach_json(at)} for at in each.where]
        rows += [
            {"kind": "blocked", "name": name, "requests": at.requests, "why": at.why,
             "alone_usd": usd_text(at.saving_pico)}
            for at in each.blocked
        ]  # fmt: skip
    rows += [
        {"kind": "smaller_model", "why": one["blocked"], "alone_usd": one["saving_usd"]}
        | {key: one[key] for key in ("workload", "model", "model_to", "requests")}
        for one in json_of(found)["smaller_models"]
    ]
    rows += [
        {"kind": "output_cap", "truncated": one["truncated_requests"],
         "alone_usd": one["saving_usd"]}
        | {key: one[key] for key in ("workload", "model", "requests", "output_cap_tokens")}
        for one in json_of(found)["output_caps"]
    ]  # fmt: skip
    return COLUMNS, [[row.get(name) for name in COLUMNS] for row in rows]
