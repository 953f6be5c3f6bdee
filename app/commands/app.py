"""Open the dashboard."""

import os
from pathlib import Path
from typing import Any

import click

from app.errors import UserError
from app.options import db_option, overlay_option, prices_option

_PORT = 8501
_TRIED = 20
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command("app")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help=f"Port to serve on (default: the first free one from {_PORT}).",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to serve on."
)
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Whose days.")
@click.option(
    "--contract",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Your contract: Scenarios shows what it makes of a saving.",
)
@db_option
@prices_option
@overlay_option
def command(
    port: int | None,
    host: str,
    tz: str,
    contract: Path | None,
    db: Path | None,
    prices: Path | None,
    price_overlay: Path | None,
) -> None:  # fmt: skip
    """Open the dashboard in a browser: spend, who spends it, and any request explained.

    It reads the database only while it answers, so logs can be loaded beside it. It is served to
    this machine alone unless --host says otherwise, and needs no network.

    \b
    Examples:
      ratecard app
      ratecard app --port 8600 --db usage.duckdb --tz Europe/Berlin
      ratecard app --contract contract.yaml
    """
    from app.dashboard.settings import CONTRACT, OVERLAY, PRICES, ZONE
    from app.options import book_from, contract_from, warehouse_at
    from app.zone import zone_of

    zone_of(tz)
    book = book_from(prices, price_overlay)
    if contract is not None:
        contract_from(contract, book)
    os.environ["RATECARD_DB"] = str(warehouse_at(db).path.absolute())
    os.environ[ZONE] = tz
    for name, path in ((PRICES, prices), (OVERLAY, price_overlay), (CONTRACT, contract)):
        os.environ.pop(name, None)
        if path is not None:
            os.environ[name] = str(path.absolute())
    chosen = _free_port(host, port)
    click.echo(
        f"The dashboard is at http://{_in_url(host)}:{chosen} (stop it with Ctrl-C)", err=True
    )
    if host not in _LOOPBACK:
        click.echo("It has no password: whoever reaches this address can read it.", err=True)
    _serve(host, chosen)


def _serve(host: str, port: int) -> None:
    import threading
    from importlib.resources import as_file, files

    from streamlit.web import bootstrap

    threading.Thread(target=_warm, daemon=True).start()
    options = {**_configuration(), "server_address": host, "server_port": port}
    with as_file(files("app") / "dashboard" / "script" / "ratecard_dashboard.py") as script:
        bootstrap.load_config_options(options)
        bootstrap.run(str(script), False, [], options)


def _configuration() -> dict[str, Any]:
    """Return the shipped configuration as Streamlit's flags."""
    import tomllib
    from importlib.resources import files

    text = (files("app") / "dashboard" / "config.toml").read_text(encoding="utf-8")
    flags: dict[str, Any] = {}

    def flatten(table: dict[str, Any], prefix: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                flatten(value, f"{prefix}{key}_")
            else:
                flags[prefix + key] = value

    flatten(tomllib.loads(text), "")
    return flags


def _warm() -> None:
    """Import what the first page needs while the browser is on its way, then what others do."""
    import app.views.explore
    import app.views.overview
    import app.views.scenario_page
    import app.views.upgrade_page  # noqa: F401


def _free_port(host: str, wanted: int | None) -> int:
    """Return the wanted port, or the first free one.

    Raises:
        UserError: the wanted port is taken, or the address is not of this machine.
    """
    for port in [wanted] if wanted else range(_PORT, _PORT + _TRIED):
        if _is_free(host, port):
            return port
    taken = f"port {wanted} is" if wanted else f"ports {_PORT} to {_PORT + _TRIED - 1} are"
    raise UserError(f"{taken} in use on {host}; name another with --port")


def _is_free(host: str, port: int) -> bool:
    import socket

    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise UserError(f"port {port} is not allowed to you; name one from 1024 up") from None
    except OSError as error:
        import errno

        if error.errno == errno.EADDRINUSE:
            return False
        raise UserError(
            f"cannot serve on {host}: {(error.strerror or 'no such address').lower()}; "
            "name an address of this machine with --host"
        ) from None
    return True


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
