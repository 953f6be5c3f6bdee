"""The figures of replays as text."""

from benchmarks.clock import Timings
from benchmarks.replay import IN_ALL, Replaying
from benchmarks.tables import section
from pricing.money import usd

#: What the product promises itself, on two free cores.
MOST_SECONDS_PER_10M = 4.0
MOST_SECONDS_A_POLICY = 1.0


def replaying(measured: Replaying) -> str:
    """Lay out condensing and replaying."""
    rows = [
        (f"condense: {name} ({measured.cells[name]:,})", *_seconds(timing))
        for name, timing in measured.condensing.items()
    ]
    rows += [(f"replay: {name}", *_seconds(timing)) for name, timing in measured.replays.items()]
    once = measured.condensing[IN_ALL].wall_median * 10_000_000 / max(measured.events, 1)
    same = measured.ledger_pico == measured.replayed_pico
    return section(
        f"Replaying {measured.events:,} requests under other models ({measured.groups:,} groups)",
        rows,
        ("", "wall s", "CPU s"),
        [
            f"condense 10M: {once:.1f} s (at most {MOST_SECONDS_PER_10M:.0f})",
            f"slowest policy: {measured.slowest:.2f} s (at most {MOST_SECONDS_A_POLICY:.0f})",
            f"sample of sessions: {measured.sessions:,} of {measured.session_events:,} requests",
            f"the ledger says ${usd(measured.ledger_pico)}, a replay as logged "
            + ("the same" if same else f"${usd(measured.replayed_pico)}"),
        ],
    )


def _seconds(timing: Timings) -> tuple[str, str]:
    return f"{timing.wall_median:.2f}", f"{timing.cpu_median:.2f}"
