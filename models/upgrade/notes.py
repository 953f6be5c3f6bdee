"""Claims in circulation about a move, each with what like-for-like evidence says of it."""

from collections.abc import Sequence

from models.evidence.table import ArticleClaim
from models.upgrade.report import Note

#: The two models that the claims are about.
PAIR = frozenset({"gpt-5.4", "gpt-5.5"})

#: Of the claims about every kind of work, those that bear on cost.
_ON_COST = ("same_price", "fewer_tokens", "cache_75", "default_effort")

_SURCHARGE = Note(
    "long_context_surcharge",
    "The list price is what a long prompt costs.",
    "Above 272,000 input tokens the whole request is priced at twice the input and 1.5 times the "
    "output rate, cached input too (OpenAI price page); no published matrix mentions it. It is "
    "within the figures here.",
)


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
    found = [_SURCHARGE] if surcharged else []
    if set(models) == PAIR:
        found += [_note(claim) for claim in claims if evidence_workload in claim.works]
    return tuple(found)


def notes_on_all(claims: Sequence[ArticleClaim], models: tuple[str, str]) -> tuple[Note, ...]:
    """Return the claims about the cost of two models that concern every kind of work."""
    if set(models) != PAIR:
        return ()
    return tuple(_note(claim) for claim in claims if claim.id in _ON_COST)


def _note(claim: ArticleClaim) -> Note:
    return Note(claim.id, claim.claim, claim.finding)
