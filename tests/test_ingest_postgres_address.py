"""The address of a PostgreSQL database: read with care for the password in it."""

import pytest

from ingest.elsewhere import is_elsewhere
from ingest.fetched import FetchError
from ingest.postgres_address import parse_address


@pytest.mark.parametrize(
    ("url", "host", "database"),
    [
        ("postgresql://ann:pw@db.example.com:5432/gate", "db.example.com", "gate"),
        ("postgres://ann@DB.example.com:6543/gate?sslmode=require", "db.example.com:6543", "gate"),
        ("postgresql://[::1]:5432/gate", "[::1]", "gate"),
        ("postgresql://one:5432,two:5433/gate", "one:5432,two:5433", "gate"),
        ("postgresql:///gate?host=/var/run/postgresql", "/var/run/postgresql", "gate"),
        ("postgresql://ann@host", "host", "ann"),
        ("postgresql://ann@host/my%20gate", "host", "my gate"),
    ],
)
def test_what_is_shown(url, host, database, monkeypatch):
    monkeypatch.delenv("PGDATABASE", raising=False)

    address = parse_address(url)

    assert (address.host, address.database) == (host, database)
    assert "pw" not in repr(address)


@pytest.mark.parametrize("password", ["a/b", "1/b", "a#b", "1#b", "a?b", "1?b", "a[b", "1/b@c"])
def test_a_password_that_tears_the_address_apart_is_not_shown(password):
    with pytest.raises(FetchError, match="write what is special in the password as %XX") as fault:
        parse_address(f"postgresql://ann:{password}@host:5432/gate")

    assert password not in str(fault.value)


def test_what_prisma_adds_is_left_out():
    address = parse_address("postgresql://ann:pw@host/gate?schema=x&connection_limit=5&sslmode=off")

    assert address.schema == "x"
    assert address.secret == "postgresql://ann:pw@host/gate?sslmode=off"


def test_an_error_of_the_client_is_censored():
    address = parse_address("postgresql://ann:p%40w@host/gate")

    assert address.censored('invalid "p%40w" and p@w') == 'invalid "***" and ***'


@pytest.mark.parametrize("name", ["postgres", "logs/postgresql:/x", "mysql://host/db"])
def test_what_is_no_address(name):
    assert not is_elsewhere(name)
