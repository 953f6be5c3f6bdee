"""Which column of a file of results is what, without guessing in silence."""

from collections.abc import Mapping, Sequence

#: What a file may call each thing. The first name is ours.
NAMES = {
    "task": ("task", "task_id", "instance_id", "case_id", "sample_id", "question_id", "test_id"),
    "model": ("model", "model_id", "model_name"),
    "effort": ("effort", "reasoning_effort"),
    "run": ("run", "trial", "repeat", "epoch"),
    "pass": ("pass", "passed", "success", "resolved", "solved", "correct", "is_correct"),
    "score": ("score", "reward"),
    "attempts": ("attempts", "tries", "n_attempts"),
    "input_tokens": ("input_tokens", "tokens_in", "prompt_tokens"),
    "output_tokens": ("output_tokens", "tokens_out", "completion_tokens"),
    "turns": ("turns", "steps", "iterations", "requests"),
    "cost_usd": ("cost_usd", "cost", "total_cost_usd", "total_cost"),
    "workload": ("workload",),
}

_NEEDED = ("task", "model")


def columns_of(
    header: Sequence[str], stated: Mapping[str, str]
) -> tuple[dict[str, str], list[str], list[str]]:
    """Find each of our columns among those of a file.

    Args:
        header: Names in the file.
        stated: Our name to the file's, as the user says it.

    Returns:
        Our name to the file's; sentences on what was taken for what and what was left out; faults.
    """
    faults = [
        f"there is no column {column!r}; the columns are {', '.join(header)}"
        for column in stated.values()
        if column not in header
    ]
    faults += [
        f"{name!r} is no column of an evaluation; they are {', '.join(NAMES)}"
        for name in stated
        if name not in NAMES
    ]
    found = {name: column for name, column in stated.items() if column in header and name in NAMES}
    for name, words in NAMES.items():
        if name in found:
            continue
        fits = [column for column in header if _word(column) in words]
        fits = [column for column in fits if column not in found.values()]
        if len(fits) > 1:
            faults.append(
                f"{' and '.join(map(repr, fits))} may both be {name!r}: say which with "
                f"--column {name}={fits[0]}"
            )
        if fits:
            found[name] = fits[0]
    faults += [
        f"no column is {name!r}; if one is, say which with --column {name}=ITS_NAME"
        for name in _NEEDED
        if name not in found
    ]
    if not {"pass", "score"} & found.keys():
        faults.append(
            "no column says whether a task was solved: 'pass' (0 or 1), or 'score' with --pass-at"
        )
    return found, _said(header, found), faults


def _said(header: Sequence[str], found: Mapping[str, str]) -> list[str]:
    taken = [f"{column!r} is read as {name}" for name, column in found.items() if column != name]
    left = [column for column in header if column not in found.values()]
    return taken + ([f"left out: {', '.join(left)}"] if left else [])


def _word(column: str) -> str:
    return column.strip().lower().replace(" ", "_").replace("-", "_")
