"""Blocks of commands in documents: held against what was printed, and written anew."""

import pytest

from tests.console import assert_shows, renew, shown_in

PRINTED = "total 12\n\nteam    cost\n------  ----\ncoding  10\nsearch  2\nsaid in 3 s"

DOCUMENT = """\
Before.

```console
$ ratecard report
…
team    cost
------  ----
coding  9.50
…
$ ratecard levers
Levers save $1.
```

After, $9.
"""


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "document.md"
    path.write_text(DOCUMENT, "utf-8")
    return path


def test_what_is_shown_must_be_printed(document):
    report, levers = shown_in(document)

    assert_shows(levers, "Levers save $1.\n")
    with pytest.raises(AssertionError):
        assert_shows(report, PRINTED)
    with pytest.raises(AssertionError):
        assert_shows(levers, "Levers save $1.\nAnd more.\n")


def test_renewed_blocks_keep_their_cuts_and_the_words_around_them(document):
    written = [PRINTED, "Levers save $2.\nAnd more.\n"]
    renew(document, written)

    assert document.read_text("utf-8") == DOCUMENT.replace("9.50", "10").replace(
        "Levers save $1.", "Levers save $2.\nAnd more."
    )
    for shown, printed in zip(shown_in(document), written, strict=True):
        assert_shows(shown, printed)


def test_a_line_that_is_printed_no_more_is_named(document):
    with pytest.raises(AssertionError, match=r"coding  9\.50"):
        renew(document, ["team    cost\n------  ----\n", ""])
