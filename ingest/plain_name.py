"""Files under a name that DuckDB takes for that file and nothing else."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: To DuckDB *, ? and [ make a pattern, key=value a column, ~ a home and :// a protocol; and it
#: knows no name that is not UTF-8.
_PLAIN = re.compile(r"[\w./ ,+@-]+")


@contextmanager
def plain_name(path: Path) -> Iterator[str]:
    """Yield a name to put into SQL, the file's own or that of a link to it."""
    if _PLAIN.fullmatch(str(path)):
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix=f"ratecard-{os.getpid()}-") as folder:
        link = Path(folder) / "input"
        link.symlink_to(path.resolve())
        yield str(link)
