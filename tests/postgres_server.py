"""A PostgreSQL server for tests: its own data folder, its own port, gone at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from adbc_driver_postgresql import dbapi

USER = "gate"
PASSWORD = "pier:9/north@quay"


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int

    def url(
        self,
        database: str = "postgres",
        user: str = USER,
        password: str = PASSWORD,
        extra: str = "",
    ) -> str:
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}{extra}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Execute statements, each for itself."""
        with dbapi.connect(self.url(database), autocommit=True) as con, con.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl; Debian keeps them off the path."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    if config := shutil.which("pg_config"):
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        found.append(Path(asked.stdout.strip()))
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(packaged, key=lambda path: int("0" + path.parent.name.split(".")[0]))[::-1]
    return next((path for path in found if (path / "initdb").exists()), None)


@contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it; skip where none is installed."""
    bin_folder = programs()
    if bin_folder is None:
        pytest.skip("no PostgreSQL server is installed: there is no initdb")
    folder = Path(tempfile.mkdtemp(prefix="ratecard-postgres-"))
    who = unprivileged()
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if who:
        shutil.chown(folder, *who)
        shutil.chown(secret, *who)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server(free.getsockname()[1])

    def run(program: str, *words: str) -> None:
        as_whom = {"user": who[0], "group": who[1], "extra_groups": []} if who else {}
        subprocess.run(
            [bin_folder / program, "-D", folder / "data", *words],
            check=True,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            **as_whom,
        )

    # Keeps nothing for after a crash, so it starts and answers quickly.
    options = f"-p {server.port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=20"
    try:
        run(
            "initdb", "-U", USER, "--pwfile", str(secret), "-A", "scram-sha-256", "-N", "-E", "UTF8"
        )
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def unprivileged() -> tuple[int, int] | None:
    """Return the user to run the server as, which refuses root; None for oneself."""
    if os.geteuid():
        return None
    known = {each.pw_name: each for each in pwd.getpwall()}
    who = known.get("postgres") or known["nobody"]
    return who.pw_uid, who.pw_gid
