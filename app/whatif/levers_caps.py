"""What a cap on output would cut, by workload and model."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from app.whatif.needs import Needs
from models.levers.found import Cap

#: Makes cells tell half-octaves of output apart; no request reaches it.
FAR_CAP = 2**30

#: A cap may cut so few requests, one in.
_ONE_IN = 200

#: Below so many requests nothing is said of the longest.
_FEWEST = 1_000

_PICO_PER_USD = 10**12


@dataclass(frozen=True, slots=True)
class _Bin:
    number: int
    events: int
    output_tokens: int
    pico_per_token: int
    least: int


def caps_of(con: duckdb.DuckDBPyConnection, needs: Needs) -> Iterator[Cap]:
    """Yield a cap for each workload and model that cuts at most one request in 200.

    Args:
        con: A cursor of the cells, with their prices in use.
        needs: Of the cells; without ``FAR_CAP`` among its caps there is nothing to say.
    """
    if FAR_CAP not in needs.caps:
        return
    bins: dict[tuple[str, str], list[_Bin]] = defaultdict(list)
    rows = con.execute(
        "select cell.workload, price_class.model, cell.output_bin, rates.output_pico, "
        "sum(cell.events), sum(cell.output_tokens), min(cell.least_output) "
        "from cell join price_class using (class) join base using (class) "
        "join rates on rates.rate_id = base.rate_id "
        "where rates.output_pico > 0 and cell.output_bin >= 0 and cell.billing <> 'notional' "
        "and not price_class.bucket group by all order by all"
    ).fetchall()
    for workload, model, number, rate, events, tokens, least in rows:
        bins[workload, model].append(
            _Bin(int(number), int(events), int(tokens or 0), int(rate), int(least))
        )
    for (workload, model), found in bins.items():
        cap = _best(found)
        if cap is not None:
            yield Cap(workload, model, *cap)


def _best(bins: Sequence[_Bin]) -> tuple[int, int, int, int] | None:
    """Return tokens, requests, truncated and what is saved, of the lowest cap that cuts few."""
    requests = sum(each.events for each in bins)
    if requests < _FEWEST:
        return None
    for number in sorted({each.number for each in bins if each.number > 0}):
        beyond = [each for each in bins if each.number >= number]
        cut = sum(each.events for each in beyond)
        if cut * _ONE_IN > requests:
            continue
        below = [each.least for each in bins if each.number < number]
        tokens = min(_above(max(below, default=0)), *(each.least for each in beyond)) - 1
        saved = sum(
            (each.output_tokens - tokens * each.events) * each.pico_per_token for each in beyond
        )
        return (tokens, requests, cut, saved)
    return None


def _above(tokens: int) -> int:
    """Return the first half-octave above a number of tokens."""
    return next(edge for k in range(80) if (edge := round(2 ** (k / 2))) > tokens)
