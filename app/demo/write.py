"""Write the demo company's logs, log by log and day by day."""

import heapq
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from pathlib import Path
from random import Random

from app.demo import company
from app.demo.damage import broken_lines
from app.demo.files import LogFile
from app.demo.manifest import DemoManifest, FileTally, LineKind, Planted
from app.demo.story import STORIES, Story
from app.demo.stream import Stream
from app.demo.traffic import Request, Traffic
from app.demo.volumes import at_full_scale, last_days, scale_for
from app.demo.writers.batch import BatchErrors, BatchOutput
from app.demo.writers.chat import ChatLog
from app.demo.writers.line import Format, Line, Share
from app.demo.writers.payload import PayloadFile
from app.demo.writers.responses import BACKGROUND_SHARE, ResponsesLog
from app.demo.writers.spend_logs import SpendLog

#: The last month of a log lies open; what is over was packed.
OPEN_MONTH = 10
CSV_MONTH = 8


@dataclass(slots=True)
class Log:
    """One logger: what it logs, in which format, and how it names its files."""

    name: str
    source: str
    streams: tuple[Stream, ...]
    format: Format
    file_on: Callable[[date], str]
    duplicated_share: float = company.DUPLICATED_SHARE


def write_demo_logs(
    directory: Path, *, days: int = 90, events: int = 200_000, seed: int = 7
) -> DemoManifest:
    """Write the logs of the last ``days`` days of the demo window.

    The same arguments write the same bytes. One day of one log is in memory at
    a time.

    Args:
        directory: Made if absent; files in it are overwritten.
        days: 1 to 90. Stories that began earlier are left out.
        events: About how many paid requests to write; 37 million is the company
            at full size. Money scales with it, token sizes and rates do not.
        seed: Draws other traffic of the same company.
    """
    window = last_days(days)
    scale = scale_for(events, company.STREAMS, window)
    budget = company.FULL_SCALE_BUDGET_USD_PER_MONTH * Decimal(scale)
    manifest = DemoManifest(directory, days, seed, scale, budget_usd_per_month=round(budget, 2))
    for log in _logs(window, seed):
        _Logger(log, manifest, window).write()
    _keep_a_copy(manifest)
    for story in STORIES:
        if story.since >= window[0]:
            manifest.planted[story.name] = _planted(story, manifest)
    return manifest


def _logs(window: Sequence[date], seed: int) -> tuple[Log, ...]:
    dice = Random(f"{seed}/formats")
    chat, responses = "openai_chat", "openai_responses"
    agents = ResponsesLog(dice, _partial_share(window))
    one_by_one, batches = (company.EXTRACTION,), (company.EXTRACTION_BATCH,)
    drafting = (company.DRAFTING, company.PREVIEW)
    return (
        Log(
            "support",
            chat,
            company.CHAT,
            ChatLog(dice),
            _monthly("support/chat", ".gz"),
        ),
        Log("coding", responses, company.AGENT, agents, _monthly("coding/agent")),
        Log(
            "documents",
            chat,
            one_by_one,
            ChatLog(dice),
            _monthly("documents/extraction", ".gz"),
        ),
        Log("batches", "openai_batch", batches, BatchOutput(), _batches("output")),
        Log(
            "batch errors",
            "openai_batch",
            batches,
            BatchErrors(dice),
            _batches("error"),
        ),
        Log("search", "litellm_spend_logs", company.RERANK, SpendLog(dice), _spend_log),
        Log(
            "marketing",
            chat,
            drafting,
            ChatLog(dice),
            _monthly("marketing/drafting", ".zst"),
        ),
        Log(
            "research",
            responses,
            (company.ANALYSIS,),
            ResponsesLog(dice, 0),
            _monthly("research/analysis"),
        ),
        Log(
            "gateway",
            "litellm_payload",
            (company.GATEWAY_CALL,),
            PayloadFile(),
            _payload,
            duplicated_share=0.0,
        ),
    )


def _partial_share(window: Sequence[date]) -> float:
    """Return the share of coding's streams that make 0.3 % of all requests."""
    coding, everyone = (
        sum(at_full_scale(stream, day) for stream in streams for day in window)
        for streams in (company.AGENT, company.STREAMS)
    )
    return company.PARTIAL_SHARE * everyone / coding / (1 - BACKGROUND_SHARE)


def _monthly(stem: str, packed: str = "") -> Callable[[date], str]:
    """Name one file a month; months that are over are packed."""

    def file_on(day: date) -> str:
        suffix = packed if day.month < OPEN_MONTH else ""
        return f"{stem}-{day:%Y-%m}.jsonl{suffix}"

    return file_on


def _spend_log(day: date) -> str:
    suffix = {OPEN_MONTH: "jsonl", CSV_MONTH: "csv.gz"}.get(day.month, "jsonl.gz")
    return f"search/spend_logs-{day:%Y-%m}.{suffix}"


def _batches(kind: str) -> Callable[[date], str]:
    """Name one file a week: the nightly batches were downloaded together."""

    def file_on(day: date) -> str:
        monday = day - timedelta(days=day.weekday())
        return f"documents/batches/week-of-{monday}_{kind}.jsonl"

    return file_on


def _payload(day: date) -> str:
    return f"research/gateway-call-{day}.json"


class _Logger:
    """Writes one log from its first day to its last."""

    def __init__(self, log: Log, manifest: DemoManifest, window: Sequence[date]) -> None:
        self.log = log
        self.manifest = manifest
        self.window = window
        self.traffic = [
            Traffic(stream, manifest.scale, window, manifest.seed) for stream in log.streams
        ]
        self.duplicated = Share(log.duplicated_share, Random(f"{manifest.seed}/{log.name}"))
        self.broken = [line for line in broken_lines() if line.log == log.name]
        self.file: LogFile | None = None

    def write(self) -> None:
        """Write every file of the log."""
        name = ""
        for day in self.window:
            if name != (name := self.log.file_on(day)):
                self._close()
                header, repeated = self.log.format.opening(name)
            lines = chain(self._broken_on(day), self._lines_on(day))
            for first in lines:  # a file is made for its first line only
                self.file = self.file or self._opened(name, header, repeated)
                self.file.write(chain([first], lines))
        for line in self.broken:
            if line.torn and self.file:
                self.file.write_torn(line.content)
        self._close()

    def _opened(self, name: str, header: bytes, repeated: Iterable[Line]) -> LogFile:
        path = self.manifest.directory / name
        opened = LogFile(path, self.log.source, header)
        opened.write(repeated)
        return opened

    def _lines_on(self, day: date) -> Iterator[Line]:
        again: list[Line] = []
        month = f"{day:%Y-%m}"
        requests = (traffic.on(day) for traffic in self.traffic)
        for request in heapq.merge(*requests, key=attrgetter("at")):
            for kind, content in self.log.format.lines(request):
                self._count(kind, request, month)
                yield kind, content
                if kind is LineKind.PAID and self.duplicated.falls_due():
                    again.append((LineKind.DUPLICATE, content))
        # A logger that lost its connection sends its last lines once more.
        yield from again

    def _count(self, kind: LineKind, request: Request, month: str) -> None:
        if kind is LineKind.PAID:
            self.manifest.count(request, month)
        elif kind is LineKind.ATTEMPT:
            self.manifest.count(request, month, requests=0)

    def _broken_on(self, day: date) -> Iterator[Line]:
        for line in self.broken:
            if not line.torn and line.lies_on(day, len(self.window)):
                yield LineKind.BROKEN, line.content

    def _close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.manifest.files.append(self.file.tally)
            self.file = None


def _keep_a_copy(manifest: DemoManifest) -> None:
    """Put one month of coding into the archive, where it was forgotten."""
    months = [tally for tally in manifest.files if tally.path.parent.name == "coding"]
    month = months[len(months) // 2 - 1]
    copy = month.path.parent / "archive" / f"copy of {month.path.name}"
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(month.path, copy)
    tally = FileTally(copy, month.source, month.kinds.copy(), same_as=month.path)
    manifest.files.append(tally)


def _planted(story: Story, manifest: DemoManifest) -> Planted:
    """Return a story at the scale of the demo, or as many requests as were written."""
    plain = Planted(story.name, story.since, story.until, None, None)
    share = Decimal(manifest.scale)
    if story.requests is not None:
        written = sum(manifest.streams[name].requests for name in story.streams)
        plain = replace(plain, requests=written)
        share = Decimal(written) / story.requests
    return plain if story.usd is None else replace(plain, usd=story.usd * share)
