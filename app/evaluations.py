"""The user's evaluations as the what-ifs take them."""

from decimal import Decimal
from typing import TYPE_CHECKING

from ingest.evaluation.store import read_stored
from models.evidence.evaluations import Evaluation

if TYPE_CHECKING:
    import duckdb

_USD_PER_PICO = Decimal("1e-12")


def stored_evaluations(con: "duckdb.DuckDBPyConnection") -> tuple[Evaluation, ...]:
    """Read the evaluations of a database."""
    return tuple(
        Evaluation(
            each.task,
            each.model,
            each.passed,
            effort=each.effort,
            run=each.run,
            score=each.score,
            attempts=each.attempts,
            input_tokens=each.input_tokens,
            output_tokens=each.output_tokens,
            turns=each.turns,
            cost_usd=None if each.cost_pico is None else each.cost_pico * _USD_PER_PICO,
            workload=each.workload,
        )
        for each in read_stored(con)
    )
