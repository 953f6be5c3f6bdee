"""The upgrade report of the stored usage: the same for the command line and the dashboard."""

from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import UserError
from models.policy.terms import Action, Condition, Policy, Predicate, Rule, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.pricing_basis import Basis
    from app.whatif.ask import Prepared
    from app.whatif.upgrade_replays import Replays
    from models.policy.assumptions import Assumptions
    from models.upgrade.report import UpgradeReport


def move_of(
    from_model: str,
    to_model: str,
    effort: str | None = None,
    assumptions: "Assumptions | None" = None,
) -> Scenario:
    """Return the move as a scenario: every request of the old model goes to the new one.

    Args:
        from_model: As the price book names it.
        to_model: Likewise.
        effort: Under the new model; None keeps what was logged.
        assumptions: The user's.
    """
    from models.policy.assumptions import Assumptions

    of_old = Condition("all", (Predicate("model", "in", (from_model,)),))
    rule = Rule(f"to {to_model}", of_old, Action(model=to_model, effort=effort))
    policy = Policy(f"{from_model} to {to_model}", (rule,))
    return Scenario(policy, assumptions or Assumptions())


def upgrade(
    prepared: "Prepared",
    from_model: str,
    to_model: str,
    effort: str | None = None,
    assumptions: "Assumptions | None" = None,
    *,
    task: str = "auto",
) -> "UpgradeReport":
    """Return what moving all usage of one model to another comes to, workload by workload.

    Args:
        prepared: The usage and all that answering needs of the database.
        from_model: Model that the usage is of, as the price book names it.
        to_model: Model it would move to.
        effort: Reasoning effort under the new model; None keeps what was logged.
        assumptions: What the user sets beside the choice of model; None: the priors alone.
        task: What succeeds or fails: ``session``, ``request``, or ``auto``: a session where the
            log tells them.

    Raises:
        UserError: there is no usage of `from_model`, or nothing of it can move.
    """
    from app.whatif.assumed import unknown_workloads
    from app.whatif.upgrade_replays import replays
    from app.whatif.upgrade_report import report_of
    from app.whatif.upgrade_works import works_of

    move = move_of(from_model, to_model, effort, assumptions)
    basis, why = _basis(prepared, to_model)
    found = replays(prepared, basis, move, (from_model, to_model))
    if not found.moving:
        raise UserError(_nothing(prepared, (from_model, to_model), effort, found.kept()))
    works, parameters, warnings = works_of(prepared, found, move, task)
    # What is said of the effort stands with each workload.
    beside = (each for each in (*found.warnings, *warnings) if "effort" not in each)
    unknown = unknown_workloads(prepared, move.assumptions)
    known = (*why, *unknown, *dict.fromkeys(beside), *_few_weeks(found))
    return report_of(prepared, basis, move, found, works, (parameters, known))


def _basis(prepared: "Prepared", to_model: str) -> tuple["Basis", tuple[str, ...]]:
    """Return the prices of both sides: as asked for, or of one day where the new model is newer.

    A model that had no price on the days of the log would leave nothing to compare.
    """
    basis, period = prepared.whatif.basis, prepared.period
    starts = [
        entry.effective_from.replace(tzinfo=None)
        for entry in basis.book.entries
        if entry.model == to_model and entry.rates and entry.withdrawn_at is None
    ]
    if basis.prices_on is not None or not starts or min(starts) <= period.first:
        return basis, ()
    day = max(min(starts), period.last)
    words = f"list prices of {day:%-d %b %Y}"
    said = (
        f"{to_model} has a price from {min(starts):%-d %b %Y} on, later than the first of these "
        f"logs: both models are priced as on {day:%-d %b %Y}. --prices-on names another day."
    )
    return replace(basis, prices_on=day, words=words), (said,)


def _few_weeks(found: "Replays") -> tuple[str, ...]:
    from app.whatif.upgrade_works import FEWEST_WEEKS

    weeks = sum(week is not None for week in found.weeks)
    many = "1 week" if weeks == 1 else f"{weeks} weeks"
    said = f"The log holds {many}: ranges say nothing of how weeks differ."
    return (said,) if weeks < FEWEST_WEEKS else ()


def _nothing(
    prepared: "Prepared",
    models: tuple[str, str],
    effort: str | None,
    kept: "Mapping[str, int]",
) -> str:
    """Say that nothing moves and why, or which models there are."""
    from app.whatif.compare_words import kept_words
    from models.replay.limits import accepts, efforts_of

    old, new = models
    if kept and not accepts(new, effort or ""):
        return f"{new} does not take effort {effort}; it takes {', '.join(efforts_of(new))}"
    if kept:
        why = "; ".join(f"{count:,}: {kept_words(reason)}" for reason, count in kept.items())
        return f"no request of {old} can move to {new} ({why})"
    cursor = prepared.cells.con.cursor()
    rows = cursor.execute(
        "select model from price_class join cell on cell.class = price_class.class "
        "where model is not null group by model order by sum(requests) desc, model"
    ).fetchall()
    listed = ", ".join(str(model) for (model,) in rows) or "no model that has a name"
    return f"there is no usage of {old}; the log holds {listed}"
