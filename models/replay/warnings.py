"""What to know beside the figures of a replay."""

from collections import Counter
from collections.abc import Sequence

from models.replay.groups import Group


def warnings_of(groups: Sequence[Group], bucketed: int) -> tuple[str, ...]:
    """Return sentences about what a replay could not know.

    Args:
        groups: What was replayed.
        bucketed: Requests that are only known as sums.
    """
    counts: Counter[str] = Counter()
    for group in groups:
        changed = group.model_from != group.model_to
        counts["no effort"] += group.requests if changed and not group.effort_from else 0
        counts["notional"] += group.requests if group.billing == "notional" else 0
        counts["undated"] += group.events if group.kept == "no_price_at_date" else 0
    said = []
    if bucketed:
        said.append(
            f"{bucketed:,} requests are only known as sums of their bucket: they are replayed as "
            "prompts of the short context band, and of average size."
        )
    if counts["no effort"]:
        said.append(
            f"{counts['no effort']:,} requests change their model and the log does not say their "
            "reasoning effort; models differ in the effort they take by default. Name one with "
            "`effort`."
        )
    if counts["notional"]:
        said.append(
            f"{counts['notional']:,} requests are within a subscription: their cost is what they "
            "would have cost by the token, and nobody billed it."
        )
    if counts["undated"]:
        said.append(
            f"{counts['undated']:,} requests keep their model, as the new one had no price on "
            "their day; --prices-on prices everything as on one day."
        )
    return tuple(said)
