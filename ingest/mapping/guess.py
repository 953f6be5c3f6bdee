"""Which column of a sample may be what, by the words of its name and the look of its values."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.mapping.sample import Seen

_COUNTED = frozenset({"token", "tokens", "length", "len", "count", "num", "toks"})
_CACHED = frozenset({"cache", "cached", "caching"})
_OTHER_KINDS = frozenset(
    {"audio", "image", "images", "video", "prediction", "cost", "price", "usd"}
)


@dataclass(frozen=True, slots=True)
class Names:
    """How the columns of a word are called.

    Attributes:
        exact: Whole names, without what separates their words.
        groups: A name that has a word of each group is one, too.
        never: A name that has one of these is none.
    """

    exact: tuple[str, ...]
    groups: tuple[frozenset[str], ...] = ()
    never: frozenset[str] = frozenset()


def _any(text: str) -> frozenset[str]:
    return frozenset(text.split())


COUNTS: dict[str, Names] = {
    "cache_write_long": Names(
        ("ephemeral1hinputtokens", "cachewrite1htokens", "inputcachewrite12htokens"),
        (_CACHED, _any("write writes written creation"), _any("1 12 24 long")),
        _OTHER_KINDS,
    ),
    "cache_write": Names(
        ("cachewritetokens", "cachecreationinputtokens", "cachecreationtokens"),
        (_CACHED, _any("write writes written creation create created store")),
        _OTHER_KINDS,
    ),
    "cache_read": Names(
        ("cachedtokens", "cachereadtokens", "cachereadinputtokens", "cachedinputtokens",
         "cached"),
        (_CACHED,),
        _OTHER_KINDS | _any("write writes written creation create created hit key"),
    ),
    "reasoning": Names(
        ("reasoningtokens", "thoughtstokencount", "thinkingtokens"),
        (_any("reasoning thoughts thought thinking"), _COUNTED),
        _OTHER_KINDS,
    ),
    "total": Names(
        ("totaltokens", "tokenstotal", "totaltokencount"),
        (_any("total"), _any("token tokens")),
        _OTHER_KINDS | _any("input prompt output completion") | _CACHED,
    ),
    "output": Names(
        ("outputtokens", "completiontokens", "generatedtokens", "outputlength", "output",
         "completion", "out"),
        (_any("output completion completions generated candidates out response reply"),
         _COUNTED),
        _OTHER_KINDS | _CACHED | _any("reasoning thoughts thinking total accepted rejected"),
    ),
    "input": Names(
        ("inputtokens", "prompttokens", "contexttokens", "inputlength", "input", "prompt"),
        (_any("input prompt prompts context request in query"), _COUNTED),
        _OTHER_KINDS | _CACHED | _any("output completion total details requests num_requests"),
    ),
    "web_search_calls": Names(("websearchcalls", "websearchrequests", "numwebsearches")),
    "requests": Names(("requests", "numrequests", "requestcount", "nummodelrequests", "calls",
                       "numberofrequests", "nrequests", "apirequests", "callcount")),
}  # fmt: skip

TEXTS: dict[str, Names] = {
    "model": Names(
        ("model", "modelid", "modelname", "deployment", "deploymentname", "engine", "llm"),
        (_any("model deployment"),),
        _any("group version latency time parameters"),
    ),
    "provider": Names(("provider", "vendor", "customllmprovider", "modelprovider", "llmprovider")),
    "tier": Names(("servicetier", "tier", "processingtier", "pricingtier")),
    "region": Names(("region", "processingregion", "dataresidency")),
    "endpoint": Names(("endpoint", "operation", "calltype", "apitype", "route", "method")),
    "status": Names(("status", "state", "statuscode", "outcome", "finishstatus")),
    "gateway": Names(("gateway", "proxy")),
    "project": Names(("project", "projectname", "projectid", "costcenter", "costcentre", "app",
                      "application", "client", "customer")),
    "team": Names(("team", "teamname", "teamid", "department", "squad", "organization", "org")),
    "user": Names(("user", "userid", "username", "enduser", "useremail", "email")),
    "workload": Names(("workload", "feature", "usecase", "task", "purpose", "job")),
    "api_key_name": Names(("apikeyname", "keyname", "apikeyalias", "keyalias")),
    "api_key": Names(("apikey", "apikeyid", "keyid", "apikeyhash", "token")),
}  # fmt: skip

IDS = Names(
    ("requestid", "responseid", "id", "callid", "traceid", "uuid", "generationid", "eventid",
     "messageid", "spanid", "logid", "requestuuid"),
    (_any("id uuid guid"), _any("request response call event message generation trace log span")),
)  # fmt: skip
TIMES = Names(
    ("completedat", "endtime", "finishedat", "completed", "finished", "ended", "timestamp", "time",
     "datetime", "createdat", "created", "starttime", "startedat", "date", "day", "ts",
     "eventtime", "requesttime"),
    (_any("time timestamp date datetime at ts day created completed finished ended started"),),
    _any("latency duration ms taken first elapsed to updated modified tokens reason"),
)  # fmt: skip
COSTS = Names(
    ("cost", "costusd", "totalcost", "spend", "price", "charge", "responsecost", "totalcostusd"),
    (_any("cost spend charge price amount"),),
    _any("input output prompt completion cache center centre currency per rate breakdown"),
)


def ranked(columns: Sequence[Seen], names: Names) -> list[Seen]:
    """Return the columns that may be meant, the likeliest first."""
    scored = [(score, k, each) for k, each in enumerate(columns) if (score := _score(each, names))]
    return [each for _, _, each in sorted(scored, key=lambda found: (-found[0], found[1]))]


def _score(column: Seen, names: Names) -> int:
    """Whole names count most, the earlier in the list the more; other words make it unlikelier."""
    leaf = "".join(Seen((column.path[-1],), ()).words)
    if leaf in names.exact:
        return 1000 - 10 * names.exact.index(leaf) - len(column.path)
    words = set(column.words)
    if not names.groups or names.never & words:
        return 0
    if not all(group & words for group in names.groups):
        return 0
    known = frozenset().union(*names.groups) | _COUNTED
    return max(1, 500 - 20 * len(words - known) - len(column.path))
