"""Loading a log of each source, against one of OpenAI responses of the same size."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.child import Work, measured
from benchmarks.samples import all_samples, write_log
from pricing.book import PriceBook


@dataclass(frozen=True, slots=True)
class SourceLoading:
    """The rounds of one source."""

    name: str
    mb: float
    loads: list[Work]

    def share_of(self, other: "SourceLoading") -> float:
        """Return its speed by the bytes and the seconds of all threads; the other's is 1."""
        return self.mb / self.cpu / (other.mb / other.cpu)

    @property
    def wall(self) -> float:
        """Seconds a user waits."""
        return median(work.wall for work in self.loads)

    @property
    def cpu(self) -> float:
        """Seconds of all threads."""
        return median(work.cpu for work in self.loads)

    @property
    def records(self) -> int:
        """How many records the log holds."""
        return int(str(self.loads[0].result["lines"]))


def measure(
    folder: Path, book: PriceBook, rounds: int, size_mb: int, chosen: str | None = None
) -> list[SourceLoading]:
    """Load a log of every source, each time into nothing; that of OpenAI responses is the first.

    Args:
        folder: Where the logs are kept.
        book: Stamps the events.
        rounds: How often each is loaded.
        size_mb: Size of each log.
        chosen: Only this source, beside that of OpenAI responses.
    """
    database = folder / "loaded.duckdb"
    found = []
    for sample in all_samples():
        if chosen and sample.source.name not in {chosen, "openai_responses"}:
            continue
        log = folder / f"{size_mb}mb-{sample.file_name}"
        if not log.exists():
            unfinished = log.with_suffix(".unfinished")
            write_log(unfinished, sample, book, size_mb * 1_000_000)
            unfinished.rename(log)
        loads = []
        for _ in range(rounds):
            database.unlink(missing_ok=True)
            loads.append(measured("load", log, database))
        found.append(SourceLoading(sample.name, log.stat().st_size / 1e6, loads))
    database.unlink(missing_ok=True)
    return found
