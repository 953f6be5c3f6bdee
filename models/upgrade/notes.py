"""Claims in circulation about a move, and what like-for-like evidence says of them."""

from models.upgrade.report import Note

_PAIR = frozenset({"gpt-5.4", "gpt-5.5"})

_PRICE = Note(
    "price-on-par",
    "GPT-5.5 costs the same per token as GPT-5.4.",
    "False: the list prices are $2.50 in and $15 out for GPT-5.4, $5 and $30 for GPT-5.5, per 1M "
    "tokens; double on every part (OpenAI price page).",
)
_BY_WORK = {
    "customer_support": Note(
        "tau2-prompts",
        "Keep GPT-5.4 for support: 98.9 against 98.0 on Tau2-bench Telecom.",
        "Not comparable: 98.9 is with tuned prompts (GPT-5.4 page), 98.0 with the original ones. "
        "With the original prompts it is 92.8 against 98.0 (OpenAI, 2026-04-23); by Artificial "
        "Analysis at xhigh 87.1 against 93.9. The price may still say keep.",
    ),
    "tool_orchestration": Note(
        "mcp-atlas-harness",
        "GPT-5.5 gains 8.1 points on MCP Atlas.",
        "67.2 is GPT-5.4 on the harness of March. On that of April it is 70.6 against 75.3: "
        "4.7 points (OpenAI, 2026-04-23).",
    ),
    "long_context_over_256k": Note(
        "mrcr-rows",
        "GPT-5.5 is better at every length of context.",
        "Above 128K only. On MRCR v2 GPT-5.4 leads at 16-32K (97.2 to 96.5), 32-64K (90.5 to "
        "90.0) and 64-128K (86.0 to 83.1) (OpenAI, 2026-04-23).",
    ),
}
_SURCHARGE = Note(
    "long-context-surcharge",
    "The list price is what a long prompt costs.",
    "Above 272,000 input tokens the whole request costs twice the input and 1.5 times the output "
    "price, cached input too (OpenAI price page); it is within the figures here.",
)


def notes_on_pair(from_model: str, to_model: str) -> tuple[Note, ...]:
    """Return what to know of two models whatever the work."""
    return (_PRICE,) if {from_model, to_model} == _PAIR else ()


def notes_on_work(
    from_model: str, to_model: str, evidence_workload: str | None, *, surcharged: bool
) -> tuple[Note, ...]:
    """Return what to know of two models for one kind of work.

    Args:
        from_model: The old model.
        to_model: The new one.
        evidence_workload: Kind of work, as the evidence names it; None is unknown.
        surcharged: Whether the surcharge on long prompts is within the cost.
    """
    found = [_SURCHARGE] if surcharged else []
    if {from_model, to_model} == _PAIR and evidence_workload in _BY_WORK:
        found.append(_BY_WORK[evidence_workload])
    return tuple(found)
