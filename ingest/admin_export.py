"""CSV exports of OpenAI's dashboard: their grouping and width, asked of the whole file at once."""

from collections.abc import Sequence
from typing import Any

from ingest.admin_pull import TIMES, WIDTHS, Admin, says_more, told_of, width_of
from ingest.told import Ask, Told

Record = dict[str, Any]


def told_by_export(admin: Admin, ask: Ask, columns: Sequence[str]) -> Told | None:
    """Return what an export says of its rows, or None where they must be looked at one by one.

    That is so where a time is not written as plain seconds, where rows are of several kinds, or
    where a value that was grouped by is not plain text.
    """
    kind = admin.object_of(dict.fromkeys(columns))
    fields = sorted(set(admin.grouped) & set(columns))
    said = sorted(set(columns) - TIMES - {"object"})
    if not kind or not said or not set(columns) >= TIMES:
        return None
    odd, longest, *counts = ask(_asked(admin, fields))
    if odd:
        return None
    grouped = [name for name, count in zip(fields, counts, strict=True) if count]
    width = width_of(longest or 0)

    def row(record: Record) -> Record:
        told = record | {"object": kind}
        return told_of(told, grouped, width) if says_more(record) else told

    owned = "organization_id" in columns and "project_id" not in grouped
    more = f"coalesce({', '.join(map(_name, said))}) is not null"
    return Told(_columns(kind, more, grouped, width, owned=owned), row)


def _asked(admin: Admin, fields: Sequence[str]) -> str:
    odd = [f"coalesce({admin.unlike}, false)"]
    odd += [f"not coalesce({_plain(name)}, true)" for name in ("start_time", "end_time")]
    odd += [f"coalesce(left({_name(name)}, 1) in ('{{', '['), false)" for name in fields]
    longest = (
        f"greatest(coalesce({_seconds('end_time')}, 0) - coalesce({_seconds('start_time')}, 0), 0)"
    )
    counts = [f"count({_name(name)})" for name in fields]
    return ", ".join([f"count_if({' or '.join(odd)})", f"max(try({longest}))", *counts])


def _columns(
    kind: str, more: str, grouped: Sequence[str], width: str, *, owned: bool
) -> dict[str, str]:
    parts = [f"'{name}=', {_said(name)}" for name in grouped]
    joined = ", ',', ".join(parts)
    key = f"concat({joined})" if parts else "''"
    if owned:
        owner = f"'organization=' || nullif({_name('organization_id')}, '')"
        key = f"concat_ws(',', {owner}{f', {key}' if parts else ''})"
    start = _seconds("start_time")
    bucket = {name: _name(name) for name in sorted(TIMES)} | {
        "width": f"'{width}'",
        "grouped_by": f"'{','.join(grouped)}'",
        "slot": f"cast({start} - {start} % {WIDTHS[width]} as varchar)",
    }
    data = ", ".join(f"{_name(name)} := {value}" for name, value in bucket.items())
    return {
        "object": f"'{kind}'",
        "key": _when(more, key),
        "data": _when(more, f"struct_pack({data})"),
    }


def _when(more: str, value: str) -> str:
    return f"case when {more} then {value} end"


def _name(column: str) -> str:
    return f'"{column}"'


def _plain(column: str) -> str:
    return rf"regexp_full_match({_name(column)}, '\d{{1,12}}(\.\d*)?')"


def _seconds(column: str) -> str:
    return f"cast(split_part({_name(column)}, '.', 1) as bigint)"


def _said(column: str) -> str:
    name = _name(column)
    lowered = (
        f"case when {name} in ('TRUE', 'FALSE', 'True', 'False') then lower({name}) else {name} end"
    )
    return f"coalesce({lowered}, '')"
