"""Parameters in words: draws go by terse names, people read what they are."""

_WORDS = {
    "output_ratio": "Output tokens",
    "turns_ratio": "Requests a task takes",
    "input_ratio": "Input tokens of the same text",
    "measured_output": "Output tokens, measured",
    "measured_input": "Input tokens of a task, measured",
    "effort": "Reasoning tokens, effort",
    "cache_kept": "Cached input that stays cached",
    "cache_in_batch": "Cached input that stays cached in batch",
    "flex_spill": "Flex requests repeated at standard",
    "cache_write_share": "Uncached input written to the cache",
    "human_repair_usd": "A person's repair of a failed task",
    "review_rate": "Answers that a person reviews",
    "review_cost_usd": "One review",
    "escaped_error_usd": "A wrong answer that nobody found",
    "detection": "Failures that are noticed",
    "attempts_icc": "Likeness of attempts at a task",
    "success": "Success rate",
    "assumed_success": "Success rate, assumed where unknown",
    "after_failure": "Second model right where the first was wrong",
    "transfer": "How benchmarks differ among themselves",
    "transfer_beta": "How far a benchmark difference carries over",
    "weeks of the log": "Which weeks were logged",
}
_EVERY = "*"


def words_of(name: str) -> str:
    """Return what a parameter is, for people.

    Example:
        ``output_ratio:gpt-5.4>gpt-5.5:2k-10k`` is "Output tokens, gpt-5.4 → gpt-5.5, 2k-10k".
    """
    kind, *details = name.replace(" (", ":").removesuffix(")").split(":")
    shown = [each.replace(">", " → ").replace("_", " ") for each in details if each != _EVERY]
    return ", ".join([_WORDS.get(kind, kind.replace("_", " ")), *shown])


def unit_of(name: str, kind: str) -> str:
    """Return the unit of a parameter: ``USD``, ``share`` or ``ratio``."""
    return "USD" if "_usd" in name.partition(":")[0] else kind
