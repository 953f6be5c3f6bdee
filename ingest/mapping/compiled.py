"""A mapping file, compiled to a source like any other: the frame reads it as it reads those."""

from dataclasses import replace

from ingest.mapping.column import tree_of, types_of
from ingest.mapping.described import Described, Rule
from ingest.mapping.numerals import count_sql, money_sql, sum_sql
from ingest.mapping.words import CONTAINMENT, WORDS, Kind
from ingest.source import Source
from ingest.unfold import parse_unfoldings

#: Ids that providers give, under which other logs know the same request.
_PROVIDER_ID = "^(chatcmpl|cmpl|resp|msg|gen)[-_]"

#: A mapped row gives way to a record of the same request that was read by its own source.
_RANK = 10


def source_of(mapping: Described) -> Source:
    """Return the source that a mapping describes."""
    columns = tuple(mapping.every_column())
    tree = tree_of(columns)
    reads = types_of(tree)
    if _objects(mapping):
        reads.setdefault("read_again", "BOOLEAN")
    return Source(
        name=mapping.name,
        title=mapping.title,
        clauses=(),
        formats=(mapping.form,),
        wrapped=False,
        reads=reads,
        notes={},
        sql=_select(mapping),
        unfolds=tuple(replace(way, kept=tree) for way in parse_unfoldings(mapping.records, {})),
        by_row=mapping.by_row,
        expected=tuple(column.path for column in columns if column not in mapping.optional),
        described_in=mapping.path,
    )


def _select(mapping: Described) -> str:
    """Write the select: numbers and local times get a name first, as they are used repeatedly."""
    inner = [f"{sql} as {name}" for name, sql in _named(mapping).items()]
    outer = [f"{sql} as {name}" for name, sql in _reported(mapping).items()]
    named = ",\n        ".join(["body", "envelope", *inner])
    reported = ",\n    ".join(outer)
    numbered = f"select\n        {named}\n    from record"
    return f"select\n    {reported}\nfrom (\n    {numbered}\n) as named\n"


def _named(mapping: Described) -> dict[str, str]:
    """Return what has a name of its own: counts, times."""
    found = {}
    for word, columns in mapping.columns.items():
        if WORDS[word].kind is Kind.COUNT:
            factor = mapping.units.get(word)
            each = [count_sql(column.sql, mapping.numbers, factor) for column in columns]
            found[f"{word}_count"] = sum_sql(each)
    times = [column.sql for column in mapping.columns["time"]]
    text = times[0] if len(times) == 1 else f"concat_ws(' ', {', '.join(times)})"
    found["time_text"] = mapping.clock.read(text)
    if mapping.clock.is_local:
        found["local_time"] = f"try_cast({found['time_text']} as timestamp)"
    return found


def _reported(mapping: Described) -> dict[str, str]:
    found = {
        "event_id": _event_id(mapping),
        "rank": str(_RANK),
        "time": _time(mapping),
        "grain": quoted(mapping.grain),
        "not_usage": _not_usage(mapping),
        "problem": _problem(mapping),
        "billable": _billable(mapping),
        "envelope": "envelope",
    }
    if mapping.grain == "bucket":
        found["series"] = quoted(mapping.name)
    if mapping.tags:
        pairs = ", ".join(f"{quoted(name)}, {each.sql}" for name, each in mapping.tags.items())
        found["tags"] = f"json_merge_patch('{{}}', json_object({pairs}))"
    for word in (*mapping.columns, *mapping.constants):
        kind = WORDS[word].kind
        if kind is Kind.COUNT:
            found[WORDS[word].reported] = _count(mapping, word)
        elif kind is Kind.MONEY:
            [column, *_] = mapping.columns[word]
            found["stated_cost"] = money_sql(column.sql, mapping.numbers, mapping.units.get(word))
        elif kind is Kind.TEXT:
            found[WORDS[word].reported] = _text(mapping, word)
    if "tier" in mapping.constants:
        del found["tier_reported"]
        found |= {"tier_fixed": _text(mapping, "tier"), "tier_fixed_by": "'declared'"}
    return {name: sql for name, sql in found.items() if sql}


def _event_id(mapping: Described) -> str:
    if mapping.by_row:
        return "'row'"
    name = quoted(f"{mapping.name}:")
    texts = [column.sql for column in mapping.columns["id"]]
    if len(texts) > 1:
        parts = ", ".join(f"coalesce({text}, '')" for text in texts)
        whole = f"{name} || concat_ws(':', {parts})"
        return f"case when coalesce({', '.join(texts)}) is not null then {whole} end"
    [text] = texts
    own = f"{name} || {text}"
    if mapping.grain == "request":
        own = f"case when regexp_matches({text}, '{_PROVIDER_ID}') then {text} else {own} end"
    return f"case when {text} <> '' then {own} end"


def _time(mapping: Described) -> str:
    if mapping.clock.is_local:
        return mapping.clock.shifted("time_text", "local_time")
    return "time_text"


def _count(mapping: Described, word: str) -> str:
    """Write a count with what it must include and, as the file says, does not."""
    own = f"{word}_count"
    if word == "requests":
        return "try_cast(requests_count as bigint)"
    if word not in CONTAINMENT:
        return own
    missing = [
        part
        for part in CONTAINMENT[word]
        if part in mapping.columns and part not in mapping.includes[word]
    ]
    if not missing:
        return own
    # What is missing of the writes is missing of the input, too.
    if word == "input" and "cache_write" in missing and _splits_writes(mapping):
        missing.append("cache_write_long")
    counts = [own, *(f"{part}_count" for part in missing)]
    return sum_sql(counts, all_of=word != "cache_write")


def _splits_writes(mapping: Described) -> bool:
    return "cache_write_long" in mapping.columns and not mapping.includes["cache_write"]


def _text(mapping: Described, word: str) -> str:
    if word in mapping.constants:
        return quoted(mapping.constants[word])
    texts = [column.sql for column in mapping.columns[word]]
    text = texts[0]
    if len(texts) > 1:
        filled = ", ".join(f"nullif({each}, '')" for each in texts)
        text = f"coalesce({filled})"
    if pairs := mapping.values.get(word):
        cases = " ".join(f"when {quoted(a)} then {quoted(b)}" for a, b in pairs.items())
        text = f"case coalesce({text}, '') {cases} else {text} end"
    return text


def _not_usage(mapping: Described) -> str:
    cases = " ".join(f"when {_holds(rule)} then {quoted(rule.because)}" for rule in mapping.skip)
    if not cases:
        return ""
    return f"case when {_may_be_text(mapping)} then null {cases} end"


def _problem(mapping: Described) -> str:
    cases = ""
    if mapping.form == "json":
        cases = f"when {_nothing_read(mapping)} then 'none of the mapped columns has a value' "
        cases += f"when {_may_be_text(mapping)} then 'an object may be text' "
    if "requests" in mapping.columns:
        cases += "when requests_count is null then 'a bucket without a number of requests' "
        cases += "when is_not_a_count(requests_count) or try_cast(requests_count as bigint) < 0 "
        cases += "then 'requests are not a whole number' "
    return f"case {cases}end" if cases else ""


def _objects(mapping: Described) -> dict[str, list[str]]:
    """Return the objects of a JSON record that are looked into, with what is read of each."""
    found: dict[str, list[str]] = {}
    for column in mapping.every_column() if mapping.form == "json" else ():
        if column.path[1:]:
            found.setdefault(column.path[0], []).append(column.sql)
    return found


def _may_be_text(mapping: Described) -> str:
    """Write what holds for a line to be read again: broken, or an object may be JSON in a text.

    In bulk both look like objects of nothing.
    """
    if mapping.form != "json":
        return "false"
    inside = [
        f"coalesce({', '.join(fields)}) is null and body.read_again is null"
        for fields in _objects(mapping).values()
    ]
    return " or ".join([_nothing_read(mapping), *inside])


def _nothing_read(mapping: Described) -> str:
    return f"coalesce({', '.join(column.sql for column in mapping.every_column())}) is null"


def _billable(mapping: Described) -> str:
    free = " or ".join(_holds(rule) for rule in mapping.free)
    return f"not ({free})" if free else ""


def _holds(rule: Rule) -> str:
    text = f"coalesce({rule.column.sql}, '')"
    listed = ", ".join(quoted(value or "") for value in rule.values)
    return f"{text} {'not in' if rule.others else 'in'} ({listed})"


def quoted(text: str) -> str:
    """Write a text as SQL."""
    return "'" + text.replace("'", "''") + "'"
