"""The `use` of a rule: what is done with the requests it takes."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from models.policy.known import Known
from models.policy.load_words import decimal, share, some_share, tokens, tries
from models.policy.terms import CHEAPEST, Action, Cascade, Verification, Verifier
from pricing.load_yaml import Section

T = TypeVar("T")

USE_KEYS = ("model", "tier", "effort", "region", "cap", "share", "attempts", "cascade", "verify")
CASCADE_KEYS = ("to", "to_effort", "verifier")
VERIFIER_KEYS = ("model", "accepts_correct", "accepts_wrong", "output_tokens", "cost_usd")
VERIFY_KEYS = (
    "model", "detects", "false_flags", "output_tokens", "caught_usd", "rework_usd", "share",
)  # fmt: skip
#: The word for an action that changes nothing.
KEEP = "keep"


def read_action(rule: Section, known: Known) -> Action | None:
    """Read the `use` of a rule; None, and faults, when something is wrong."""
    if rule.peek("use") == KEEP:
        return Action()
    before = len(rule.faults.found)
    section = rule.section("use", USE_KEYS)
    if section is None:
        return None
    if section.readable and not section.nodes and len(rule.faults.found) == before:
        section.faults.add(section.place, f"nothing to do; write `use: {KEEP}` to change nothing")
    action = Action(
        model=optional(section, "model", known.model),
        tier=optional(section, "tier", lambda text: known.word(text, (*known.tiers, CHEAPEST))),
        effort=optional(section, "effort", lambda text: known.word(text, known.efforts)),
        region=optional(section, "region", lambda text: known.word(text, known.regions)),
        cap=optional(section, "cap", tokens),
        share=optional(section, "share", some_share),
        attempts=optional(section, "attempts", tries) or 1,
        cascade=_read_cascade(section, known) if "cascade" in section else None,
        verify=_read_verification(section, known) if "verify" in section else None,
    )
    _check(section, action, known)
    return action if len(rule.faults.found) == before else None


def optional(section: Section, key: str, read: Callable[[str], T]) -> T | None:
    """Read a key that may be left out."""
    return section.value(key, read) if key in section else None


def _read_cascade(section: Section, known: Known) -> Cascade | None:
    inner = section.section("cascade", CASCADE_KEYS)
    if inner is None:
        return None
    to = inner.value("to", known.model)
    effort = optional(inner, "to_effort", lambda text: known.word(text, known.efforts))
    verifier = _read_verifier(inner, known)
    return Cascade(to, verifier, effort) if to and verifier else None


def _read_verifier(section: Section, known: Known) -> Verifier | None:
    inner = section.section("verifier", VERIFIER_KEYS)
    if inner is None:
        return None
    right = inner.value("accepts_correct", share)
    wrong = inner.value("accepts_wrong", share)
    model = optional(inner, "model", known.model)
    cost = optional(inner, "cost_usd", decimal)
    written = optional(inner, "output_tokens", tokens)
    if ("model" in inner) == ("cost_usd" in inner):
        message = "write either the verifier's model or its cost_usd, US dollars for one verdict"
        inner.faults.add(inner.place, message)
    if right is None or wrong is None:
        return None
    return Verifier(right, wrong, model, written or Verifier(right, wrong).output_tokens, cost)


def _read_verification(section: Section, known: Known) -> Verification | None:
    inner = section.section("verify", VERIFY_KEYS)
    if inner is None:
        return None
    detects, flags = inner.value("detects", share), inner.value("false_flags", share)
    usual = Verification(Decimal(0), Decimal(0))
    model = optional(inner, "model", known.model)
    written = optional(inner, "output_tokens", tokens)
    caught, rework = (optional(inner, key, decimal) for key in ("caught_usd", "rework_usd"))
    checked = optional(inner, "share", some_share)
    if detects is None or flags is None:
        return None
    return Verification(
        detects,
        flags,
        model,
        written or usual.output_tokens,
        usual.caught_usd if caught is None else caught,
        usual.rework_usd if rework is None else rework,
        checked or usual.share,
    )


def _check(section: Section, action: Action, known: Known) -> None:
    """Note what cannot be together."""
    offered = known.offered.get(action.model or "")
    if offered and action.tier and action.tier not in {*offered, CHEAPEST}:
        message = f"tier: {action.model} is not sold at {action.tier}, but at {', '.join(offered)}"
        section.faults.add(section.at("tier"), message)
    if action.cascade and action.attempts > 1:
        message = "attempts: a cascade has one attempt at each of its models; leave out one of both"
        section.faults.add(section.at("attempts"), message)
