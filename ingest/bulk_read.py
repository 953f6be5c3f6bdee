"""The table functions that read a piece in bulk, as SQL text."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from ingest.documents import csv_header
from ingest.memory_file import memory_file
from ingest.parquet_file import parquet_relation
from ingest.piece import FilePiece, MemoryPiece, Piece
from ingest.plain_name import plain_name
from ingest.records import opened


class BulkReadError(ValueError):
    """A piece that has to be read one record at a time."""


#: Longest JSON text read as one record from a file on disk; longer ones take the slow path. Most
#: files hold none longer than the first, and the less room a thread takes, the more threads run.
FAST_RECORD_BYTES = (4 * 1024 * 1024, 16 * 1024 * 1024)


def room_for(piece: Piece) -> Sequence[int]:
    """Return sizes to allow a record of a piece, to be tried in turn."""
    if isinstance(piece, FilePiece):
        return FAST_RECORD_BYTES
    return (max(FAST_RECORD_BYTES[0], piece.longest_bytes),)


@contextmanager
def relation_of(piece: Piece, columns: dict[str, str], longest_bytes: int) -> Iterator[str]:
    """Yield SQL that gives ``columns``, one row a record, in the order of the piece.

    A record that cannot be read becomes a row of NULLs in its place. DuckDB allocates twice
    ``longest_bytes`` for each thread and fails on a longer record.

    Raises:
        BulkReadError: the columns of a CSV cannot be told apart.
    """
    if isinstance(piece, MemoryPiece):
        with memory_file(piece.content) as name:
            yield _json(name, "none", columns, longest_bytes)
        return
    with plain_name(piece.path) as name:
        if piece.form == "parquet":
            yield parquet_relation(piece.path, name, columns)
        elif piece.form == "csv":
            yield _csv(piece, name, columns)
        else:
            yield _json(name, piece.compression, columns, longest_bytes)


def _json(name: str, compression: str, columns: dict[str, str], longest_bytes: int) -> str:
    listed = ", ".join(
        f"'{_escaped(column)}': '{_escaped(kind)}'" for column, kind in columns.items()
    )
    return (
        f"read_json('{_escaped(name)}', format = 'newline_delimited', columns = {{{listed}}}, "
        f"compression = '{_named(compression)}', ignore_errors = true, "
        f"hive_partitioning = false, maximum_object_size = {longest_bytes})"
    )


def csv_rows(piece: FilePiece, name: str, header: Sequence[str]) -> str:
    """Return SQL of the rows of a CSV, every column as text.

    Exporters put an apostrophe before what a spreadsheet would run; it is left out.
    """
    cells = ", ".join(
        f"""case when left("{column}", 2) in ('''=', '''+', '''-', '''@') """
        f"""then substr("{column}", 2) else "{column}" end as "{column}\""""
        for column in header
    )
    return (
        f"(select {cells} from read_csv('{_escaped(name)}', header = true, "
        f"all_varchar = true, delim = '{piece.delimiter}', quote = '\"', escape = '\"', "
        f"nullstr = '', strict_mode = true, compression = '{_named(piece.compression)}', "
        f"auto_detect = false, hive_partitioning = false, columns = {_texts(header)}))"
    )


def header_of(piece: FilePiece) -> list[str]:
    """Return the column names of a CSV.

    Raises:
        BulkReadError: they cannot be told apart.
    """
    with opened(piece.path, piece.compression) as stream:
        header = csv_header(stream, piece.delimiter)
    if len({column.lower() for column in header if column}) < len(header):
        raise BulkReadError(f"{piece.path} has columns without a name of their own")
    return header


def _csv(piece: FilePiece, name: str, columns: dict[str, str]) -> str:
    header = header_of(piece)
    told = piece.told.columns if piece.told else {}
    cells = ", ".join(
        f'{_cell(column, kind, header, told)} as "{column}"' for column, kind in columns.items()
    )
    return f"(select {cells} from {csv_rows(piece, name, header)})"


def _named(compression: str) -> str:
    return "uncompressed" if compression == "none" else compression


def _texts(header: Sequence[str]) -> str:
    return "{" + ", ".join(f"'{_escaped(name)}': 'VARCHAR'" for name in header) + "}"


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _cell(column: str, kind: str, header: Sequence[str], told: Mapping[str, str]) -> str:
    """A cell as its type, or what the table tells of the row in that column."""
    if column in told:
        return f"cast({told[column]} as {kind})"
    if column not in header:
        return f"cast(null as {kind})"
    if kind == "VARCHAR":
        return f'"{column}"'
    json = f'try_cast("{column}" as JSON)'
    return json if kind == "JSON" else f"try_cast({json} as {kind})"
