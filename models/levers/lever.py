"""The terms of a lever: which usage it takes, what it changes, and what blocks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Lever:
    """One way to pay less, as SQL over a line of usage.

    A line has the columns of an event, its meters summed over alike requests, and besides:
    ``events``, ``threshold`` (input tokens above which the model's prompts are long; NULL for
    none), ``prompt_tokens`` (sum of the prompts), ``waits`` (seconds that its answers may take;
    NULL is unknown), ``agentic`` (of an agent's session) and ``attained_cached`` (tokens that
    would be cached at the best share the same work had in any week; NULL is unknown).

    Attributes:
        title: For people.
        gives_up: What one pays for it otherwise.
        how: What to do.
        takes: Condition of the lines that it is about.
        changes: Column to its new value.
        spill_percent: Of what it takes so much is paid as before in the end.
        blocks: Why it cannot be taken, in words, and when; the first that holds.
    """

    name: str
    title: str
    gives_up: str
    how: str
    takes: str
    changes: Mapping[str, str]
    blocks: tuple[tuple[str, str], ...] = field(default=())
    spill_percent: int = 0
