"""Timing that two runs on a busy machine can share: interleaved, and by medians."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median


@dataclass(slots=True)
class Timings:
    """One subject's rounds, in seconds.

    Attributes:
        wall: What a user waits.
        cpu: What all threads of this process spent; it hardly moves when another
            process wants the cores.
    """

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def wall_median(self) -> float:
        """Median seconds a user waits."""
        return median(self.wall)

    @property
    def cpu_median(self) -> float:
        """Median seconds of all cores together."""
        return median(self.cpu)


def interleaved(subjects: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Timings]:
    """Time every subject once per round, so that all share the machine's moods.

    A first round, not counted, warms caches.
    """
    timings = {name: Timings() for name in subjects}
    for number in range(rounds + 1):
        for name, run in subjects.items():
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            if number:
                timings[name].wall.append(time.perf_counter() - wall)
                timings[name].cpu.append(time.process_time() - cpu)
    return timings
