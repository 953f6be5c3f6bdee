"""Numbers as a mapping file says they are written, as SQL that gives the frame's own writing."""

from collections.abc import Sequence
from decimal import Decimal

from ingest.mapping.words import NUMBERS

#: A decimal of a log times a factor is exact in 38 digits.
_LOGGED = "decimal(22, 12)"
_FACTOR = "decimal(16, 8)"


def plain_sql(text: str, numbers: str) -> str:
    """Write a number without marks between thousands, with a point before the fraction."""
    thousands, fraction = NUMBERS[numbers]
    if thousands:
        text = f"replace({text}, '{thousands}', '')"
    if thousands == " ":
        text = f"replace(replace({text}, chr(160), ''), chr(8239), '')"
    return f"replace({text}, '{fraction}', '.')" if fraction != "." else text


def count_sql(text: str, numbers: str, factor: Decimal | None) -> str:
    """Write a count in whole units, where it is one; anything else stays as it is."""
    plain = plain_sql(text, numbers)
    if factor is None:
        return f"whole({plain})"
    product = _product(plain, factor)
    units = f"try_cast({product} as bigint)"
    return (
        f"case when try_cast({units} as decimal(38, 20)) = {product} "
        f"then cast({units} as varchar) else coalesce(cast({product} as varchar), {plain}) end"
    )


def money_sql(text: str, numbers: str, factor: Decimal | None) -> str:
    """Write an amount in dollars, exactly."""
    plain = plain_sql(text, numbers)
    return plain if factor is None else f"cast({_product(plain, factor)} as varchar)"


def sum_sql(counts: Sequence[str], *, all_of: bool = False) -> str:
    """Write the sum of counts; what is no count stays, to be refused.

    Args:
        counts: SQL of each, as text.
        all_of: Without the first there is no sum; else any of them makes one.
    """
    if len(counts) == 1:
        return counts[0]
    refused = " ".join(f"when is_not_a_count({each}) then {each}" for each in counts)
    added = " + ".join(f"coalesce(count_of({each}), 0)" for each in counts)
    first = counts[0] if all_of else f"coalesce({', '.join(counts)})"
    return f"case {refused} when {first} is not null then cast({added} as varchar) end"


def _product(plain: str, factor: Decimal) -> str:
    return f"try_cast({plain} as {_LOGGED}) * cast('{factor:f}' as {_FACTOR})"
