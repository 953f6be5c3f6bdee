"""The table functions that read a piece in bulk, as SQL text."""

from pathlib import Path

from ingest.documents import csv_header
from ingest.records import opened


class BulkReadError(ValueError):
    """A piece that has to be read one record at a time."""


#: Longest JSON text read as one record from a file on disk; longer ones take the slow path.
FAST_RECORD_BYTES = 16 * 1024 * 1024


def bulk_relation(
    name: str,
    compression: str,
    form: str,
    columns: dict[str, str],
    longest_bytes: int = FAST_RECORD_BYTES,
) -> str:
    """Return SQL that yields ``columns``, one row a record, in the order of the file.

    A record that cannot be read becomes a row of NULLs in its place. DuckDB allocates twice
    ``longest_bytes`` for each thread and fails on a longer record.

    Raises:
        BulkReadError: the columns of a CSV cannot be told apart.
    """
    quoted = name.replace("'", "''")
    compression = "uncompressed" if compression == "none" else compression
    if form == "csv":
        with opened(Path(name), compression) as stream:
            header = csv_header(stream)
        if len({column.lower() for column in header if column}) < len(header):
            raise BulkReadError(f"{name} has columns without a name of their own")
        return _csv(quoted, compression, columns, header)
    listed = ", ".join(
        f"'{column}': '{kind.replace(chr(39), chr(39) * 2)}'" for column, kind in columns.items()
    )
    return (
        f"read_json('{quoted}', format = 'newline_delimited', columns = {{{listed}}}, "
        f"compression = '{compression}', ignore_errors = true, "
        f"maximum_object_size = {longest_bytes})"
    )


def _csv(quoted: str, compression: str, columns: dict[str, str], header: list[str]) -> str:
    cells = ", ".join(
        f'{_cell(column, kind) if column in header else f"cast(null as {kind})"} as "{column}"'
        for column, kind in columns.items()
    )
    return (
        f"(select {cells} from read_csv('{quoted}', header = true, all_varchar = true, "
        f"delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true, "
        f"compression = '{compression}', auto_detect = false, columns = {_texts(header)}))"
    )


def _texts(header: list[str]) -> str:
    return (
        "{"
        + ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}': 'VARCHAR'" for name in header)
        + "}"
    )


def _cell(column: str, kind: str) -> str:
    """A cell as its type. Exporters put an apostrophe before what a spreadsheet would run."""
    text = (
        f"""case when left("{column}", 2) in ('''=', '''+', '''-', '''@') """
        f"""then substr("{column}", 2) else "{column}" end"""
    )
    if kind == "VARCHAR":
        return text
    json = f"try_cast({text} as JSON)"
    return json if kind == "JSON" else f"try_cast({json} as {kind})"
