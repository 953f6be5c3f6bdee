"""What is said of an input that is not read: who might claim it, and what to do."""

import gzip
import zlib
from collections.abc import Mapping, Sequence

import zstandard

from ingest.inputs import InputError
from ingest.layout import Layout
from ingest.parquet_file import ParquetError
from ingest.source import Source

#: What reading a file may raise when it is damaged, or may not be read.
READ_ERRORS = (EOFError, zlib.error, zstandard.ZstdError, OSError, ParquetError)

_MOST_KEYS = 12
_LONGEST_KEY = 40
_MOST_NEAR = 3
#: A source that lacks more clauses than this is not near.
_MOST_MISSING = 2

Record = Mapping[str, object]


def unreadable(name: str, error: BaseException) -> str:
    """Return the sentence for an input in the middle of which reading failed."""
    match error:
        case EOFError():
            return f"{name} is cut off: copy it again once it is complete"
        case gzip.BadGzipFile() | zlib.error() | zstandard.ZstdError():
            return f"{name} is damaged: it cannot be uncompressed to its end; copy it again"
        case ParquetError():
            return f"{name} is broken Parquet: {error}"
        case OSError(strerror=str(told)):
            return f"{name} cannot be read: {told.lower()}"
        case _:
            return f"{name} cannot be read: {str(error).partition(chr(10))[0]}"


def unclaimed(name: str, record: Record, sources: Sequence[Source]) -> InputError:
    """Return the error of an input none of whose records a source claims.

    Args:
        name: Of the input.
        record: One of its records, or the header of a table.
        sources: Those that were asked.
    """
    seen = f"it has {_listed(list(record))}"
    if len(sources) == 1:
        [source] = sources
        clauses = ", ".join(map(str, source.clauses))
        return InputError(
            f"{name}: no record is of {source.name}, recognised by: {clauses}; {seen}. "
            "Leave out --source, or see `ratecard sources`"
        )
    near = "".join(f"; {each}" for each in _near(record, sources))
    return InputError(
        f"{name}: no source claims its records; {seen}{near}. See `ratecard sources`, or describe "
        f"the columns in a file for --map (`ratecard load --suggest-map {name}` proposes one)"
    )


def contested(name: str, layouts: Sequence[Layout]) -> InputError:
    """Return the error of an input that several sources claim."""
    names = sorted({layout.source.name for layout in layouts})
    flags = " or ".join(f"--source {each}" for each in names)
    return InputError(
        f"{name}: its records are claimed by {' and '.join(names)}; choose with {flags}"
    )


def undescribed(
    name: str, source: Source, missing: Sequence[str], columns: Sequence[str]
) -> InputError:
    """Return the error of an input without columns that its mapping file names."""
    several = len(missing) > 1
    return InputError(
        f"{name} has no {'columns' if several else 'column'} {', '.join(missing)}, which "
        f"{source.described_in} names; it has {_listed(columns)}. Correct the "
        f"{'names' if several else 'name'}, or list {'them' if several else 'it'} under `optional`"
    )


def misread(name: str, source: Source, form: str) -> InputError:
    """Return the error of an input in another format than its mapping file says."""
    [said] = source.formats
    return InputError(f"{name} is read as {form}, and {source.described_in} describes {said}")


def _near(record: Record, sources: Sequence[Source]) -> list[str]:
    """Tell which sources would nearly claim a record, and what they miss."""
    found = []
    for source in sources:
        held = [each for each in source.clauses if each.holds(dict(record))]
        missing = [each for each in source.clauses if each not in held]
        if len(missing) <= _MOST_MISSING and any(each.verb != "lacks" for each in held):
            found.append((len(missing), -len(held), source.name, missing))
    return [
        f"{name} would need: {', '.join(map(str, missing))}"
        for _, _, name, missing in sorted(found, key=lambda each: each[:3])[:_MOST_NEAR]
    ]


def _listed(keys: Sequence[str]) -> str:
    shown = ", ".join(_legible(key) for key in keys[:_MOST_KEYS])
    more = len(keys) - _MOST_KEYS
    return f"{shown} and {more} more" if more > 0 else shown


def _legible(key: str) -> str:
    """A name as a terminal may show it; a line that is no header may hold anything."""
    shown = "".join(sign if sign.isprintable() else "?" for sign in key[:_LONGEST_KEY])
    return shown if len(key) <= _LONGEST_KEY else f"{shown}..."
