"""Claims in circulation about a move, each with what like-for-like evidence says of it."""

from collections.abc import Sequence

from models.evidence.table import ArticleClaim
from models.upgrade.report import Note

#: The two models that the claims are about.
PAIR = frozenset({"gpt-5.4", "gpt-5.5"})
#: What concerns any model that has a surcharge on long prompts.
_SURCHARGE = "C9"


def notes_for(
    claims: Sequence[ArticleClaim],
    models: tuple[str, str],
    evidence_workload: str | None,
    *,
    surcharged: bool,
) -> tuple[Note, ...]:
    """Return the claims that concern one kind of work.

    Args:
        claims: All of them.
        models: The old and the new model.
        evidence_workload: Kind of work, as the evidence names it; None is unknown.
        surcharged: Whether the surcharge on long prompts is within the cost.
    """
    about_pair = set(models) == PAIR
    return tuple(
        Note(claim.id, claim.claim, claim.finding)
        for claim in claims
        if (claim.id == _SURCHARGE and surcharged)
        or (claim.id != _SURCHARGE and about_pair and evidence_workload in claim.works)
    )


def notes_on_all(claims: Sequence[ArticleClaim], models: tuple[str, str]) -> tuple[Note, ...]:
    """Return the claims about two models that concern every kind of work."""
    if set(models) != PAIR:
        return ()
    return tuple(
        Note(claim.id, claim.claim, claim.finding)
        for claim in claims
        if not claim.works and claim.id != _SURCHARGE
    )
