"""Commands that a document shows with what they print: read, held against the truth, renewed.

A console block holds lines that begin with ``$ ``, and below each what it prints. A line of its own
with ``…`` stands for lines left out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

GAP = "…"

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
_FIGURES = re.compile(r"[\d.,]+")
_LEAST_LIKENESS = 0.6


@dataclass(slots=True)
class Shown:
    """A command of a document, and the lines shown below it."""

    command: str
    lines: list[str] = field(default_factory=list)

    @property
    def stretches(self) -> list[list[str]]:
        """Lines without a gap between them."""
        found: list[list[str]] = [[]]
        for line in self.lines:
            if line.strip() == GAP:
                found.append([])
            else:
                found[-1].append(line)
        return [stretch for stretch in found if stretch]


def shown_in(path: Path) -> list[Shown]:
    """Return the commands of the console blocks, in order."""
    return [shown for block in _BLOCK.findall(path.read_text("utf-8")) for shown in _read(block)]


def _read(block: str) -> list[Shown]:
    found: list[Shown] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line.removeprefix("$ ")))
        else:
            found[-1].lines.append(line)
    return found


def assert_shows(shown: Shown, written: str) -> None:
    """Each stretch of shown lines stands in what was written, in order; without gaps it is all."""
    rest = written.splitlines()
    if GAP not in [line.strip() for line in shown.lines]:
        assert shown.lines == rest
    for stretch in shown.stretches:
        places = [k for k in range(len(rest)) if rest[k : k + len(stretch)] == stretch]
        assert places, "\n".join([f"not printed by {shown.command}:", *stretch])
        rest = rest[places[0] + len(stretch) :]


def renew(path: Path, written: Iterable[str]) -> None:
    """Write what was printed in place of what is shown, with the same cuts.

    Args:
        path: Of the document.
        written: What each of its commands printed, in order.
    """
    printed = iter(written)

    def renewed(block: re.Match[str]) -> str:
        lines: list[str] = []
        for shown in _read(block[1]):
            lines += [f"$ {shown.command}", *_renewed(shown, next(printed).splitlines())]
        return "\n".join(["```console", *lines, "```"])

    path.write_text(_BLOCK.sub(renewed, path.read_text("utf-8")), "utf-8")


def _renewed(shown: Shown, written: Sequence[str]) -> list[str]:
    if GAP not in [line.strip() for line in shown.lines]:
        return list(written)
    at, lines = 0, []
    for k, line in enumerate(shown.lines):
        if line.strip() == GAP:
            lines.append(line)
            continue
        follows = k > 0 and shown.lines[k - 1].strip() != GAP
        at = _place(line, written, at, follows=follows)
        lines.append(written[at])
        at += 1
    return lines


def _place(line: str, written: Sequence[str], start: int, *, follows: bool) -> int:
    """Return where the line that a shown one stands for is now."""
    if follows and start < len(written) and _likeness(line, written[start]) >= _LEAST_LIKENESS:
        return start
    ranked = [(_likeness(line, other), -k) for k, other in enumerate(written[start:], start)]
    likeness, place = max(ranked, default=(0.0, 0))
    assert likeness >= _LEAST_LIKENESS, f"nothing like this is printed any more: {line}"
    return -place


def _likeness(line: str, other: str) -> float:
    if line == other:
        return 1.0
    words = [_FIGURES.sub("0", text).split() for text in (line, other)]
    return SequenceMatcher(None, words[0], words[1], autojunk=False).ratio() * 0.99
