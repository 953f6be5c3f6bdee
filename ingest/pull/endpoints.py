"""What OpenAI's administration API offers: endpoints, groupings and widths of buckets."""

from dataclasses import dataclass

_WHO = ("project_id", "user_id", "api_key_id")

#: Seconds of each width of a bucket, and how many such buckets a page may hold.
WIDTHS = {"1m": (60, 1440), "1h": (3600, 168), "1d": (86_400, 31)}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of usage, or the costs.

    Attributes:
        name: As the user says it, and the folder its pages are saved in.
        group_by: Grouped by all that changes a price or says who; other fields come back null.
    """

    name: str
    group_by: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where it is, below the base address."""
        return "organization/costs" if self.name == "costs" else f"organization/usage/{self.name}"

    def width(self, wanted: str) -> str:
        """Return the width of its buckets: costs are kept by the day alone."""
        return "1d" if self.name == "costs" else wanted

    def limit(self, width: str) -> int:
        """Return the most buckets that a page may hold."""
        return 180 if self.name == "costs" else WIDTHS[width][1]


ENDPOINTS = (
    Endpoint("completions", (*_WHO, "model", "batch", "service_tier")),
    Endpoint("embeddings", (*_WHO, "model")),
    Endpoint("moderations", (*_WHO, "model")),
    Endpoint("images", (*_WHO, "model", "size", "source")),
    Endpoint("audio_speeches", (*_WHO, "model")),
    Endpoint("audio_transcriptions", (*_WHO, "model")),
    Endpoint("web_search_calls", (*_WHO, "model", "context_level")),
    Endpoint("file_search_calls", (*_WHO, "vector_store_id")),
    Endpoint("vector_stores", ("project_id",)),
    Endpoint("code_interpreter_sessions", ("project_id",)),
    Endpoint("decisions", (*_WHO, "model", "batch", "service_tier")),
    Endpoint("costs", ("project_id", "line_item")),
)
