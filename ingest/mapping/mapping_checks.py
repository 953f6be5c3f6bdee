"""What only the whole mapping file shows to be wrong."""

from collections.abc import Sequence

from ingest.inputs import InputError
from ingest.mapping.clock import EPOCH
from ingest.mapping.column import tree_of
from ingest.mapping.described import Described
from ingest.mapping.words import CONTAINMENT, NOTHING, REQUIRED, TIME_UNITS, WORDS, Kind
from pricing.load_yaml import Fault, Place, Section


class MappingError(InputError):
    """A mapping file cannot be used; the message has a line for each fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults in the order of the file."""
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(map(str, self.faults)))


def check(described: Described, root: Section) -> None:
    """Note the faults that lie between the parts of a mapping file."""
    _id(root)
    for look in (_required, _time, _counts, _containment, _bucket, _texts, _columns):
        look(described, root)


def _required(described: Described, root: Section) -> None:
    written = {**_words_under(root, "columns"), **_words_under(root, "constants")}
    for word in REQUIRED:
        if word not in written:
            where = "columns" if word == "time" else "columns, or a value under constants"
            root.faults.add(root.place, f"{word} is missing: name its column under {where}")
    both = described.columns.keys() & described.constants.keys()
    for word in sorted(both):
        place = _place(root, "constants", word)
        root.faults.add(place, f"{word} is both a column and a constant")


def _id(root: Section) -> None:
    has_column = "id" in _words_under(root, "columns")
    if has_column and "id" in root:
        root.faults.add(root.at("id"), "id is also a column: keep one of the two")
    elif not has_column and "id" not in root:
        advice = "name its column under columns, or write `id: row` if none tells rows apart"
        root.faults.add(root.place, f"id is missing: {advice}")


def _time(described: Described, root: Section) -> None:
    clock, place = described.clock, root.at("time")
    if "time" not in root:
        advice = "a section with `format` (iso, seconds, milliseconds, ... or a pattern)"
        root.faults.add(root.place, f"time is missing: {advice} and, for local clocks, `zone`")
        return
    if not clock.form or _faulty(root, "format"):
        return
    if clock.form in TIME_UNITS:
        if clock.zone is not None:
            root.faults.add(place, f"zone means nothing for {clock.form}, which count from `since`")
    elif clock.since != EPOCH:
        root.faults.add(place, f"since is for numbers: {', '.join(TIME_UNITS)}")
    elif clock.zone is None and not clock.says_offset and not _faulty(root, "zone"):
        root.faults.add(place, "zone is missing: UTC, or a name such as Europe/Berlin")


def _counts(described: Described, root: Section) -> None:
    counted = [word for word in described.columns if WORDS[word].kind is Kind.COUNT]
    if not {"input", "output"} & _words_under(root, "columns").keys():
        message = "name the column of input or output tokens, or of both"
        root.faults.add(root.at("columns"), message)
    if "cache_write_long" in counted and "cache_write" not in counted:
        message = "cache_write_long needs cache_write, the writes of the default retention or all"
        root.faults.add(_place(root, "columns", "cache_write_long"), message)
    for word in described.units.keys() - described.columns.keys():
        root.faults.add(_place(root, "units", word), f"{word} has a unit and no column")


def _containment(described: Described, root: Section) -> None:
    said = _words_under(root, "includes")
    for word, parts in CONTAINMENT.items():
        mapped = [part for part in parts if part in described.columns]
        if word in described.columns and mapped and word not in said:
            choice = f"`{word}: [{', '.join(mapped)}]` or `{word}: {NOTHING}`"
            message = f"does {word} include {' and '.join(mapped)}? say so under includes: {choice}"
            root.faults.add(_place(root, "columns", word), message)
        for part in described.includes.get(word, ()):
            if part not in described.columns:
                message = f"{word} is said to include {part}, which has no column"
                root.faults.add(_place(root, "includes", word), message)


def _bucket(described: Described, root: Section) -> None:
    if described.grain != "bucket":
        if "requests" in described.columns:
            message = "requests are for `grain: bucket`: elsewhere a row is one request"
            root.faults.add(_place(root, "columns", "requests"), message)
        return
    if "requests" not in described.columns:
        root.faults.add(root.at("grain"), "a bucket needs the column of its requests")
    if described.by_row:
        advice = "name the columns of its key, such as id: [day, model], so that a later export"
        root.faults.add(root.at("id"), f"a bucket has no id by row: {advice} replaces it")


def _texts(described: Described, root: Section) -> None:
    for word in described.values.keys() - described.columns.keys():
        root.faults.add(_place(root, "values", word), f"{word} has values and no column")
    if described.records and described.form != "json":
        root.faults.add(root.at("records"), "records are for json: a way into its containers")


def _columns(described: Described, root: Section) -> None:
    known = list(described.every_column())
    for column in described.optional - set(known):
        root.faults.add(root.at("optional"), f"{column} is not among the columns")
    try:
        tree_of(known)
    except ValueError as error:
        root.faults.add(root.at("columns"), str(error))


def _words_under(root: Section, key: str) -> dict[str, int]:
    """Return the words written in a section, whatever they were given, with their lines."""
    pairs = getattr(root.nodes.get(key), "value", None)
    if not isinstance(pairs, list):
        return {}
    found = [pair[0] for pair in pairs if isinstance(pair, tuple)]
    return {str(word.value): word.start_mark.line + 1 for word in found}


def _place(root: Section, key: str, word: str) -> Place:
    """Return the line of a word in a section."""
    line = _words_under(root, key).get(word)
    return root.at(key) if line is None else Place(root.path, line)


def _faulty(root: Section, key: str) -> bool:
    return any(fault.message.startswith(f"{key}:") for fault in root.faults.found)
