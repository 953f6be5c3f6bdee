"""Puts proposed entries into a price table: lines are added, none is changed or taken away."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from pricing.book import PriceBook
from pricing.feeds.errors import FeedError
from pricing.feeds.proposed import Plan, ProposedModel
from pricing.feeds.yaml_text import (
    block,
    entry_lines,
    model_lines,
    overlay_text,
    provider_lines,
    source_lines,
)
from pricing.load import PriceTableError
from pricing.published import Entry

Loaded = Callable[[Path], PriceBook]


@dataclass(frozen=True, slots=True)
class _Insertion:
    """Lines to put after a line of the file, counted from 1."""

    after: int
    lines: Sequence[str]


def append(plan: Plan, path: Path, before: PriceBook, load: Loaded) -> None:
    """Append a plan to a table, which is put in place whole or not at all.

    Args:
        plan: What to add.
        path: The table or overlay; it may not exist yet.
        before: The book as it is.
        load: Loads the book with another file in the place of ``path``.

    Raises:
        FeedError: the result has a fault, would change what the book says, or cannot be written.
    """
    target = path.resolve()
    old = target.read_bytes() if target.exists() else None
    text = _joined(plan, path, old, before)
    with _beside(target, text) as fresh:
        _check(fresh, path, before, load)
        now = target.read_bytes() if target.exists() else None
        if now != old:
            raise FeedError(f"{path} was changed meanwhile; run the command again")
        if old is not None:
            fresh.chmod(target.stat().st_mode & 0o7777)
        fresh.replace(target)


def _joined(plan: Plan, path: Path, old: bytes | None, book: PriceBook) -> str:
    """Return the text of the file with the plan in it."""
    if old is None or not old.strip():
        return overlay_text(plan, book.sources)
    try:
        text = old.decode("utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError):
        raise FeedError(f"{path} is not readable as YAML; see: ratecard prices check") from None
    if not isinstance(root, yaml.MappingNode):
        raise FeedError(f"{path} is no price table; name one, or a file that does not exist yet")
    lines = text.removesuffix("\n").split("\n")
    insertions, tail = _insertions(plan, path, root, book)
    # From the end, so that line numbers hold; of two at one place, the later one first.
    placed = sorted(enumerate(insertions), key=lambda each: (each[1].after, each[0]), reverse=True)
    for _, insertion in placed:
        lines[insertion.after : insertion.after] = insertion.lines
    body = "\n".join(lines) + "\n"
    return body + "\n" + "\n".join(tail).rstrip("\n") + "\n" if tail else body


def _insertions(
    plan: Plan, path: Path, root: yaml.MappingNode, book: PriceBook
) -> tuple[list[_Insertion], list[str]]:
    """Return what goes between lines of the file, and what goes to its end."""
    parts = {key.value: value for key, value in root.value if isinstance(key, yaml.ScalarNode)}
    found: list[_Insertion] = []
    tail: list[str] = []
    items = _items(parts.get("models"))
    fresh: list[ProposedModel] = []
    for model in plan.models:
        node = items.get((model.provider, model.model))
        if node is None:
            fresh.append(model)
        else:
            found.append(_into_model(model, node, path))
    added: dict[str, Callable[[int], list[str]]] = {
        "sources": lambda indent: source_lines(plan, book.sources, indent),
        "providers": lambda indent: provider_lines(plan.providers, indent),
        "models": lambda indent: [li for each in fresh for li in model_lines(each, indent)],
    }
    for key, lines in added.items():
        node = parts.get(key)
        if not lines(2):
            continue
        if node is None:
            tail += block(key, lines(2))
        else:
            _refuse_flow(node, key, path)
            found.append(_Insertion(_last_line(node), lines(node.start_mark.column)))
    return found, tail


def _into_model(model: ProposedModel, node: yaml.MappingNode, path: Path) -> _Insertion:
    """Return the entries to put behind those that a model of the file has."""
    prices = next((value for key, value in node.value if key.value == "prices"), None)
    _refuse_flow(node, model.model, path)
    column = node.start_mark.column
    head = [] if prices is not None else [f"{' ' * column}prices:"]
    indent = column + 2
    if prices is not None:
        _refuse_flow(prices, f"{model.model}: prices", path)
        indent = prices.start_mark.column
    lines = entry_lines(model.entries, model.provider, indent)
    return _Insertion(_last_line(prices if prices is not None else node), [*head, *lines])


def _items(models: yaml.Node | None) -> dict[tuple[str, str], yaml.MappingNode]:
    """Return the models of the file by provider and id."""
    found = {}
    for node in models.value if isinstance(models, yaml.SequenceNode) else ():
        if isinstance(node, yaml.MappingNode):
            named = {key.value: value.value for key, value in node.value}
            found[str(named.get("provider")), str(named.get("model"))] = node
    return found


def _refuse_flow(node: yaml.Node, what: str, path: Path) -> None:
    """Refuse what is written between brackets: nothing can be put behind it by adding lines."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        return
    line = node.start_mark.line + 1
    raise FeedError(
        f"{path}:{line}: {what} is written on one line; write one item a line, so that more can"
        " be added"
    )


def _last_line(node: yaml.Node) -> int:
    """Return the last line of a node, counted from 1; a block ends with its last part."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return int(mark.line + (1 if mark.column else 0))


def _check(fresh: Path, path: Path, before: PriceBook, load: Loaded) -> None:
    """Refuse a file with a fault, and one that says anything else of what the book knows."""
    try:
        after = load(fresh)
    except PriceTableError as faulty:
        first = str(faulty.faults[0]).replace(str(fresh), str(path))
        raise FeedError(f"{first}; nothing was written") from None
    kept: dict[str, list[Entry]] = {}
    for entry in after.entries:
        kept.setdefault(entry.price_version, []).append(entry)
    changed = [each for each in before.entries if each not in kept.get(each.price_version, ())]
    changed_models = [key for key, model in before.models.items() if after.models.get(key) != model]
    if changed or changed_models:
        what = changed[0].price_version if changed else "/".join(changed_models[0])
        raise FeedError(f"{path}: {what} would be changed; nothing was written")


@contextmanager
def _beside(target: Path, text: str) -> Iterator[Path]:
    """Write a text beside a file; it is gone at the end unless it was put in the file's place."""
    path = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise FeedError(f"{target.parent}: {reason}; name a file in a folder of yours") from None
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
