"""Which line each row of a part came from, told in few words."""

from collections.abc import Iterable

#: (row, line): from this row on, lines count up from this line. Most files have one run.
Run = tuple[int, int]


def line_runs(numbers: Iterable[int]) -> tuple[tuple[Run, ...], int]:
    """Return the runs of consecutive line numbers, and how many numbers there are.

    Example:
        1, 2, 4, 5 are ((0, 1), (2, 4)) and 4.
    """
    runs: list[Run] = []
    shift, row = None, -1
    for row, number in enumerate(numbers):
        if number - row != shift:
            shift = number - row
            runs.append((row, number))
    return tuple(runs), row + 1
