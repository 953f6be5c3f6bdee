"""The upgrade report of the stored usage: the same for the command line and the dashboard."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.whatif.ask import Prepared
    from models.policy.assumptions import Assumptions
    from models.upgrade.report import UpgradeReport


def upgrade(
    prepared: "Prepared",
    from_model: str,
    to_model: str,
    effort: str | None = None,
    assumptions: "Assumptions | None" = None,
) -> "UpgradeReport":
    """Return what moving all usage of one model to another comes to, workload by workload.

    Args:
        prepared: The usage and all that answering needs of the database.
        from_model: Model that the usage is of, as the price book names it.
        to_model: Model it would move to.
        effort: Reasoning effort under the new model; None keeps what was logged.
        assumptions: What the user sets beside the choice of model; None: the priors alone.

    Raises:
        UserError: a model is not of the price book, or there is no usage of `from_model`.
    """
    raise NotImplementedError
