"""The figures as text: one table per question, each ending with its ratio and bar."""

from collections.abc import Iterable, Mapping, Sequence

from tabulate import tabulate

from benchmarks.loading import Loading
from benchmarks.peers import Pace
from benchmarks.rating import Rating
from benchmarks.sources import SourceLoading
from pricing.money import usd

#: What the product promises itself, at the default sizes and two free cores.
MOST_TIMES_GROUPING = 1.25
LEAST_SHARE_OF_PARSE = 0.5
LEAST_LINES_PER_SECOND = 300_000
LEAST_TIMES_PEER = 1_000
LEAST_SHARE_OF_RESPONSES = 0.5


def heading(machine: Mapping[str, object]) -> str:
    """Say what the figures were measured on."""
    facts = " · ".join(f"{name} {value}" for name, value in machine.items())
    return f"{facts}\nSeconds are medians of interleaved rounds.\n"


def rating(measured: Rating) -> str:
    """Lay out rating against a scan and against grouping alone."""
    words = {
        "scan": "(a) scan of the token columns",
        "group": "(b) grouped, without prices",
        "report": "report: grouped, exact cost",
        "each": "every event's own cost, summed",
    }
    rows = [
        (
            words[name],
            f"{timing.wall_median:.3f}",
            f"{timing.cpu_median:.3f}",
            _millions(measured.events / timing.wall_median),
            f"{measured.ratio(name, 'scan'):.2f}",
            f"{measured.ratio(name, 'group'):.2f}",
        )
        for name, timing in measured.timings.items()
    ]
    ratio = measured.ratio("report", "group")
    same = measured.cost_pico == measured.each_cost_pico
    return section(
        f"Rating {measured.events:,} events by day, model and tier ({measured.groups:,} groups)",
        rows,
        ("", "wall s", "CPU s", "M events/s", "x (a)", "x (b)"),
        [
            f"report / (b): {_bar(ratio, MOST_TIMES_GROUPING, at_most=True)}",
            f"rows of the report add up to ${usd(measured.cost_pico)}, single events to"
            + (" the same" if same else f" ${usd(measured.each_cost_pico)}"),
            f"unpriced events: {measured.unpriced:,}",
            f"peak memory of a process that reports: {measured.peak_mb:,.0f} MB",
        ],
    )


def loading(measured: Loading) -> str:
    """Lay out loading against parsing."""
    rows = []
    for name, works in (
        ("load: dedup, quarantine, hash, rate, commit", measured.loads),
        ("bare parse: DuckDB, to Parquet (zstd)", measured.parses),
    ):
        walls = sorted(work.wall for work in works)
        wall = walls[len(walls) // 2]
        cpus = sorted(work.cpu for work in works)
        rows.append(
            (
                name,
                f"{wall:.2f}",
                f"{cpus[len(cpus) // 2]:.2f}",
                f"{measured.lines / wall:,.0f}",
                f"{measured.log_mb / wall:,.0f}",
                f"{max(work.peak_mb for work in works):,.0f}",
            )
        )
    account = ", ".join(
        f"{count:,} {name}"
        for name, count in measured.loads[0].result.items()
        if isinstance(count, int)
    )
    pace = measured.lines_per_second
    return section(
        f"Loading {measured.lines:,} lines ({measured.log_mb:,.0f} MB)",
        rows,
        ("", "wall s", "CPU s", "lines/s", "MB/s", "peak MB"),
        [
            f"speed, parse = 1: {_bar(measured.speed, LEAST_SHARE_OF_PARSE)}",
            f"lines a second: {_bar(pace, LEAST_LINES_PER_SECOND)}",
            f"accounting: {account}",
        ],
    )


def sources(measured: Sequence[SourceLoading]) -> str:
    """Lay out the sources, the slowest first."""
    responses = measured[0]
    shares = {each.name: each.share_of(responses) for each in measured}
    slow = [name for name, share in shares.items() if share < LEAST_SHARE_OF_RESPONSES]
    rows = [
        (
            each.name,
            f"{each.records:,}",
            f"{each.wall:.2f}",
            f"{each.cpu:.2f}",
            f"{each.mb / each.wall:,.1f}",
            f"{each.mb / each.cpu:,.1f}",
            f"{shares[each.name]:.2f}",
            "slow" if each.name in slow else "",
        )
        for each in sorted(measured, key=lambda each: shares[each.name])
    ]
    bar = LEAST_SHARE_OF_RESPONSES
    return section(
        f"Loading a log of every source, {responses.mb:,.0f} MB each",
        rows,
        ("", "records", "wall s", "CPU s", "MB/s", "MB/CPU s", "responses = 1", ""),
        [f"slower than {bar} of {responses.name}, by bytes and CPU seconds: {len(slow)}"],
    )


def peers(pace: Pace, rated: Rating) -> str:
    """Lay out pricing per event."""
    single = {name: pace.per_second(name) for name in pace.timings}
    rows = [(f"{name}, one call an event", f"{n:,.0f}") for name, n in single.items()]
    bulk = {name: rated.events / rated.timings[name].wall_median for name in ("each", "report")}
    rows += [
        ("Ratecard SQL, every event's own cost", f"{bulk['each']:,.0f}"),
        ("Ratecard report, grouped", f"{bulk['report']:,.0f}"),
    ]
    notes = []
    others = [name for name in single if name != "reference"]
    if others:
        fastest = max(others, key=lambda name: single[name])
        times = bulk["report"] / single[fastest]
        notes.append(f"report / {fastest}: {_bar(times, LEAST_TIMES_PEER)}")
    else:
        notes.append("no peer is installed: pip install 'ratecard[bench]'")
    head = f"Pricing {pace.requests:,} events one by one"
    return section(head, rows, ("", "events/s"), notes)


def section(
    title: str,
    rows: Sequence[tuple[str, ...]],
    headers: tuple[str, ...],
    notes: Iterable[str],
) -> str:
    """Words to the left, figures to the right."""
    words = {"", "days", "Ratecard", "the peer"}
    sides = ["left" if header in words else "right" for header in headers]
    lines = [title, *(f"  {note}" for note in notes), ""]
    if rows:
        lines.insert(1, tabulate(rows, headers, colalign=sides, disable_numparse=True))
    return "\n".join(lines)


def _bar(figure: float, bar: float, *, at_most: bool = False) -> str:
    shown = f"{figure:,.0f}" if bar >= LEAST_TIMES_PEER else f"{figure:,.2f}"
    return f"{shown} (bar: {'at most' if at_most else 'at least'} {bar:,})"


def _millions(number: float) -> str:
    return f"{number / 1e6:,.1f}"
