"""Pulls an organisation's usage and costs from OpenAI, page by page.

What is settled and saved is not asked for again, so the next pull goes on where one was stopped,
and a daily one asks for the last days alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from ingest.pull.client import AdminClient, Parameters
from ingest.pull.endpoints import WIDTHS, Endpoint
from ingest.pull.errors import PullError, RefusedError
from ingest.pull.pages import Folder, Request
from ingest.pull.spans import Span, ceil_to, floor_to, gaps

#: How far the first pull goes back, by the width of buckets.
FIRST_PULL = {"1d": timedelta(days=90), "1h": timedelta(days=30), "1m": timedelta(days=2)}

#: Pages in a row that may bring nothing later before a server is taken to go in circles.
_PAGES_ON_THE_SPOT = 3

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to pull.

    Attributes:
        since: First moment, in Unix seconds; None goes on from the pages there are.
        until: First moment no longer pulled; None for now.
        width: Width of the buckets.
        again: Pull settled buckets too.
    """

    since: int | None = None
    until: int | None = None
    width: str = "1d"
    again: bool = False


@dataclass(slots=True)
class Pulled:
    """What was pulled of one endpoint.

    Attributes:
        endpoint: Its name.
        pages: Pages saved.
        buckets: Buckets in them.
        results: Results in these.
        error: Why it ended early, in one sentence.
        is_missing: The server does not have the endpoint.
    """

    endpoint: str
    pages: int = 0
    buckets: int = 0
    results: int = 0
    error: str | None = None
    is_missing: bool = False


def pull(
    client: AdminClient,
    folder: Folder,
    endpoints: Sequence[Endpoint],
    wanted: Wanted,
    progress: Progress = lambda _name, _share: None,
) -> Iterator[Pulled]:
    """Pull endpoints one after the other, yielding what came of each.

    The last one yielded has an error if the server cannot be used any more; all that was pulled
    before is saved.
    """
    for endpoint in endpoints:
        progress(endpoint.name, 0.0)
        puller = _Puller(client, folder, endpoint, wanted, progress)
        try:
            puller.run()
        except RefusedError as refused:
            puller.done.error = str(refused)
            puller.done.is_missing = refused.is_missing
        except PullError as error:
            puller.done.error = str(error)
            yield puller.done
            return
        yield puller.done


class _Puller:
    """Pulls one endpoint."""

    def __init__(
        self,
        client: AdminClient,
        folder: Folder,
        endpoint: Endpoint,
        wanted: Wanted,
        progress: Progress,
    ) -> None:
        self.client = client
        self.folder = folder
        self.endpoint = endpoint
        self.wanted = wanted
        self.progress = progress
        self.done = Pulled(endpoint.name)
        width = endpoint.width(wanted.width)
        self.width_s, _ = WIDTHS[width]
        limit = endpoint.limit(width)
        self.request = Request(client.host, endpoint.name, width, endpoint.group_by, 0, None, limit)

    def run(self) -> None:
        now = int(self.client.clock.now().timestamp())
        span = self._span(now)
        covered = [] if self.wanted.again else list(self.folder.covered(self.request))
        for first, last in gaps(span, covered):
            if first < last:
                # A moment to come is no end that every server takes.
                end = last if last <= now else None
                self._pull_span(replace(self.request, start_time=first, end_time=end), last)

    def _span(self, now: int) -> Span:
        """Return the whole buckets to pull: only such are the same in every pull."""
        since = self.wanted.since
        if since is None:
            back = FIRST_PULL[self.request.bucket_width]
            since = self.folder.begins(self.request) or int(now - back.total_seconds())
        end = ceil_to(now, self.width_s)
        if self.wanted.until is not None:
            end = min(end, ceil_to(self.wanted.until, self.width_s))
        first = floor_to(since, self.width_s)
        return first, max(first, end)

    def _pull_span(self, request: Request, last: int) -> None:
        first, cursor, at = request.start_time, None, request.start_time
        cursors, idle = set[str](), 0
        while True:
            request = replace(request, page=cursor)
            answer = self.client.get(self.endpoint.path, _parameters(request))
            starts, cursor = _checked(answer.page, self.client.host)
            if starts != sorted(starts):
                raise PullError(f"{self.client.host} gives the buckets in no order of time")
            # A bucket may go on on the next page: it is whole only when that is there as well.
            reached = last if cursor is None else max(starts, default=at)
            idle = 0 if reached > at else idle + 1
            if cursor is not None and (cursor in cursors or idle >= _PAGES_ON_THE_SPOT):
                raise PullError(
                    f"{self.client.host} goes in circles over the pages of {request.endpoint}; "
                    "what was pulled before is saved"
                )
            covers = (at, max(at, reached))
            self._save(answer, replace(request, covers=covers))
            at = covers[1]
            self.progress(request.endpoint, (at - first) / (last - first))
            if cursor is None:
                return
            cursors.add(cursor)

    def _save(self, answer: Any, request: Request) -> None:
        self.folder.check_owner(request.host, answer.organization)
        results = sum(len(bucket["results"]) for bucket in answer.page["data"])
        self.folder.save(
            answer,
            replace(request, organization=answer.organization),
            self.client.clock.now(),
            is_empty=results == 0,
        )
        self.done.pages += 1
        self.done.buckets += len(answer.page["data"])
        self.done.results += results


def _parameters(request: Request) -> Parameters:
    asked = [("start_time", str(request.start_time))]
    if request.end_time is not None:
        asked.append(("end_time", str(request.end_time)))
    asked += [("bucket_width", request.bucket_width), ("limit", str(request.limit))]
    asked += [("group_by", name) for name in request.group_by]
    if request.page is not None:
        asked.append(("page", request.page))
    return asked


def _checked(page: dict[str, Any], host: str) -> tuple[list[int], str | None]:
    """Return the starts of a page's buckets and the cursor of the next page.

    Raises:
        PullError: it is no page of buckets.
    """
    buckets, cursor = page.get("data"), page.get("next_page")
    if not isinstance(buckets, list) or not all(map(_is_bucket, buckets)):
        raise PullError(
            f"{host} answers with something that is no page of buckets; check OPENAI_BASE_URL"
        )
    if page.get("has_more") and not isinstance(cursor, str):
        raise PullError(f"{host} has more pages and does not say where")
    return [each["start_time"] for each in buckets], cursor if page.get("has_more") else None


def _is_bucket(each: Any) -> bool:
    return (
        isinstance(each, dict)
        and isinstance(each.get("start_time"), int)
        and isinstance(each.get("results"), list)
    )
