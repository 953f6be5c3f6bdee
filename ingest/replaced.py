"""A mapping file that was corrected: what its earlier version made of a content is taken back."""

import re

import duckdb

from ingest.manifest import FileIdentity

_MAPPED = re.compile(r"\bmapping (\w+) ")


def take_back(con: duckdb.DuckDBPyConnection, identity: FileIdentity) -> None:
    """Remove what the same content gave when a mapping of the same name described it otherwise.

    Two readings of one row have one id, and which of them is right no rule can tell: the later
    one is the user's correction. Call inside the transaction that stores the content anew.
    """
    if not (found := _MAPPED.search(identity.read_as)):
        return
    earlier = con.execute(
        "select file_id from ingest_file where content_sha256 = ? and read_as <> ? "
        "and contains(read_as, ?)",
        [identity.content_sha256, identity.read_as, f"mapping {found.group(1)} "],
    ).fetchall()
    for (file_id,) in earlier:
        for table in ("usage_event", "quarantine", "ingest_file"):
            con.execute(f"delete from {table} where file_id = ?", [file_id])
