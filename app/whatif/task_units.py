"""What succeeds or fails: a session where the logs tell them, else a request."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.whatif.cells import Cells

#: What a task may be taken for: ``auto`` is a session where the logs tell them.
TASKS = ("auto", "session", "request")

#: By workload and logged model, requests that a task takes.
ByTask = Mapping[tuple[str, str], float]


def requests_by_task(cells: "Cells", task: str) -> ByTask:
    """Return how many requests a task takes on average, from the sample of whole sessions.

    Only those of more than one are named. A session of several models counts for each of them
    with its part of the session's requests, so that a workload has as many tasks as sessions.

    Args:
        cells: The usage.
        task: One of ``TASKS``.
    """
    if task == "request" or not cells.session_events:
        return {}
    rows = (
        cells.con.cursor()
        .execute(
            "with counted as (select cell.workload, price_class.model, "
            "session_event.conversation, count(*) as events from session_event "
            "join cell on cell.cell = session_event.cell "
            "join price_class on price_class.class = cell.class group by all), "
            "shared as (select *, events / sum(events) over (partition by workload, conversation) "
            "as part from counted) "
            "select workload, model, sum(events), sum(part) from shared "
            "group by workload, model order by workload, model"
        )
        .fetchall()
    )
    return {
        (workload, model): float(events) / tasks
        for workload, model, events, tasks in rows
        if float(events) > tasks
    }
