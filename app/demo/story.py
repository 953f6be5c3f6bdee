"""The planted stories, in words: what happened at Meridian Freight."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.demo import company
from app.demo.stream import WINDOW_END, WINDOW_START


@dataclass(frozen=True, slots=True)
class Story:
    """One thing that happened.

    Args:
        name: Short, and the key in a manifest.
        words: What happened and how large it is, for a reader.
        command: What to type after ``ratecard`` to see it.
        usd: Its amount at list prices and full scale, if it has one.
        usd_is: What that amount is.
        requests: Requests at full scale, if the story is a number of requests.
        streams: The streams that hold exactly those requests.
    """

    name: str
    since: date
    until: date
    words: str
    command: str
    usd: Decimal | None = None
    usd_is: str = ""
    requests: int | None = None
    streams: tuple[str, ...] = ()


PRICE_CUT = Story(
    name="price cut",
    since=company.PRICE_CUT,
    until=WINDOW_END,
    words="On 21 August the vendor cut gpt-5.6-sol from $5 and $30 to $4 and $20 per"
    " million tokens: marketing pays less for the same work.",
    command="report --by month --where model=gpt-5.6-sol --prices-on 2026-08-01",
    usd=Decimal(1_500),
    usd_is="saved in September at equal use",
)
UPGRADE = Story(
    name="upgrade",
    since=company.UPGRADE,
    until=WINDOW_END,
    words="On 8 September coding moved its agents from gpt-5.4 to gpt-5.5: 8 % fewer"
    " requests and shorter answers (900 to 760 tokens), but 1.9 times the cost of a"
    " request.",
    command="report --by week,model --where workload=agent",
)
BATCH_MOVE = Story(
    name="batch move",
    since=company.BATCH_MOVE,
    until=WINDOW_END,
    words="On 15 September documents moved to the batch tier, at half the price."
    " The bodies in the batch files still say tier default.",
    command="report --by week,service_tier --where team=documents",
    usd=Decimal(7_500),
    usd_is="saved from 1 to 21 October",
)
RUNAWAY_KEY = Story(
    name="runaway key",
    since=company.RUNAWAY_START,
    until=company.RUNAWAY_END,
    words=f"On 23 and 24 September the key {company.RUNAWAY_KEY} ran evaluations in a"
    " loop, without a cache, having done nothing before.",
    command=f"report --by day --where api_key={company.RUNAWAY_KEY}",
    usd=Decimal(8_600),
    usd_is="cost of the key",
    requests=2 * company.RUNAWAY_PER_DAY,
    streams=("runaway evaluations",),
)
CACHE_BREAK = Story(
    name="broken cache",
    since=company.CACHE_BREAK,
    until=WINDOW_END,
    words="On 6 October a timestamp came to the start of support's prompt: its cached"
    " share fell from 62 % to 11 %, and a request costs 45 % more.",
    command="report --by day --where team=support --from 2026-10-01",
    usd=Decimal(172 * 16),
    usd_is="more from 6 to 21 October",
)
PREVIEW = Story(
    name="unknown model",
    since=company.PREVIEW_START,
    until=WINDOW_END,
    words=f"From 14 October marketing tries {company.PREVIEW_MODEL}, which no price"
    " book knows: its requests are counted and not priced.",
    command=f"report --by day --where model={company.PREVIEW_MODEL}",
    requests=8 * company.PREVIEW_PER_DAY,
    streams=("marketing, trying a preview",),
)
JUST_ABOVE = Story(
    name="just above long context",
    since=company.UPGRADE,
    until=WINDOW_END,
    words="Some gpt-5.5 prompts end within 5 % above 272,000 tokens, where every token"
    " costs up to double: half of what they cost is that surcharge.",
    command="report --by model,context_band --where team=coding",
    usd=Decimal(280),
    usd_is="cost of these requests",
    requests=company.JUST_ABOVE_LONG_CONTEXT,
    streams=("coding on 5.5, just above the threshold",),
)
SILENCE = Story(
    name="silent source",
    since=company.SILENCE_START.date(),
    until=date(2026, 10, 4),
    words="On 3 October support's logger wrote nothing from 09:00 to 15:00.",
    command="report --by hour --where team=support --from 2026-10-03 --to 2026-10-04",
)
UNTIDY_FILES = Story(
    name="untidy files",
    since=WINDOW_START,
    until=WINDOW_END,
    words="Files are as untidy as real ones: 1.5 % of lines twice, states of streams"
    " that had not ended, polls, errors, seven broken lines, and one file under two"
    " names. None of it reaches the total.",
    command="load --quarantine",
)

STORIES = (
    PRICE_CUT,
    UPGRADE,
    BATCH_MOVE,
    RUNAWAY_KEY,
    CACHE_BREAK,
    PREVIEW,
    JUST_ABOVE,
    SILENCE,
    UNTIDY_FILES,
)
