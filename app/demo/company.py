"""Meridian Freight: its teams, what they send to which model, and what happened.

Every change that was planted is one stream ending and another beginning, so the
whole history of the company can be read in this file.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from app.demo.stream import WINDOW_END, Hours, Stream, Team

COMPANY = "Meridian Freight"

#: Requests of the ninety days at full scale, and the budget that goes with them.
FULL_SCALE_EVENTS = 37_000_000
FULL_SCALE_BUDGET_USD_PER_MONTH = Decimal(60_000)

GROWTH_PER_MONTH = 1.05
DAYS_PER_MONTH = 30.4375
NOISE_PER_DAY = 0.05

PRICE_CUT = date(2026, 8, 21)
UPGRADE = date(2026, 9, 8)
BATCH_MOVE = date(2026, 9, 15)
RUNAWAY_START, RUNAWAY_END = date(2026, 9, 23), date(2026, 9, 25)
CACHE_BREAK = date(2026, 10, 6)
PREVIEW_START = date(2026, 10, 14)

#: The logger of one team wrote nothing in these hours.
SILENT_TEAM = "support"
SILENCE_START = datetime(2026, 10, 3, 9, tzinfo=UTC)
SILENCE_END = datetime(2026, 10, 3, 15, tzinfo=UTC)

RUNAWAY_KEY = "ci-eval-04"
RUNAWAY_PER_DAY = 57_000
PREVIEW_MODEL = "gpt-5.6-luna-preview"
PREVIEW_PER_DAY = 3_100
JUST_ABOVE_LONG_CONTEXT = 412
DUPLICATED_SHARE = 0.015
PARTIAL_SHARE = 0.003

SUPPORT = Team("support", "helpdesk", "chat", 24, ("support-web", "support-mobile"), "none", (3, 8))
CODING = Team("coding", "platform", "agent", 40, ("coding-agents", "coding-ide"), "high", (8, 40))
EVALS = Team("coding", "platform", "eval", 0, (RUNAWAY_KEY,), "low")
DOCUMENTS = Team("documents", "customs-papers", "extraction", 6, ("documents-intake",), "none")
SEARCH = Team("search", "shipment-search", "rerank", 3, ("search-api", "search-index"))
RESEARCH = Team("research", "market-outlook", "analysis", 5, ("research-desk",), "xhigh")
MARKETING = Team("marketing", "campaigns", "drafting", 9, ("marketing-drafts",), "low")
TRIAL = Team("marketing", "campaigns", "trial", 2, ("marketing-trial",), "low")

# ---------------------------------------------------------------- support

_chat = Stream(
    name="support on 5.4-mini",
    team=SUPPORT,
    model="gpt-5.4-mini",
    model_id="gpt-5.4-mini-2026-03-17",
    tier="standard",
    requests_per_weekday=90_000 * 0.70,
    weekend=0.55,
    input_tokens=3_200,
    cached_share=0.62,
    output_tokens=320,
    until=CACHE_BREAK,
)
_chat_on_54 = replace(
    _chat,
    name="support on 5.4",
    model="gpt-5.4",
    model_id="gpt-5.4-2026-03-05",
    requests_per_weekday=90_000 * 0.30,
)


def _with_broken_cache(stream: Stream) -> Stream:
    return replace(
        stream,
        name=f"{stream.name}, cache broken",
        cached_share=0.11,
        since=CACHE_BREAK,
        until=WINDOW_END,
    )


CHAT = (
    _chat,
    _chat_on_54,
    _with_broken_cache(_chat),
    _with_broken_cache(_chat_on_54),
)

# ---------------------------------------------------------------- coding

AGENT_INPUT = 62_000
AGENT_LONG_INPUT = 330_000
AGENT_LONG_SHARE = 0.04
AGENT_PRIORITY_SHARE = 0.05
#: What the other prompts must be for the mean of all to be AGENT_INPUT.
AGENT_SHORT_INPUT = round(
    (AGENT_INPUT - AGENT_LONG_SHARE * AGENT_LONG_INPUT) / (1 - AGENT_LONG_SHARE)
)


def _agent(version: str, model_id: str, per_weekday: float) -> tuple[Stream, ...]:
    """Return the agent's three kinds of request: usual, in a hurry, long context.

    Priority stops at the long-context threshold, so no long request is urgent.
    """
    usual = Stream(
        name=f"coding on {version}",
        team=CODING,
        model=f"gpt-{version}",
        model_id=model_id,
        tier="standard",
        requests_per_weekday=per_weekday * (1 - AGENT_LONG_SHARE - AGENT_PRIORITY_SHARE),
        weekend=0.20,
        input_tokens=AGENT_SHORT_INPUT,
        cached_share=0.86,
        output_tokens=900,
        reasoning_share=0.40,
        spread=0.6,
        until=UPGRADE,
    )
    urgent = replace(
        usual,
        name=f"coding on {version}, priority",
        tier="priority",
        requests_per_weekday=per_weekday * AGENT_PRIORITY_SHARE,
    )
    # Leaves the first five percent above the threshold empty: those are planted.
    long_context = replace(
        usual,
        name=f"coding on {version}, long context",
        requests_per_weekday=per_weekday * AGENT_LONG_SHARE,
        input_tokens=AGENT_LONG_INPUT,
        shortest=288_000,
        longest=900_000,
    )
    return usual, urgent, long_context


_agent_on_55 = tuple(
    replace(stream, output_tokens=760, since=UPGRADE, until=WINDOW_END)
    for stream in _agent("5.5", "gpt-5.5-2026-04-23", 9_000 * 0.92)
)
_just_above = replace(
    _agent_on_55[0],
    name="coding on 5.5, just above the threshold",
    requests_per_weekday=JUST_ABOVE_LONG_CONTEXT / (WINDOW_END - UPGRADE).days,
    weekend=1.0,
    input_tokens=278_000,
    cached_share=0.85,
    shortest=272_001,
    longest=285_600,
    steady=True,
    at_least=6,
)
_runaway = replace(
    _agent_on_55[0],
    name="runaway evaluations",
    team=EVALS,
    requests_per_weekday=RUNAWAY_PER_DAY,
    weekend=1.0,
    input_tokens=11_000,
    cached_share=0.0,
    output_tokens=680,
    spread=0.3,
    since=RUNAWAY_START,
    until=RUNAWAY_END,
    hours=Hours.ROUND_THE_CLOCK,
    steady=True,
    at_least=40,
)
AGENT = (
    *_agent("5.4", "gpt-5.4-2026-03-05", 9_000),
    *_agent_on_55,
    _just_above,
    _runaway,
)

# ---------------------------------------------------------------- documents

EXTRACTION = Stream(
    name="documents, one by one",
    team=DOCUMENTS,
    model="gpt-5.4",
    model_id="gpt-5.4-2026-03-05",
    tier="standard",
    requests_per_weekday=22_000,
    weekend=0.80,
    input_tokens=9_000,
    cached_share=0.05,
    output_tokens=600,
    until=BATCH_MOVE,
)
EXTRACTION_BATCH = replace(
    EXTRACTION,
    name="documents, in batches",
    tier="batch",
    since=BATCH_MOVE,
    until=WINDOW_END,
    hours=Hours.NIGHT_BATCH,
)

# ---------------------------------------------------------------- search

_rerank = Stream(
    name="search",
    team=SEARCH,
    model="gpt-5.4-nano",
    model_id="gpt-5.4-nano",
    tier="standard",
    requests_per_weekday=300_000 * 0.90,
    weekend=0.70,
    input_tokens=1_400,
    cached_share=0.30,
    output_tokens=40,
    spread=0.35,
)
RERANK = (
    _rerank,
    replace(
        _rerank,
        name="search, flex",
        model_id="openai/gpt-5.4-nano",
        tier="flex",
        requests_per_weekday=300_000 * 0.10,
    ),
)

# ---------------------------------------------------------------- research, marketing

ANALYSIS = Stream(
    name="research",
    team=RESEARCH,
    model="gpt-5.5-pro",
    model_id="gpt-5.5-pro-2026-04-23",
    tier="standard",
    requests_per_weekday=110,
    weekend=0.0,
    input_tokens=40_000,
    cached_share=0.0,
    output_tokens=4_000,
    reasoning_share=0.70,
    web_searches=1,
)
#: One call that went through the gateway's object-storage logger instead.
GATEWAY_CALL = replace(
    ANALYSIS,
    name="research, through the gateway",
    requests_per_weekday=1,
    input_tokens=6_000,
    output_tokens=1_000,
    web_searches=0,
    since=date(2026, 10, 21),
    steady=True,
    at_least=1,
)
DRAFTING = Stream(
    name="marketing",
    team=MARKETING,
    model="gpt-5.6-sol",
    model_id="gpt-5.6-sol",
    tier="standard",
    requests_per_weekday=6_000,
    weekend=0.30,
    input_tokens=2_500,
    cached_share=0.10,
    written_share=0.05,
    output_tokens=700,
)
PREVIEW = Stream(
    name="marketing, trying a preview",
    team=TRIAL,
    model=PREVIEW_MODEL,
    model_id=PREVIEW_MODEL,
    tier="standard",
    requests_per_weekday=PREVIEW_PER_DAY,
    weekend=1.0,
    input_tokens=2_500,
    cached_share=0.10,
    output_tokens=300,
    since=PREVIEW_START,
    steady=True,
    at_least=16,
)

STREAMS = (
    *CHAT,
    *AGENT,
    EXTRACTION,
    EXTRACTION_BATCH,
    *RERANK,
    ANALYSIS,
    GATEWAY_CALL,
    DRAFTING,
    PREVIEW,
)
