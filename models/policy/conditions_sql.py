"""A condition as an SQL expression that is true or false and never NULL."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from models.policy.evaluate import MILLION, millionths
from models.policy.terms import NONE, Condition, Predicate, Value

Columns = Mapping[str, str]


def condition_sql(part: Predicate | Condition, columns: Columns) -> str:
    """Return an expression over an event.

    Args:
        part: The condition.
        columns: An SQL expression for each field, and `cached_tokens` for `cached_share`.

    Raises:
        KeyError: a field of the condition has no expression.
    """
    if isinstance(part, Predicate):
        return f"coalesce({_predicate(part, columns)}, false)"
    inner = [condition_sql(each, columns) for each in part.parts]
    match part.kind:
        case "all":
            return f"({' and '.join(inner)})"
        case "any":
            return f"({' or '.join(inner)})"
        case _:
            return f"(not {inner[0]})"


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def predicates(part: Predicate | Condition | None) -> Iterator[Predicate]:
    """Yield every predicate of a condition."""
    if isinstance(part, Predicate):
        yield part
    elif part is not None:
        for each in part.parts:
            yield from predicates(each)


def _predicate(predicate: Predicate, columns: Columns) -> str:
    if predicate.op == "in":
        return _label(columns[predicate.field], [str(each) for each in predicate.values])
    if predicate.field == "cached_share":
        return _cached(predicate.values, columns)
    column = columns[predicate.field]
    if predicate.op == "is":
        return f"({column})" if predicate.values[0] else f"(not ({column}))"
    lo, hi = predicate.values
    over_midnight = predicate.field == "hour" and _number(lo) > _number(hi)
    bounds = [f"{column} >= {lo}"] if lo is not None else []
    bounds += [f"{column} < {hi}"] if hi is not None else []
    return f"({(' or ' if over_midnight else ' and ').join(bounds)})"


def _label(column: str, labels: list[str]) -> str:
    exact = [label for label in labels if label != NONE and not label.endswith("*")]
    begins = [label[:-1] for label in labels if label.endswith("*")]
    parts = [f"{column} in ({', '.join(map(literal, exact))})"] if exact else []
    if NONE in labels:
        parts.append(f"{column} is null or {column} = {literal(NONE)}")
    parts += [
        f"({column} <> {literal(NONE)} and substr({column}, 1, {len(prefix)}) = {literal(prefix)})"
        for prefix in begins
    ]
    return f"({' or '.join(parts)})"


def _cached(values: tuple[Value, ...], columns: Columns) -> str:
    cached, whole = columns["cached_tokens"], columns["input_tokens"]
    parts = [f"{whole} > 0"]
    for sign, bound in zip((">=", "<"), values, strict=True):
        if bound is not None:
            parts.append(f"{cached} * {MILLION} {sign} {whole} * {millionths(Decimal(bound))}")
    return f"({' and '.join(parts)})"


def _number(value: Value) -> int:
    return int(value) if value is not None else 0
