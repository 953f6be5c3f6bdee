"""Files that are no text, or text in an encoding nobody logs in: their first bytes tell."""

from ingest.inputs import InputError

#: So many bytes from the beginning are looked at.
HEAD_BYTES = 4096

_UNPACK = "unpack it, or compress it with gzip or zstd"
_EXPORT = "export what it holds as CSV, JSON lines or Parquet"

#: What files begin with, what they are, and what to do.
_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "unpack it, or save the sheet as CSV"),
    (b"\x1f\x8b", "compressed twice", "unpack it once"),
    (b"\x28\xb5\x2f\xfd", "compressed twice", "unpack it once"),
    (b"BZh", "compressed with bzip2", _UNPACK),
    (b"\xfd7zXZ\x00", "compressed with xz", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"\x04\x22\x4d\x18", "compressed with LZ4", _UNPACK),
    (b"\xff\x06\x00\x00sNaPpY", "compressed with Snappy", _UNPACK),
    (b"SQLite format 3\x00", "a SQLite database", _EXPORT),
    (b"Obj\x01", "an Avro file", _EXPORT),
    (b"ARROW1\x00", "an Arrow file", _EXPORT),
    (b"%PDF-", "a PDF", _EXPORT),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"\x89PNG", "an image", "name a log"),
    (b"\xff\xd8\xff", "an image", "name a log"),
    (b"GIF8", "an image", "name a log"),
)
_UTF_16 = "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"


def refuse_foreign(name: str, head: bytes) -> None:
    """Refuse a file that begins as another kind of file does.

    Args:
        name: Of the file.
        head: What it begins with, uncompressed.

    Raises:
        InputError: saying what it is and what to do.
    """
    for beginning, what, advice in _BEGINNINGS:
        if head.startswith(beginning):
            raise InputError(f"{name} is {what}: {advice}")
    if head[8:12] == b"DUCK":
        raise InputError(f"{name} is a DuckDB database: {_EXPORT}")
    if head[257:262] == b"ustar":
        raise InputError(f"{name} is a tar archive: unpack it")
    if _is_utf_16(head):
        raise InputError(f"{name} is UTF-16: {_UTF_16}")


def refuse_no_text(name: str, head: bytes) -> None:
    """Refuse a file in which no record was found, if it shows that it is no text."""
    if b"\x00" in head:
        raise InputError(f"{name} is no text: name a log, or {_EXPORT}")


def refuse_old_lines(name: str, head: bytes) -> None:
    """Refuse a table whose lines end as no reader of tables takes them."""
    if b"\r" in head.strip() and b"\n" not in head:
        raise InputError(f"{name} ends its lines with CR alone: save it with LF or CRLF")


def _is_utf_16(head: bytes) -> bool:
    """With a byte-order mark, or Latin text with every other byte zero."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    even, odd = head[:64:2], head[1:64:2]
    return len(odd) > 1 and ((all(even) and not any(odd)) or (all(odd) and not any(even)))
