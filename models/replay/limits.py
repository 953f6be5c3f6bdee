"""What models accept: which reasoning efforts, and how much input and output."""

from pricing.published import Model

#: Efforts that models take whose name ends so. Others take all.
_EFFORTS = {"-pro": frozenset({"medium", "high", "xhigh"})}


def accepts(model: str, effort: str) -> bool:
    """Return whether a model takes a reasoning effort; an unknown effort (empty) is left out."""
    if not effort:
        return True
    return all(effort in taken for end, taken in _EFFORTS.items() if model.endswith(end))


def input_limit(model: Model) -> int | None:
    """Return the largest prompt of a model in tokens; None where it is not known."""
    return model.input_limit or model.context_tokens
