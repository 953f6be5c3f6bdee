"""What models accept: which reasoning efforts, and how much input and output."""

from pricing.published import Model

#: Efforts that models take whose name ends so. Others take all.
_EFFORTS = {"-pro": frozenset({"medium", "high", "xhigh"})}


def accepts(model: str, effort: str) -> bool:
    """Return whether a model takes a reasoning effort; an unknown effort (empty) is left out."""
    if not effort:
        return True
    return all(effort in taken for end, taken in _EFFORTS.items() if model.endswith(end))


def efforts_of(model: str) -> tuple[str, ...]:
    """Return the reasoning efforts that a model takes, the least first; empty for all."""
    order = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
    return (
        ()
        if all(accepts(model, each) for each in order)
        else tuple(each for each in order if accepts(model, each))
    )


def input_limit(model: Model) -> int | None:
    """Return the largest prompt of a model in tokens; None where it is not known."""
    return model.input_limit or model.context_tokens
